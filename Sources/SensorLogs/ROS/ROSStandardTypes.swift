/// Definitions of the message types that Parallax writes.
enum ROSStandardTypes {
  private static let parts: [String: String] = [
    "builtin_interfaces/Time": "int32 sec\nuint32 nanosec\n",
    "std_msgs/Header": "builtin_interfaces/Time stamp\nstring frame_id\n",
    "sensor_msgs/PointField": """
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
    "sensor_msgs/PointCloud2": """
    std_msgs/Header header
    uint32 height
    uint32 width
    sensor_msgs/PointField[] fields
    bool is_bigendian
    uint32 point_step
    uint32 row_step
    uint8[] data
    bool is_dense

    """,
    "sensor_msgs/Image": """
    std_msgs/Header header
    uint32 height
    uint32 width
    string encoding
    uint8 is_bigendian
    uint32 step
    uint8[] data

    """,
    "sensor_msgs/CompressedImage": "std_msgs/Header header\nstring format\nuint8[] data\n",
    "sensor_msgs/RegionOfInterest": """
    uint32 x_offset
    uint32 y_offset
    uint32 height
    uint32 width
    bool do_rectify

    """,
    "sensor_msgs/CameraInfo": """
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

    """,
    "geometry_msgs/Vector3": "float64 x\nfloat64 y\nfloat64 z\n",
    "geometry_msgs/Quaternion": "float64 x 0\nfloat64 y 0\nfloat64 z 0\nfloat64 w 1\n",
    "geometry_msgs/Transform":
      "geometry_msgs/Vector3 translation\ngeometry_msgs/Quaternion rotation\n",
    "geometry_msgs/TransformStamped":
      "std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/Transform transform\n",
    "tf2_msgs/TFMessage": "geometry_msgs/TransformStamped[] transforms\n",
    "sensor_msgs/Imu": """
    std_msgs/Header header
    geometry_msgs/Quaternion orientation
    float64[9] orientation_covariance
    geometry_msgs/Vector3 angular_velocity
    float64[9] angular_velocity_covariance
    geometry_msgs/Vector3 linear_acceleration
    float64[9] linear_acceleration_covariance

    """,
    "sensor_msgs/NavSatStatus": """
    int8 STATUS_NO_FIX=-1
    int8 STATUS_FIX=0
    int8 STATUS_SBAS_FIX=1
    int8 STATUS_GBAS_FIX=2
    uint16 SERVICE_GPS=1
    uint16 SERVICE_GLONASS=2
    uint16 SERVICE_COMPASS=4
    uint16 SERVICE_GALILEO=8
    int8 status
    uint16 service

    """,
    "sensor_msgs/NavSatFix": """
    std_msgs/Header header
    sensor_msgs/NavSatStatus status
    float64 latitude
    float64 longitude
    float64 altitude
    float64[9] position_covariance
    uint8 COVARIANCE_TYPE_UNKNOWN=0
    uint8 COVARIANCE_TYPE_APPROXIMATED=1
    uint8 COVARIANCE_TYPE_DIAGONAL_KNOWN=2
    uint8 COVARIANCE_TYPE_KNOWN=3
    uint8 position_covariance_type

    """,
    "vision_msgs/Detection2DArray":
      "std_msgs/Header header\nvision_msgs/Detection2D[] detections\n",
    "vision_msgs/Detection2D": """
    std_msgs/Header header
    vision_msgs/ObjectHypothesisWithPose[] results
    vision_msgs/BoundingBox2D bbox
    string id

    """,
    "vision_msgs/ObjectHypothesisWithPose":
      "vision_msgs/ObjectHypothesis hypothesis\ngeometry_msgs/PoseWithCovariance pose\n",
    "vision_msgs/ObjectHypothesis": "string class_id\nfloat64 score\n",
    "vision_msgs/BoundingBox2D": "vision_msgs/Pose2D center\nfloat64 size_x\nfloat64 size_y\n",
    "vision_msgs/Pose2D": "vision_msgs/Point2D position\nfloat64 theta\n",
    "vision_msgs/Point2D": "float64 x\nfloat64 y\n",
    "geometry_msgs/PoseWithCovariance": "geometry_msgs/Pose pose\nfloat64[36] covariance\n",
    "geometry_msgs/Pose": "geometry_msgs/Point position\ngeometry_msgs/Quaternion orientation\n",
    "geometry_msgs/Point": "float64 x\nfloat64 y\nfloat64 z\n",
  ]

  /// A type's definition with those of the types it uses, as `ros2msg`; nil when it is not one of these.
  static func text(_ name: String) -> String? {
    let short = ROSSchema.shortName(name)
    guard var text = parts[short] else { return nil }
    var (known, open): (Set<String>, [String]) = ([short], [short])
    while !open.isEmpty {
      let next = open.removeFirst()
      for line in (parts[next] ?? "").split(separator: "\n") {
        var type = String(line.prefix { $0 != " " })
        if let bracket = type.firstIndex(of: "[") { type = String(type[..<bracket]) }
        guard let part = parts[type], known.insert(type).inserted else { continue }
        text += String(repeating: "=", count: 80) + "\nMSG: \(type)\n" + part
        open.append(type)
      }
    }
    return text
  }
}
