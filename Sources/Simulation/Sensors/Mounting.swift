import Geometry

/// How sensors sit on the vehicle: x forward, y left, z up; cameras look along +z with x right and y down.
enum Mounting {
  static func translation(_ position: [Double]) -> Vector3 {
    var translation = Vector3.zero
    for (axis, value) in position.prefix(3).enumerated() { translation[axis] = value }
    return translation
  }

  static func vehicleFromOptical(
    _ position: [Double], yawDegrees: Double, downDegrees: Double
  ) -> Pose {
    // Columns: where the camera's x, y and z point in the vehicle frame.
    let forward = Quaternion(
      Matrix3(rows: [Vector3(0, 0, 1), Vector3(-1, 0, 0), Vector3(0, -1, 0)]))
    let yaw = Quaternion(angle: yawDegrees * .pi / 180, axis: Vector3(0, 0, 1))
    let down = Quaternion(angle: downDegrees * .pi / 180, axis: Vector3(0, 1, 0))
    return Pose(rotation: yaw * down * forward, translation: translation(position))
  }
}
