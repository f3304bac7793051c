import Geometry

/// One inertial sample that was read when the log was opened, as a record like `sensor_msgs/msg/Imu`.
struct IMUContent: FileContent {
  var file: String
  var place: String
  var orientation: Quaternion?
  /// Radians a second.
  var angularVelocity: Vector3
  /// Metres a second squared.
  var acceleration: Vector3

  var payloadType: String { Record.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload { record }

  var record: Record {
    var fields: [(name: String, value: RecordValue)] = []
    if let orientation {
      let (w, v) = (orientation.w, orientation.vector)
      let parts: [(name: String, value: RecordValue)] = [
        ("x", .real(v.x)), ("y", .real(v.y)), ("z", .real(v.z)), ("w", .real(w)),
      ]
      fields.append(
        (
          "orientation", .record(Record(schemaName: "geometry_msgs/msg/Quaternion", fields: parts))
        ))
    }
    fields.append(("angular_velocity", Self.vector(angularVelocity)))
    fields.append(("linear_acceleration", Self.vector(acceleration)))
    return Record(schemaName: "sensor_msgs/msg/Imu", fields: fields)
  }

  private static func vector(_ v: Vector3) -> RecordValue {
    .record(
      Record(
        schemaName: "geometry_msgs/msg/Vector3",
        fields: [("x", .real(v.x)), ("y", .real(v.y)), ("z", .real(v.z))]))
  }

  func check() -> FileCheck { FileCheck() }
}
