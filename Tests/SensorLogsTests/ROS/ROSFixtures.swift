/// Serialised ROS messages by PyPI rosbags 0.11.9, an encoder independent of this project.
///
/// The script that made them stands at the end of the file.
struct ROSFixture: Sendable {
  var type: String
  var schema: String
  var hex: String
  var bigEndianHex = ""

  var bytes: [UInt8] { Self.bytes(hex) }
  var bigEndianBytes: [UInt8] { Self.bytes(bigEndianHex) }

  static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.filter { $0.isHexDigit }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] * 16 + digits[$0 + 1])
    }
  }

  static let camera = ROSFixture(
    type: "sensor_msgs/msg/CameraInfo",
    schema: """
      std_msgs/Header header
      uint32 height
      uint32 width
      string distortion_model
      float64[] d
      float64[9] k
      float64[9] r
      float64[12] p
      uint32 binning_x
      uint32 binning_y
      sensor_msgs/RegionOfInterest roi
      ================================================================================
      MSG: std_msgs/Header
      builtin_interfaces/Time stamp
      string frame_id
      ================================================================================
      MSG: builtin_interfaces/Time
      int32 sec
      uint32 nanosec
      ================================================================================
      MSG: sensor_msgs/RegionOfInterest
      uint32 x_offset
      uint32 y_offset
      uint32 height
      uint32 width
      bool do_rectify
      """,
    hex: """
      0001000001000000020000000400000063616d00e0010000800200000a000000706c756d625f626f620000000500
      0000000000009a9999999999b93f9a9999999999c9bffca9f1d24d62503ffca9f1d24d62603f9a9999999999a93f
      0000000000407f400000000000000000000000000000744000000000000000000000000000e07f40000000000000
      6e4000000000000000000000000000000000000000000000f03f000000000000f03f000000000000000000000000
      000000000000000000000000000000000000f03f0000000000000000000000000000000000000000000000000000
      00000000f03f00000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000000000
      """,
    bigEndianHex: """
      0000000000000001000000020000000463616d00000001e0000002800000000a706c756d625f626f620000000000
      0005000000003fb999999999999abfc999999999999a3f50624dd2f1a9fc3f60624dd2f1a9fc3fa999999999999a
      407f400000000000000000000000000040740000000000000000000000000000407fe00000000000406e00000000
      0000000000000000000000000000000000003ff00000000000003ff0000000000000000000000000000000000000
      0000000000000000000000003ff00000000000000000000000000000000000000000000000000000000000003ff0
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000000000000000000000000000
      """)

  static let cloud = ROSFixture(
    type: "sensor_msgs/msg/PointCloud2",
    schema: """
      std_msgs/Header header
      uint32 height
      uint32 width
      sensor_msgs/PointField[] fields
      bool is_bigendian
      uint32 point_step
      uint32 row_step
      uint8[] data
      bool is_dense
      ================================================================================
      MSG: std_msgs/Header
      builtin_interfaces/Time stamp
      string frame_id
      ================================================================================
      MSG: builtin_interfaces/Time
      int32 sec
      uint32 nanosec
      ================================================================================
      MSG: sensor_msgs/PointField
      uint8 INT8=1
      uint8 UINT8=2
      uint8 INT16=3
      uint8 UINT16=4
      uint8 INT32=5
      uint8 UINT32=6
      uint8 FLOAT32=7
      uint8 FLOAT64=8
      string name
      uint32 offset
      uint8 datatype
      uint32 count
      """,
    hex: """
      0001000001000000020000000400000063616d000100000003000000060000000200000078000000000000000700
      0000010000000200000079000000040000000700000001000000020000007a000000080000000700000001000000
      0a000000696e74656e736974790000001000000002000000010000000500000072696e6700000000120000000400
      0000010000000200000074000000180000000800000001000000000000002000000060000000600000000000003f
      00000000000000000000000000002c010000000000000000000000000000c03f000080bf00000040000000000a00
      2d0100000000000000000000d03f00002040000000c0000080400000000014002e0100000000000000000000e03f
      01
      """,
    bigEndianHex: """
      0000000000000001000000020000000463616d000000000100000003000000060000000278000000000000000700
      0000000000010000000279000000000000040700000000000001000000027a000000000000080700000000000001
      0000000a696e74656e736974790000000000001002000000000000010000000572696e6700000000000000120400
      0000000000010000000274000000000000180800000000000001000000000000002000000060000000600000003f
      00000000000000000000000000002c010000000000000000000000000000c03f000080bf00000040000000000a00
      2d0100000000000000000000d03f00002040000000c0000080400000000014002e0100000000000000000000e03f
      01
      """)

  static let camera1 = ROSFixture(
    type: "sensor_msgs/msg/CameraInfo",
    schema: """
      std_msgs/Header header
      uint32 height
      uint32 width
      string distortion_model
      float64[] D
      float64[9] K
      float64[9] R
      float64[12] P
      uint32 binning_x
      uint32 binning_y
      sensor_msgs/RegionOfInterest roi
      ================================================================================
      MSG: std_msgs/Header
      uint32 seq
      time stamp
      string frame_id
      ================================================================================
      MSG: sensor_msgs/RegionOfInterest
      uint32 x_offset
      uint32 y_offset
      uint32 height
      uint32 width
      bool do_rectify
      """,
    hex: """
      0500000001000000020000000300000063616de00100008002000009000000706c756d625f626f62050000009a99
      99999999b93f9a9999999999c9bffca9f1d24d62503ffca9f1d24d62603f9a9999999999a93f0000000000407f40
      0000000000000000000000000000744000000000000000000000000000e07f400000000000006e40000000000000
      00000000000000000000000000000000f03f000000000000f03f0000000000000000000000000000000000000000
      00000000000000000000f03f000000000000000000000000000000000000000000000000000000000000f03f0000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      000000000000000000000000000000000000000000000000000000
      """)

  static let cloud1 = ROSFixture(
    type: "sensor_msgs/msg/PointCloud2",
    schema: """
      std_msgs/Header header
      uint32 height
      uint32 width
      sensor_msgs/PointField[] fields
      bool is_bigendian
      uint32 point_step
      uint32 row_step
      uint8[] data
      bool is_dense
      ================================================================================
      MSG: std_msgs/Header
      uint32 seq
      time stamp
      string frame_id
      ================================================================================
      MSG: sensor_msgs/PointField
      uint8 INT8=1
      uint8 UINT8=2
      uint8 INT16=3
      uint8 UINT16=4
      uint8 INT32=5
      uint8 UINT32=6
      uint8 FLOAT32=7
      uint8 FLOAT64=8
      string name
      uint32 offset
      uint8 datatype
      uint32 count
      """,
    hex: """
      0500000001000000020000000300000063616d010000000300000006000000010000007800000000070100000001
      00000079040000000701000000010000007a08000000070100000009000000696e74656e73697479100000000201
      0000000400000072696e671200000004010000000100000074180000000801000000002000000060000000600000
      000000003f00000000000000000000000000002c010000000000000000000000000000c03f000080bf0000004000
      0000000a002d0100000000000000000000d03f00002040000000c0000080400000000014002e0100000000000000
      000000e03f01
      """)

  static let boxes = ROSFixture(
    type: "vision_msgs/msg/Detection3DArray",
    schema: """
      std_msgs/Header header
      vision_msgs/Detection3D[] detections
      ================================================================================
      MSG: std_msgs/Header
      builtin_interfaces/Time stamp
      string frame_id
      ================================================================================
      MSG: builtin_interfaces/Time
      int32 sec
      uint32 nanosec
      ================================================================================
      MSG: vision_msgs/Detection3D
      std_msgs/Header header
      vision_msgs/ObjectHypothesisWithPose[] results
      vision_msgs/BoundingBox3D bbox
      string id
      ================================================================================
      MSG: vision_msgs/ObjectHypothesisWithPose
      vision_msgs/ObjectHypothesis hypothesis
      geometry_msgs/PoseWithCovariance pose
      ================================================================================
      MSG: vision_msgs/ObjectHypothesis
      string class_id
      float64 score
      ================================================================================
      MSG: geometry_msgs/PoseWithCovariance
      geometry_msgs/Pose pose
      float64[36] covariance
      ================================================================================
      MSG: geometry_msgs/Pose
      geometry_msgs/Point position
      geometry_msgs/Quaternion orientation
      ================================================================================
      MSG: geometry_msgs/Point
      float64 x
      float64 y
      float64 z
      ================================================================================
      MSG: geometry_msgs/Quaternion
      float64 x
      float64 y
      float64 z
      float64 w
      ================================================================================
      MSG: vision_msgs/BoundingBox3D
      geometry_msgs/Pose center
      geometry_msgs/Vector3 size
      ================================================================================
      MSG: geometry_msgs/Vector3
      float64 x
      float64 y
      float64 z
      """,
    hex: """
      0001000001000000020000000400000063616d000100000001000000020000000400000063616d00020000000200
      000037000000000000000000d03f000000000000f03f000000000000004000000000000008400000000000000000
      00000000000000007715f3d4eeaacf3fa1ee7d9f5401ef3f00000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000002000000390000000000
      00000000e83f000000000000f03f0000000000000040000000000000084000000000000000000000000000000000
      7715f3d4eeaacf3fa1ee7d9f5401ef3f000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000f03f00000000000000400000
      000000000840000000000000000000000000000000007715f3d4eeaacf3fa1ee7d9f5401ef3f0000000000001040
      cdccccccccccfc3f000000000000f83f06000000747261636b00
      """,
    bigEndianHex: """
      0000000000000001000000020000000463616d000000000100000001000000020000000463616d00000000020000
      0002370000003fd00000000000003ff0000000000000400000000000000040080000000000000000000000000000
      00000000000000003fcfaaeed4f315773fef01549f7deea100000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000002390000003fe8
      0000000000003ff00000000000004000000000000000400800000000000000000000000000000000000000000000
      3fcfaaeed4f315773fef01549f7deea1000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      000000000000000000000000000000000000000000000000000000003ff000000000000040000000000000004008
      000000000000000000000000000000000000000000003fcfaaeed4f315773fef01549f7deea14010000000000000
      3ffccccccccccccd3ff800000000000000000006747261636b00
      """)

  static let boxesOld = ROSFixture(
    type: "vision_msgs/msg/Detection3DArray",
    schema: """
      std_msgs/Header header
      vision_msgs/Detection3D[] detections
      ================================================================================
      MSG: std_msgs/Header
      builtin_interfaces/Time stamp
      string frame_id
      ================================================================================
      MSG: builtin_interfaces/Time
      int32 sec
      uint32 nanosec
      ================================================================================
      MSG: vision_msgs/Detection3D
      std_msgs/Header header
      vision_msgs/ObjectHypothesisWithPose[] results
      vision_msgs/BoundingBox3D bbox
      ================================================================================
      MSG: vision_msgs/ObjectHypothesisWithPose
      int64 id
      float64 score
      geometry_msgs/PoseWithCovariance pose
      ================================================================================
      MSG: geometry_msgs/PoseWithCovariance
      geometry_msgs/Pose pose
      float64[36] covariance
      ================================================================================
      MSG: geometry_msgs/Pose
      geometry_msgs/Point position
      geometry_msgs/Quaternion orientation
      ================================================================================
      MSG: geometry_msgs/Point
      float64 x
      float64 y
      float64 z
      ================================================================================
      MSG: geometry_msgs/Quaternion
      float64 x
      float64 y
      float64 z
      float64 w
      ================================================================================
      MSG: vision_msgs/BoundingBox3D
      geometry_msgs/Pose center
      geometry_msgs/Vector3 size
      ================================================================================
      MSG: geometry_msgs/Vector3
      float64 x
      float64 y
      float64 z
      """,
    hex: """
      0001000001000000020000000400000063616d000100000001000000020000000400000063616d00020000000700
      000000000000000000000000d03f000000000000f03f000000000000004000000000000008400000000000000000
      00000000000000007715f3d4eeaacf3fa1ee7d9f5401ef3f00000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000009000000000000000000
      00000000e83f000000000000f03f0000000000000040000000000000084000000000000000000000000000000000
      7715f3d4eeaacf3fa1ee7d9f5401ef3f000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000f03f00000000000000400000
      000000000840000000000000000000000000000000007715f3d4eeaacf3fa1ee7d9f5401ef3f0000000000001040
      cdccccccccccfc3f000000000000f83f
      """,
    bigEndianHex: """
      0000000000000001000000020000000463616d000000000100000001000000020000000463616d00000000020000
      0000000000073fd00000000000003ff0000000000000400000000000000040080000000000000000000000000000
      00000000000000003fcfaaeed4f315773fef01549f7deea100000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000093fe8
      0000000000003ff00000000000004000000000000000400800000000000000000000000000000000000000000000
      3fcfaaeed4f315773fef01549f7deea1000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      000000000000000000000000000000000000000000000000000000003ff000000000000040000000000000004008
      000000000000000000000000000000000000000000003fcfaaeed4f315773fef01549f7deea14010000000000000
      3ffccccccccccccd3ff8000000000000
      """)
}

