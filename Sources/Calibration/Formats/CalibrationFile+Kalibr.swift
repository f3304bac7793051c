import Configuration
import Foundation
import Geometry

// Kalibr's camchain.yaml: cam0, cam1, … each with its transform from the camera before.
extension CalibrationFile {
  static func kalibr(_ node: YAMLNode) throws -> CalibrationFile {
    let root = try node.requireMapping("cameras cam0, cam1, …")
    var file = CalibrationFile(source: "Kalibr", cameras: [])
    while let entry = root["cam\(file.cameras.count)"] {
      let number = file.cameras.count
      let name = "cam\(number)"
      let fields = try entry.requireMapping("a camera")
      file.cameras.append(NamedCamera(name: name, camera: try kalibrCamera(fields)))
      if let matrix = fields["T_cn_cnm1"] {
        let pose = try kalibrPose(matrix)
        if number == 1 {
          file.stereo = StereoEntry(left: "cam0", right: "cam1", rightFromLeft: pose)
        } else {
          file.transforms.append(
            NamedTransform(target: name, source: "cam\(number - 1)", targetFromSource: pose))
        }
      } else if number > 0 {
        throw ConfigurationErrors(entry.error("'\(name)' lacks T_cn_cnm1"))
      }
      if let matrix = fields["T_cam_imu"] {
        file.transforms.append(
          NamedTransform(target: name, source: "imu", targetFromSource: try kalibrPose(matrix)))
      }
    }
    guard !file.cameras.isEmpty else { throw ConfigurationErrors(node.error("there is no 'cam0'")) }
    return file
  }

  private static func kalibrCamera(_ fields: YAMLMapping) throws -> CameraModel {
    let model = try fields.required("camera_model", as: String.self)
    guard model == "pinhole" else {
      throw ConfigurationErrors(
        try fields.required("camera_model").error(
          "the camera model '\(model)' is not supported", hint: "pinhole is"))
    }
    let k = try numbers("intrinsics", count: 4, in: fields)
    let size = try fields.required("resolution", as: [Int].self)
    guard size.count == 2 else {
      throw ConfigurationErrors(try fields.required("resolution").error("no width and height"))
    }
    let lens = try fields.optional("distortion_model", default: "none")
    let counts = ["none": 0, "radtan": 4, "equidistant": 4]
    guard let count = counts[lens] else {
      throw ConfigurationErrors(
        try fields.required("distortion_model").error(
          "the distortion model '\(lens)' is not supported", hint: "radtan and equidistant are"))
    }
    let values = count == 0 ? [] : try numbers("distortion_coeffs", count: count, in: fields)
    let distortion: Distortion =
      switch lens {
      case "equidistant": .fisheye(values)
      case "radtan" where values.contains { $0 != 0 }: .brownConrady(values + [0])
      default: .none
      }
    return try MatrixNode.camera(
      [k[0], 0, k[2], 0, k[1], k[3], 0, 0, 1], distortion: distortion, width: size[0],
      height: size[1], at: fields.required("intrinsics"))
  }

  private static func kalibrPose(_ node: YAMLNode) throws -> Pose {
    let rows = try node.requireItems("four rows of four numbers").map {
      try $0.value(as: [Double].self)
    }
    guard rows.count == 4, rows.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isFinite) }),
      rows[3] == [0, 0, 0, 1]
    else { throw ConfigurationErrors(node.error("no 4 x 4 matrix with a last row 0 0 0 1")) }
    return try MatrixNode.pose(rows[..<3].flatMap { $0[..<3] }, rows[..<3].map { $0[3] }, at: node)
  }

  func kalibrText() throws -> String {
    let order = kalibrOrder
    var lines: [String] = []
    for (number, entry) in order.enumerated() {
      let camera = entry.camera
      try refuseSkew(entry, for: .kalibr)
      let (model, coefficients) = try Self.kalibrDistortion(entry)
      let (f, c) = (camera.focalLength, camera.principalPoint)
      let others = order.indices.filter { $0 != number }.map(String.init).joined(separator: ", ")
      lines.append("cam\(number):")
      if number > 0 {
        let before = order[number - 1].name
        guard let pose = pose(of: entry.name, from: before) else {
          throw CalibrationFormatError(
            format: .kalibr,
            reason: "the transform from camera '\(before)' to '\(entry.name)' is not known")
        }
        lines += Self.kalibrMatrix("T_cn_cnm1", pose)
      }
      if let pose = transform(to: entry.name, from: "imu") {
        lines += Self.kalibrMatrix("T_cam_imu", pose)
      }
      lines += [
        "  cam_overlaps: [\(others)]", "  camera_model: pinhole",
        "  distortion_coeffs: \(Self.list(coefficients))", "  distortion_model: \(model)",
        "  intrinsics: \(Self.list([f.x, f.y, c.x, c.y]))",
        "  resolution: [\(camera.width), \(camera.height)]",
        "  rostopic: \(Self.quoted("/" + entry.name + "/image_raw"))",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The rig's cameras first.
  private var kalibrOrder: [NamedCamera] {
    guard let stereo else { return cameras }
    let rig = [stereo.left, stereo.right]
    return rig.compactMap { name in cameras.first { $0.name == name } }
      + cameras.filter { !rig.contains($0.name) }
  }

  private func pose(of target: String, from source: String) -> Pose? {
    if let stereo, stereo.left == source, stereo.right == target { return stereo.rightFromLeft }
    return transform(to: target, from: source)
  }

  private static func kalibrDistortion(_ entry: NamedCamera) throws -> (String, [Double]) {
    switch entry.camera.distortion {
    case .none: return ("radtan", [0, 0, 0, 0])
    case .fisheye(let values): return ("equidistant", values)
    case .brownConrady(let values):
      guard values.dropFirst(4).allSatisfy({ $0 == 0 }) else {
        throw CalibrationFormatError(
          format: .kalibr,
          reason: "camera '\(entry.name)' has distortion coefficients beyond k1 k2 p1 p2, and "
            + "radtan holds these four only")
      }
      return ("radtan", filled(Array(values.prefix(4)), to: 4))
    }
  }

  private static func kalibrMatrix(_ key: String, _ pose: Pose) -> [String] {
    let r = pose.rotation.matrix.rows
    let rows = (0..<3).map { [r[$0].x, r[$0].y, r[$0].z, pose.translation[$0]] } + [[0, 0, 0, 1]]
    return ["  \(key):"] + rows.map { "  - " + list($0) }
  }
}
