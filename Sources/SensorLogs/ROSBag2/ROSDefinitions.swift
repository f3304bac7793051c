/// Definitions of common ROS 2 messages, for bags that were recorded before bags held them.
enum ROSDefinitions {
  /// The definition of `package/msg/Name` or `package/Name` with those of the types it uses, as MCAP's `ros2msg` joins
  /// them; nil for an unknown type.
  static func text(of type: String) -> String? {
    let parts = type.split(separator: "/")
    guard let package = parts.first, let name = parts.last, parts.count >= 2 else { return nil }
    let root = "\(package)/\(name)"
    guard let own = table[root] else { return nil }
    var text = own + "\n"
    var seen: Set<String> = [root]
    var queue = dependencies(of: root)
    while !queue.isEmpty {
      let next = queue.removeFirst()
      guard seen.insert(next).inserted, let definition = table[next] else { continue }
      text += String(repeating: "=", count: 80) + "\nMSG: \(next)\n" + definition + "\n"
      queue += dependencies(of: next)
    }
    return text
  }

  /// Message types that the fields of a definition have, in order.
  private static func dependencies(of type: String) -> [String] {
    let package = type.prefix { $0 != "/" }
    return (table[type] ?? "").split(separator: "\n").compactMap { line in
      let field = line.prefix { $0 != " " && $0 != "[" }
      if field.contains("/") { return String(field) }
      return table["\(package)/\(field)"] == nil ? nil : "\(package)/\(field)"
    }
  }