/*
"""Makes messages.json: serialised ROS messages by PyPI rosbags, an encoder independent of this project.

    python3 make.py > messages.json
"""
import json
import numpy as np
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

one, two = get_typestore(Stores.ROS1_NOETIC), get_typestore(Stores.ROS2_HUMBLE)
VISION = {
    "vision_msgs/msg/ObjectHypothesis": "string class_id\nfloat64 score\n",
    "vision_msgs/msg/ObjectHypothesisWithPose":
        "vision_msgs/ObjectHypothesis hypothesis\ngeometry_msgs/PoseWithCovariance pose\n",
    "vision_msgs/msg/BoundingBox3D": "geometry_msgs/Pose center\ngeometry_msgs/Vector3 size\n",
    "vision_msgs/msg/Detection3D":
        "std_msgs/Header header\nvision_msgs/ObjectHypothesisWithPose[] results\nvision_msgs/BoundingBox3D bbox\nstring id\n",
    "vision_msgs/msg/Detection3DArray": "std_msgs/Header header\nvision_msgs/Detection3D[] detections\n",
}
OLD = dict(VISION)
del OLD["vision_msgs/msg/ObjectHypothesis"]
OLD["vision_msgs/msg/ObjectHypothesisWithPose"] = "int64 id\nfloat64 score\ngeometry_msgs/PoseWithCovariance pose\n"
OLD["vision_msgs/msg/Detection3D"] = "std_msgs/Header header\nvision_msgs/ObjectHypothesisWithPose[] results\nvision_msgs/BoundingBox3D bbox\n"


def store(definitions):
    s = get_typestore(Stores.ROS2_HUMBLE)
    types = {}
    for name, text in definitions.items():
        types.update(get_types_from_msg(text, name))
    s.register({k: v for k, v in types.items() if k not in s.types})
    return s


def header(s, seq=None):
    t = s.types
    args = dict(stamp=t["builtin_interfaces/msg/Time"](sec=1, nanosec=2), frame_id="cam")
    return t["std_msgs/msg/Header"](**({"seq": seq} if seq is not None else {}), **args)


def row(name, s, message, version):
    kind = message.__msgtype__
    text = s.generate_msgdef(kind, ros_version=version)[0]
    data = s.serialize_ros1(message, kind) if version == 1 else s.serialize_cdr(message, kind)
    out = {"name": name, "type": kind, "schema": text, "encoding": "ros1" if version == 1 else "cdr", "hex": bytes(data).hex()}
    if version == 2:
        out["big_endian"] = bytes(s.serialize_cdr(message, kind, little_endian=False)).hex()
    return out


def camera(s, seq=None):
    t = s.types
    low = seq is None
    k = np.array([500, 0, 320, 0, 510, 240, 0, 0, 1.0])
    fields = dict(d=np.array([0.1, -0.2, 0.001, 0.002, 0.05]), k=k, r=np.eye(3).reshape(-1), p=np.zeros(12))
    if not low:
        fields = {a.upper(): b for a, b in fields.items()}
    return t["sensor_msgs/msg/CameraInfo"](header=header(s, seq), height=480, width=640, distortion_model="plumb_bob",
        binning_x=0, binning_y=0, roi=t["sensor_msgs/msg/RegionOfInterest"](0, 0, 0, 0, False), **fields)


def cloud(s, seq=None):
    t = s.types
    points = np.zeros(3, np.dtype({"names": ["x", "y", "z", "intensity", "ring", "t"], "formats": ["<f4", "<f4", "<f4", "u1", "<u2", "<f8"],
                                   "offsets": [0, 4, 8, 16, 18, 24], "itemsize": 32}))
    for i in range(3):
        points[i] = (i + 0.5, -i, 2 * i, 10 * i, 300 + i, i / 4)
    F = t["sensor_msgs/msg/PointField"]
    fields = [F("x", 0, 7, 1), F("y", 4, 7, 1), F("z", 8, 7, 1), F("intensity", 16, 2, 1), F("ring", 18, 4, 1), F("t", 24, 8, 1)]
    return t["sensor_msgs/msg/PointCloud2"](header=header(s, seq), height=1, width=3, fields=fields, is_bigendian=False, point_step=32,
        row_step=96, data=points.view(np.uint8).reshape(-1), is_dense=True)


def boxes(s, old):
    t = s.types
    V, Q, P = t["geometry_msgs/msg/Vector3"], t["geometry_msgs/msg/Quaternion"], t["geometry_msgs/msg/Point"]
    pose = t["geometry_msgs/msg/Pose"](P(1.0, 2.0, 3.0), Q(0.0, 0.0, np.sin(0.25), np.cos(0.25)))
    covariance = t["geometry_msgs/msg/PoseWithCovariance"](pose, np.zeros(36))
    R = t["vision_msgs/msg/ObjectHypothesisWithPose"]
    def result(label, score):
        if old:
            return R(label, score, covariance)
        return R(t["vision_msgs/msg/ObjectHypothesis"](str(label), score), covariance)
    box = t["vision_msgs/msg/BoundingBox3D"](pose, V(4.0, 1.8, 1.5))
    more = {} if old else {"id": "track"}
    one_box = t["vision_msgs/msg/Detection3D"](header=header(s), results=[result(7, 0.25), result(9, 0.75)], bbox=box, **more)
    return t["vision_msgs/msg/Detection3DArray"](header=header(s), detections=[one_box])


rows = [row("camera", two, camera(two), 2), row("cloud", two, cloud(two), 2), row("camera1", one, camera(one, 5), 1),
        row("cloud1", one, cloud(one, 5), 1), row("boxes", store(VISION), boxes(store(VISION), False), 2),
        row("boxesOld", store(OLD), boxes(store(OLD), True), 2)]
print(json.dumps(rows, indent=1))
*/
