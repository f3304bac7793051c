import Geometry

/// One GPS/IMU sample of a raw drive, as a record.
struct KITTIOXTSContent: FileContent {
  /// Which part of the sample.
  enum Kind: Sendable { case imu, fix, all }

  var path: String
  var file: String
  var place: String
  var kind: Kind

  var payloadType: String { Record.typeName }

  /// The columns in the order of the file: degrees for latitude and longitude, radians, metres and seconds else.
  static let columns = [
    "lat", "lon", "alt", "roll", "pitch", "yaw", "vn", "ve", "vf", "vl", "vu", "ax", "ay", "az",
    "af", "al", "au", "wx", "wy", "wz", "wf", "wl", "wu", "pos_accuracy", "vel_accuracy", "navstat",
    "numsats", "posmode", "velmode", "orimode",
  ]

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    let words = NumberText.words(try RandomAccessFile.text(of: path, named: file, place: place))
    guard words.count == Self.columns.count else {
      throw failure("has \(words.count) numbers, expected \(Self.columns.count)")
    }
    let v: [Double]
    do {
      v = try NumberText.numbers(words)
    } catch {
      throw failure(error.problem)
    }
    switch kind {
    case .all:
      return Record(
        schemaName: "kitti/oxts", fields: zip(Self.columns, v).map { ($0, .real($1)) })
    case .fix:
      return Record(
        schemaName: "sensor_msgs/msg/NavSatFix",
        fields: [("latitude", .real(v[0])), ("longitude", .real(v[1])), ("altitude", .real(v[2]))])
    case .imu:
      let q =
        Quaternion(angle: v[5], axis: Vector3(0, 0, 1))
        * Quaternion(angle: v[4], axis: Vector3(0, 1, 0))
        * Quaternion(angle: v[3], axis: Vector3(1, 0, 0))
      return IMUContent(
        file: file, place: place, orientation: q, angularVelocity: Vector3(v[17], v[18], v[19]),
        acceleration: Vector3(v[11], v[12], v[13])
      ).record
    }
  }

  func check() -> FileCheck { checkByDecoding() }
}
