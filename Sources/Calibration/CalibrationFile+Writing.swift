import Foundation
import Geometry

extension CalibrationFile {
  /// The file's text; ``load(path:)`` reads the same numbers from it.
  public var yamlText: String {
    var lines: [String] = []
    if !source.isEmpty { lines.append("source: \(Self.quoted(source))") }
    lines.append("cameras:")
    for entry in cameras { lines += Self.lines(of: entry) }
    if let stereo {
      lines += [
        "stereo:", "  left: \(Self.quoted(stereo.left))", "  right: \(Self.quoted(stereo.right))",
        "  right_from_left:",
      ]
      lines += Self.lines(of: stereo.rightFromLeft, indent: "    ")
      if stereo.isRectified { lines.append("  rectified: true") }
      if let uncertainty = stereo.uncertainty { lines.append("  stddev: \(uncertainty.yaml)") }
    }
    if !transforms.isEmpty { lines.append("transforms:") }
    for entry in transforms {
      lines.append("  \(Self.quoted(entry.target + "_from_" + entry.source)):")
      lines += Self.lines(of: entry.targetFromSource, indent: "    ")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes the file: whole or not at all.
  ///
  /// - Parameter path: The file; one that exists is replaced.
  /// - Throws: The system's error.
  public func save(path: String) throws {
    try Data(yamlText.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private static func lines(of entry: NamedCamera) -> [String] {
    let camera = entry.camera
    let model: String
    let coefficients: [Double]
    switch camera.distortion {
    case .none: (model, coefficients) = ("pinhole", [])
    case .fisheye(let values): (model, coefficients) = ("fisheye4", values)
    case .brownConrady(let values):
      // Four coefficients are five with k3 = 0.
      let count = values.count <= 5 ? 5 : 8
      coefficients = (0..<count).map { $0 < values.count ? values[$0] : 0 }
      model = "pinhole\(count)"
    }
    var lines = [
      "  \(quoted(entry.name)):", "    width: \(camera.width)", "    height: \(camera.height)",
      "    model: \(model)", "    fx: \(camera.focalLength.x)", "    fy: \(camera.focalLength.y)",
      "    cx: \(camera.principalPoint.x)", "    cy: \(camera.principalPoint.y)",
    ]
    if camera.skew != 0 { lines.append("    skew: \(camera.skew)") }
    if !coefficients.isEmpty { lines.append("    distortion: \(list(coefficients))") }
    if let uncertainty = entry.uncertainty { lines.append("    stddev: \(uncertainty.yaml)") }
    return lines
  }

  private static func lines(of pose: Pose, indent: String) -> [String] {
    let (q, t) = (pose.rotation, pose.translation)
    return [
      "\(indent)rotation: \(list([q.w, q.vector.x, q.vector.y, q.vector.z]))",
      "\(indent)translation: \(list([t.x, t.y, t.z]))",
    ]
  }

  /// The shortest texts that read back as the same numbers.
  static func list(_ values: [Double]) -> String {
    "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
  }

  /// Plain where that cannot be misread, else a double-quoted scalar.
  static func quoted(_ text: String) -> String {
    let isPlain =
      text.first?.isLetter == true
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && (CharacterSet.alphanumerics.contains($0) || $0 == "_")
      } && !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
    if isPlain { return text }
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": return "\\\""
      case "\\": return "\\\\"
      case "\n": return "\\n"
      case _ where scalar.value < 32 || scalar.value == 127:
        return String(format: "\\x%02x", scalar.value)
      default: return String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
