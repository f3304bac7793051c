import Configuration
import Foundation

/// How other tools write a calibration.
public enum CalibrationFormat: String, Sendable, CaseIterable {
  /// The project's own YAML: ``CalibrationFile``.
  case parallax
  /// ROS `camera_info` as camera_calibration_parsers reads it: one camera a file.
  case ros
  /// OpenCV's FileStorage YAML: `camera_matrix` and `distortion_coefficients`, or `M1 D1 M2 D2 R T` for a rig.
  case opencv
  /// Kalibr's `camchain.yaml`.
  case kalibr

  /// The form of a text, by its keys; nil when it is none of them.
  ///
  /// - Parameter text: The text.
  /// - Returns: The form.
  public static func detect(_ text: String) -> CalibrationFormat? {
    let lines = text.split(whereSeparator: \.isNewline).lazy.map { $0.prefix(64) }
    func hasKey(_ key: String) -> Bool { lines.contains { $0.hasPrefix(key + ":") } }
    if hasKey("cameras") { return .parallax }
    if hasKey("cam0") { return .kalibr }
    if text.hasPrefix("%YAML") || text.contains("!!opencv-matrix") || hasKey("M1") {
      return .opencv
    }
    return hasKey("camera_matrix") ? .ros : nil
  }
}

/// Why a calibration cannot be written in a form.
public struct CalibrationFormatError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The form.
  public var format: CalibrationFormat
  /// What it cannot express, and what to do.
  public var reason: String

  /// The reason in words.
  public var description: String {
    "cannot be written in the form of \(format.rawValue): \(reason)"
  }
}

extension CalibrationFile {
  /// Reads a calibration in one of the known forms.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - name: The file's name, for messages.
  ///   - format: The form; found by the text's keys when nil.
  ///   - imageSize: Width and height for files of OpenCV that lack them, pixels.
  /// - Throws: `ConfigurationErrors` with line and column.
  public init(
    text: String, named name: String, format: CalibrationFormat? = nil,
    imageSize: (width: Int, height: Int)? = nil
  ) throws {
    guard let format = format ?? CalibrationFormat.detect(text) else {
      throw ConfigurationErrors(
        ConfigurationError(
          at: SourcePosition(file: name, line: 1, column: 1),
          "no calibration: it has none of the keys 'cameras', 'cam0', 'camera_matrix' and 'M1'"))
    }
    let plain = format == .opencv ? Self.plainYAML(fromOpenCV: text) : text
    let node = try YAMLNode(text: plain, file: name)
    switch format {
    case .parallax: self = try CalibrationFile(node: node)
    case .ros: self = try Self.ros(node)
    case .opencv: self = try Self.openCV(node, imageSize: imageSize)
    case .kalibr: self = try Self.kalibr(node)
    }
  }

  /// The calibration's text in a form.
  ///
  /// - Parameters:
  ///   - format: The form.
  ///   - camera: Which camera to write in a form that holds one; needed when there are several.
  /// - Returns: The text.
  /// - Throws: ``CalibrationFormatError`` for what the form cannot express.
  public func text(as format: CalibrationFormat, camera: String? = nil) throws -> String {
    switch format {
    case .parallax: return yamlText
    case .ros: return try rosText(camera: camera)
    case .opencv: return try openCVText(camera: camera)
    case .kalibr: return try kalibrText()
    }
  }

  /// The named camera, or the only one.
  func chosenCamera(_ name: String?, for format: CalibrationFormat) throws -> NamedCamera {
    let names = cameras.map(\.name).joined(separator: ", ")
    if let name {
      guard let found = cameras.first(where: { $0.name == name }) else {
        throw CalibrationFormatError(
          format: format, reason: "there is no camera '\(name)'; the cameras are \(names)")
      }
      return found
    }
    guard cameras.count == 1, let only = cameras.first else {
      throw CalibrationFormatError(
        format: format, reason: "a file holds one camera; choose one of \(names)")
    }
    return only
  }

  /// Refuses what forms without a skew cannot express.
  func refuseSkew(_ entry: NamedCamera, for format: CalibrationFormat) throws {
    guard entry.camera.skew == 0 else {
      throw CalibrationFormatError(
        format: format,
        reason: "camera '\(entry.name)' has a skew of \(entry.camera.skew) px, which its users "
          + "ignore; calibrate without skew")
    }
  }
}
