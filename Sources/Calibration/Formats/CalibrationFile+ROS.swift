import Configuration
import Geometry
import Vision

// The layout of camera_calibration_parsers (image_common): image_width, image_height, camera_name and four matrices.
extension CalibrationFile {
  static func ros(_ node: YAMLNode) throws -> CalibrationFile {
    let root = try node.requireMapping("a camera_info")
    let width = try root.required("image_width", as: Int.self)
    let height = try root.required("image_height", as: Int.self)
    let k = try MatrixNode("camera_matrix", rows: 3, columns: 3, in: root)
    let camera = try MatrixNode.camera(
      k.values, distortion: rosDistortion(root), width: width, height: height,
      at: root.required("camera_matrix"))
    let name = try root.optional("camera_name", default: "camera")
    return CalibrationFile(
      source: "ROS camera_info",
      cameras: [.init(name: name.isEmpty ? "camera" : name, camera: camera)])
  }

  private static func rosDistortion(_ root: YAMLMapping) throws -> Distortion {
    let model = try root.optional("distortion_model", default: "plumb_bob")
    guard let entry = root["distortion_coefficients"], !entry.isNull else { return .none }
    let values = try MatrixNode(entry).values
    let counts = ["plumb_bob": [0, 4, 5], "rational_polynomial": [8], "equidistant": [4]]
    let fisheye = model == "equidistant" || model == "fisheye"
    guard let allowed = counts[model == "fisheye" ? "equidistant" : model] else {
      throw ConfigurationErrors(
        try root.required("distortion_model").error(
          "unknown distortion model '\(model)'",
          hint: NearestName.hint(for: model, among: counts.keys.sorted(), listing: "known models")))
    }
    guard allowed.contains(values.count) else {
      let expected = allowed.map(String.init).joined(separator: " or ")
      throw ConfigurationErrors(
        entry.error(
          "the model \(model) has \(expected) coefficients, \(values.count) are given"))
    }
    if fisheye { return .fisheye(values) }
    if values.allSatisfy({ $0 == 0 }) { return .none }
    return .brownConrady(values.count == 4 ? values + [0] : values)
  }

  func rosText(camera name: String?) throws -> String {
    let entry = try chosenCamera(name, for: .ros)
    try refuseSkew(entry, for: .ros)
    let camera = entry.camera
    let (model, coefficients): (String, [Double]) =
      switch camera.distortion {
      case .none: ("plumb_bob", [0, 0, 0, 0, 0])
      case .fisheye(let values): ("equidistant", values)
      case .brownConrady(let values):
        values.count <= 5
          ? ("plumb_bob", Self.filled(values, to: 5))
          : ("rational_polynomial", Self.filled(values, to: 8))
      }
    let (rotation, projection) = try rosRectification(of: entry)
    func matrix(_ key: String, _ rows: Int, _ columns: Int, _ values: [Double]) -> [String] {
      ["\(key):", "  rows: \(rows)", "  cols: \(columns)", "  data: \(Self.list(values))"]
    }
    var lines = [
      "image_width: \(camera.width)", "image_height: \(camera.height)",
      "camera_name: \(Self.quoted(entry.name))",
    ]
    lines += matrix("camera_matrix", 3, 3, camera.matrixWithoutSkew)
    lines.append("distortion_model: \(model)")
    lines += matrix("distortion_coefficients", 1, coefficients.count, coefficients)
    lines += matrix("rectification_matrix", 3, 3, rotation)
    lines += matrix("projection_matrix", 3, 4, projection)
    return lines.joined(separator: "\n") + "\n"
  }

  static func filled(_ values: [Double], to count: Int) -> [Double] {
    values + [Double](repeating: 0, count: max(0, count - values.count))
  }

  /// R and P: those of the rectified rig for its two cameras, else identity and K.
  private func rosRectification(of entry: NamedCamera) throws -> ([Double], [Double]) {
    let k = entry.camera.matrixWithoutSkew
    let plain = [k[0], 0, k[2], 0, 0, k[4], k[5], 0, 0, 0, 1, 0]
    guard let stereo, let rig = stereoRig, [stereo.left, stereo.right].contains(entry.name) else {
      return (Matrix3.identity.elements, plain)
    }
    let rectified: StereoRig
    do { rectified = try StereoRectification(rig).rig } catch {
      throw CalibrationFormatError(format: .ros, reason: "the rig cannot be rectified: \(error)")
    }
    let isLeft = entry.name == stereo.left
    let turned = RectifyingRotations(rig)
    let camera = isLeft ? rectified.left : rectified.right
    let shift = isLeft ? 0 : rectified.rightFromLeft.translation.x * camera.focalLength.x
    let (f, c) = (camera.focalLength, camera.principalPoint)
    return (
      (isLeft ? turned.left : turned.right).elements,
      [f.x, 0, c.x, shift, 0, f.y, c.y, 0, 0, 0, 1, 0]
    )
  }

  /// The rig of two ROS files, from their rectification and projection matrices.
  ///
  /// - Parameters:
  ///   - left: Text of the left camera's file.
  ///   - right: Text of the right camera's file.
  ///   - names: The files' names, for messages.
  /// - Returns: The calibration with both cameras, the right one displaced as its projection matrix says.
  /// - Throws: `ConfigurationErrors`.
  public static func rosRig(
    left: String, right: String, names: (left: String, right: String)
  ) throws -> CalibrationFile {
    let nodes = try [
      YAMLNode(text: left, file: names.left), YAMLNode(text: right, file: names.right),
    ]
    var cameras = try nodes.flatMap { try ros($0).cameras }
    if cameras[0].name == cameras[1].name { (cameras[0].name, cameras[1].name) = ("left", "right") }
    let turned = try nodes.map { node in
      let root = try node.requireMapping()
      let matrix = try MatrixNode("rectification_matrix", rows: 3, columns: 3, in: root)
      return try MatrixNode.pose(
        matrix.values, [0, 0, 0], at: root.required("rectification_matrix"))
    }
    let root = try nodes[1].requireMapping()
    let projection = try MatrixNode("projection_matrix", rows: 3, columns: 4, in: root).values
    guard projection[0] > 0, projection[3] < 0 else {
      throw ConfigurationErrors(
        try root.required("projection_matrix").error(
          "the right camera's projection has no shift below 0 in row 0, column 3: no rig"))
    }
    let shift = Pose(
      rotation: .identity, translation: Vector3(projection[3] / projection[0], 0, 0))
    return CalibrationFile(
      source: "ROS camera_info", cameras: cameras,
      stereo: StereoEntry(
        left: cameras[0].name, right: cameras[1].name,
        rightFromLeft: turned[1].inverse * shift * turned[0]))
  }
}
