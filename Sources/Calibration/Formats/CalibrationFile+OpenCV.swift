import Configuration
import Foundation
import Geometry

// The form in which OpenCV's calibration samples store their results with cv::FileStorage.
extension CalibrationFile {
  /// YAML without what libyaml refuses: the line `%YAML:1.0` and the tags of matrices.
  ///
  /// Places stay where they are.
  static func plainYAML(fromOpenCV text: String) -> String {
    var plain = text
    let tag = "!!opencv-matrix"
    plain = plain.replacingOccurrences(
      of: tag, with: String(repeating: " ", count: tag.count))
    if plain.hasPrefix("%YAML"), let end = plain.firstIndex(where: \.isNewline) {
      plain.replaceSubrange(plain.startIndex..<end, with: "#")
    }
    return plain
  }

  static func openCV(
    _ node: YAMLNode, imageSize: (width: Int, height: Int)?
  ) throws -> CalibrationFile {
    let root = try node.requireMapping("matrices by name")
    let width = try root.optional("image_width", as: Int.self) ?? imageSize?.width
    let height = try root.optional("image_height", as: Int.self) ?? imageSize?.height
    guard let width, let height else {
      throw ConfigurationErrors(
        node.error("'image_width' and 'image_height' are missing", hint: "give the image size"))
    }
    let isFisheye = ["fisheye_model", "fisheye"].contains { key in
      guard let scalar = root[key]?.scalar else { return false }
      return scalar.bool ?? (scalar.number != .integer(0))
    }
    func camera(_ name: String, _ matrix: String, _ distortion: String) throws -> NamedCamera {
      let k = try MatrixNode(matrix, rows: 3, columns: 3, in: root)
      let lens = try openCVDistortion(root, distortion, isFisheye: isFisheye)
      return NamedCamera(
        name: name,
        camera: try MatrixNode.camera(
          k.values, distortion: lens, width: width, height: height, at: root.required(matrix)))
    }
    guard root["M1"] != nil else {
      let name = try root.optional("camera_name", default: "camera")
      return CalibrationFile(
        source: "OpenCV",
        cameras: [try camera(name, "camera_matrix", "distortion_coefficients")])
    }
    var file = CalibrationFile(
      source: "OpenCV", cameras: [try camera("left", "M1", "D1"), try camera("right", "M2", "D2")])
    if let place = root["R"] {
      let rotation = try MatrixNode("R", rows: 3, columns: 3, in: root)
      let translation = try MatrixNode("T", rows: 3, columns: 1, in: root)
      file.stereo = StereoEntry(
        left: "left", right: "right",
        rightFromLeft: try MatrixNode.pose(rotation.values, translation.values, at: place))
    }
    return file
  }

  private static func openCVDistortion(
    _ root: YAMLMapping, _ key: String, isFisheye: Bool
  ) throws -> Distortion {
    guard let node = root[key], !node.isNull else { return .none }
    let values = try MatrixNode(node).values
    if isFisheye {
      guard values.count == 4 else {
        throw ConfigurationErrors(
          node.error("a fisheye has 4 coefficients, \(values.count) are given"))
      }
      return .fisheye(values)
    }
    if values.allSatisfy({ $0 == 0 }) { return .none }
    switch values.count {
    case 4: return .brownConrady(values + [0])
    case 5, 8: return .brownConrady(values)
    case 12, 14:
      guard values[8...].allSatisfy({ $0 == 0 }) else {
        throw ConfigurationErrors(
          node.error("thin prism and tilt coefficients (9th to 14th) are not supported"))
      }
      return .brownConrady(Array(values[..<8]))
    default:
      throw ConfigurationErrors(
        node.error("\(values.count) distortion coefficients; OpenCV has 4, 5, 8, 12 or 14"))
    }
  }

  func openCVText(camera name: String?) throws -> String {
    let rig = name == nil ? stereoRig : nil
    var lines = ["%YAML:1.0", "---"]
    if let rig, let stereo {
      for name in [stereo.left, stereo.right] {
        try refuseSkew(try chosenCamera(name, for: .opencv), for: .opencv)
      }
      guard rig.left.width == rig.right.width, rig.left.height == rig.right.height else {
        throw CalibrationFormatError(
          format: .opencv, reason: "the rig's cameras differ in size; choose one camera")
      }
      guard Self.isFisheye(rig.left) == Self.isFisheye(rig.right) else {
        throw CalibrationFormatError(
          format: .opencv, reason: "the rig has one fisheye and one pinhole camera; choose one")
      }
      lines += Self.size(rig.left)
      lines += Self.matrix("M1", 3, 3, rig.left.matrixWithoutSkew)
      lines += Self.distortion("D1", rig.left)
      lines += Self.matrix("M2", 3, 3, rig.right.matrixWithoutSkew)
      lines += Self.distortion("D2", rig.right)
      let t = rig.rightFromLeft.translation
      lines += Self.matrix("R", 3, 3, rig.rightFromLeft.rotation.matrix.elements)
      lines += Self.matrix("T", 3, 1, [t.x, t.y, t.z])
    } else {
      let entry = try chosenCamera(name, for: .opencv)
      try refuseSkew(entry, for: .opencv)
      lines += Self.size(entry.camera)
      lines.append("camera_name: \"\(entry.name.filter { $0 != "\"" && $0 != "\\" })\"")
      lines += Self.matrix("camera_matrix", 3, 3, entry.camera.matrixWithoutSkew)
      lines += Self.distortion("distortion_coefficients", entry.camera)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func isFisheye(_ camera: CameraModel) -> Bool {
    if case .fisheye = camera.distortion { return true }
    return false
  }

  private static func size(_ camera: CameraModel) -> [String] {
    [
      "image_width: \(camera.width)", "image_height: \(camera.height)",
      "fisheye_model: \(isFisheye(camera) ? 1 : 0)",
    ]
  }

  private static func distortion(_ key: String, _ camera: CameraModel) -> [String] {
    let values: [Double] =
      switch camera.distortion {
      case .none: [0, 0, 0, 0, 0]
      case .fisheye(let values): values
      case .brownConrady(let values): filled(values, to: values.count <= 5 ? 5 : 8)
      }
    return matrix(key, values.count, 1, values)
  }

  private static func matrix(
    _ key: String, _ rows: Int, _ columns: Int, _ values: [Double]
  ) -> [String] {
    let numbers = values.map { String(format: "%.16e", $0) }
    // OpenCV's reader takes lines of any length, people do not.
    let data = stride(from: 0, to: numbers.count, by: 3).map {
      numbers[$0..<min($0 + 3, numbers.count)].joined(separator: ", ")
    }
    return [
      "\(key): !!opencv-matrix", "   rows: \(rows)", "   cols: \(columns)", "   dt: d",
      "   data: [ " + data.joined(separator: ",\n       ") + " ]",
    ]
  }
}
