import Geometry

/// `sensor_msgs/CameraInfo` to ``CameraModel``.
enum ROSCamera {
  static func model(_ tree: ROSTree) throws -> CameraModel {
    // ROS 1 writes the matrices in capitals.
    func reals(_ name: String) throws -> [Double] {
      tree[name] == nil ? try tree.reals(name.uppercased()) : try tree.reals(name)
    }
    return try model(
      width: try tree.integer("width"), height: try tree.integer("height"), matrix: try reals("k"),
      distortion: try reals("d"), named: try tree.text("distortion_model"))
  }

  /// A camera from the fields that ROS and Foxglove share.
  static func model(
    width: Int, height: Int, matrix k: [Double], distortion d: [Double], named name: String
  ) throws -> CameraModel {
    guard k.count == 9, k[0] > 0, k[4] > 0, k.allSatisfy(\.isFinite) else {
      throw FormatProblem("the camera is not calibrated: its matrix K is \(k)")
    }
    return CameraModel(
      width: width, height: height, focalLength: Vector2(k[0], k[4]),
      principalPoint: Vector2(k[2], k[5]), skew: k[1],
      distortion: try distortion(d, named: name))
  }

  private static func distortion(_ d: [Double], named name: String) throws -> Distortion {
    guard d.allSatisfy(\.isFinite) else {
      throw FormatProblem("the camera's distortion coefficients are not finite: \(d)")
    }
    guard d.contains(where: { $0 != 0 }) else { return .none }
    switch name {
    case "plumb_bob" where d.count <= 5, "" where d.count <= 5:
      return .brownConrady(d + [Double](repeating: 0, count: 5 - d.count))
    case "plumb_bob", "rational_polynomial":
      guard d.count >= 5, d.dropFirst(8).allSatisfy({ $0 == 0 }) else { break }
      let padded = d + [Double](repeating: 0, count: max(0, 8 - d.count))
      return .brownConrady([Double](padded.prefix(8)))
    case "equidistant", "fisheye", "kannala_brandt":
      guard d.count == 4 else { break }
      return .fisheye(d)
    default: break
    }
    throw FormatProblem(
      "the distortion model '\(name)' with \(d.count) coefficients is not supported;"
        + " plumb_bob, rational_polynomial with 8 and equidistant with 4 are")
  }
}