  private static let table: [String: String] = [
    "builtin_interfaces/Time": "int32 sec\nuint32 nanosec",
    "builtin_interfaces/Duration": "int32 sec\nuint32 nanosec",
    "std_msgs/Header": "builtin_interfaces/Time stamp\nstring frame_id",
    "std_msgs/Empty": "",
    "std_msgs/String": "string data",
    "std_msgs/Bool": "bool data",
    "std_msgs/Byte": "byte data",
    "std_msgs/Char": "char data",
    "std_msgs/Int8": "int8 data",
    "std_msgs/UInt8": "uint8 data",
    "std_msgs/Int16": "int16 data",
    "std_msgs/UInt16": "uint16 data",
    "std_msgs/Int32": "int32 data",
    "std_msgs/UInt32": "uint32 data",
    "std_msgs/Int64": "int64 data",
    "std_msgs/UInt64": "uint64 data",
    "std_msgs/Float32": "float32 data",
    "std_msgs/Float64": "float64 data",
    "std_msgs/ColorRGBA": "float32 r\nfloat32 g\nfloat32 b\nfloat32 a",
    "geometry_msgs/Vector3": "float64 x\nfloat64 y\nfloat64 z",
    "geometry_msgs/Vector3Stamped": "std_msgs/Header header\nVector3 vector",
    "geometry_msgs/Point": "float64 x\nfloat64 y\nfloat64 z",
    "geometry_msgs/Point32": "float32 x\nfloat32 y\nfloat32 z",
    "geometry_msgs/PointStamped": "std_msgs/Header header\nPoint point",
    "geometry_msgs/Quaternion": "float64 x 0\nfloat64 y 0\nfloat64 z 0\nfloat64 w 1",
    "geometry_msgs/Pose": "Point position\nQuaternion orientation",
    "geometry_msgs/PoseStamped": "std_msgs/Header header\nPose pose",
    "geometry_msgs/PoseArray": "std_msgs/Header header\nPose[] poses",
    "geometry_msgs/PoseWithCovariance": "Pose pose\nfloat64[36] covariance",
    "geometry_msgs/PoseWithCovarianceStamped": "std_msgs/Header header\nPoseWithCovariance pose",
    "geometry_msgs/Transform": "Vector3 translation\nQuaternion rotation",
    "geometry_msgs/TransformStamped":
      "std_msgs/Header header\nstring child_frame_id\nTransform transform",
    "geometry_msgs/Twist": "Vector3 linear\nVector3 angular",
    "geometry_msgs/TwistStamped": "std_msgs/Header header\nTwist twist",
    "geometry_msgs/TwistWithCovariance": "Twist twist\nfloat64[36] covariance",
    "geometry_msgs/TwistWithCovarianceStamped": "std_msgs/Header header\nTwistWithCovariance twist",
    "tf2_msgs/TFMessage": "geometry_msgs/TransformStamped[] transforms",
    "nav_msgs/Odometry":
      "std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/PoseWithCovariance pose\n"
      + "geometry_msgs/TwistWithCovariance twist",
    "nav_msgs/Path": "std_msgs/Header header\ngeometry_msgs/PoseStamped[] poses",
    "sensor_msgs/RegionOfInterest":
      "uint32 x_offset\nuint32 y_offset\nuint32 height\nuint32 width\nbool do_rectify",
    "sensor_msgs/CameraInfo":
      "std_msgs/Header header\nuint32 height\nuint32 width\nstring distortion_model\nfloat64[] d\n"
      + "float64[9] k\nfloat64[9] r\nfloat64[12] p\nuint32 binning_x\nuint32 binning_y\n"
      + "RegionOfInterest roi",
    "sensor_msgs/Image":
      "std_msgs/Header header\nuint32 height\nuint32 width\nstring encoding\nuint8 is_bigendian\n"
      + "uint32 step\nuint8[] data",
    "sensor_msgs/CompressedImage": "std_msgs/Header header\nstring format\nuint8[] data",
    "sensor_msgs/PointField": "string name\nuint32 offset\nuint8 datatype\nuint32 count",
    "sensor_msgs/PointCloud2":
      "std_msgs/Header header\nuint32 height\nuint32 width\nPointField[] fields\nbool is_bigendian\n"
      + "uint32 point_step\nuint32 row_step\nuint8[] data\nbool is_dense",
    "sensor_msgs/Imu":
      "std_msgs/Header header\ngeometry_msgs/Quaternion orientation\n"
      + "float64[9] orientation_covariance\ngeometry_msgs/Vector3 angular_velocity\n"
      + "float64[9] angular_velocity_covariance\ngeometry_msgs/Vector3 linear_acceleration\n"
      + "float64[9] linear_acceleration_covariance",
    "sensor_msgs/MagneticField":
      "std_msgs/Header header\ngeometry_msgs/Vector3 magnetic_field\n"
      + "float64[9] magnetic_field_covariance",
    "sensor_msgs/NavSatStatus": "int8 status\nuint16 service",
    "sensor_msgs/NavSatFix":
      "std_msgs/Header header\nNavSatStatus status\nfloat64 latitude\nfloat64 longitude\n"
      + "float64 altitude\nfloat64[9] position_covariance\nuint8 position_covariance_type",
    "sensor_msgs/LaserScan":
      "std_msgs/Header header\nfloat32 angle_min\nfloat32 angle_max\nfloat32 angle_increment\n"
      + "float32 time_increment\nfloat32 scan_time\nfloat32 range_min\nfloat32 range_max\n"
      + "float32[] ranges\nfloat32[] intensities",
    "sensor_msgs/Range":
      "std_msgs/Header header\nuint8 radiation_type\nfloat32 field_of_view\nfloat32 min_range\n"
      + "float32 max_range\nfloat32 range",
    "sensor_msgs/FluidPressure":
      "std_msgs/Header header\nfloat64 fluid_pressure\nfloat64 variance",
    "sensor_msgs/Temperature": "std_msgs/Header header\nfloat64 temperature\nfloat64 variance",
    "sensor_msgs/JointState":
      "std_msgs/Header header\nstring[] name\nfloat64[] position\nfloat64[] velocity\nfloat64[] effort",
    "rcl_interfaces/Log":
      "builtin_interfaces/Time stamp\nuint8 level\nstring name\nstring msg\nstring file\n"
      + "string function\nuint32 line",
  ]
}
