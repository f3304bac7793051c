public import Configuration
import Foundation
import Geometry

extension CalibrationFile {
  /// Reads a calibration file.
  ///
  /// - Parameter path: The file.
  /// - Returns: The calibration.
  /// - Throws: `ConfigurationErrors`: unreadable (kind missing), or what is wrong with line and column.
  public static func load(path: String) throws -> CalibrationFile {
    try CalibrationFile(node: YAMLNode(file: path))
  }

  /// Reads a calibration from a document.
  ///
  /// - Parameter node: The document's root.
  /// - Throws: `ConfigurationErrors` with line and column.
  public init(node: YAMLNode) throws {
    let root = try node.requireMapping("a calibration: a mapping with 'cameras'")
    try root.refuseUnknownKeys(besides: [
      "source", "cameras", "stereo", "transforms", "depth_model",
    ])
    let cameras = try root.required("cameras").requireMapping("cameras by name").entries.map {
      let camera = try Self.camera($0.value)
      return NamedCamera(
        name: $0.key, camera: camera,
        uncertainty: try Self.uncertainty(of: camera, in: $0.value.mapping))
    }
    guard !cameras.isEmpty else {
      throw ConfigurationErrors(try root.required("cameras").error("no camera is given"))
    }
    self.init(source: try root.optional("source", default: ""), cameras: cameras)
    if let entry = root["stereo"], !entry.isNull { stereo = try readStereo(entry) }
    if let entries = root["transforms"], !entries.isNull {
      transforms = try entries.requireMapping("transforms by name").entries.map(Self.transform)
    }
  }

  private static let models = ["pinhole": 0, "pinhole5": 5, "pinhole8": 8, "fisheye4": 4]

  private static func camera(_ node: YAMLNode) throws -> CameraModel {
    let entry = try node.requireMapping("a camera")
    try entry.refuseUnknownKeys(besides: [
      "width", "height", "model", "fx", "fy", "cx", "cy", "skew", "distortion", "stddev",
    ])
    let size = try ["width", "height"].map { key in
      let value = try entry.required(key, as: Int.self)
      guard (1...(1 << 20)).contains(value) else {
        throw ConfigurationErrors(
          try entry.required(key).error("'\(key)' is \(value), not 1 to 1048576 pixels"))
      }
      return value
    }
    let focal = Vector2(
      try positive("fx", in: entry), try positive("fy", in: entry))
    let center = Vector2(try finite("cx", in: entry), try finite("cy", in: entry))
    let skew = entry["skew"] == nil ? 0 : try finite("skew", in: entry)
    return CameraModel(
      width: size[0], height: size[1], focalLength: focal, principalPoint: center, skew: skew,
      distortion: try distortion(entry))
  }

  private static func distortion(_ entry: YAMLMapping) throws -> Distortion {
    let model = try entry.optional("model", default: "pinhole")
    guard let count = models[model] else {
      let names = ["pinhole", "pinhole5", "pinhole8", "fisheye4"]
      throw ConfigurationErrors(
        try entry.required("model").error(
          "unknown camera model '\(model)'",
          hint: NearestName.hint(for: model, among: names, listing: "valid models")))
    }
    let coefficients = try entry.optional("distortion", default: [Double]())
    guard coefficients.count == count, coefficients.allSatisfy(\.isFinite) else {
      throw ConfigurationErrors(
        (entry["distortion"] ?? .emptyMapping(at: entry.position)).error(
          "the model \(model) has \(count) distortion coefficients, \(coefficients.count) are given"
        ))
    }
    switch model {
    case "pinhole": return .none
    case "fisheye4": return .fisheye(coefficients)
    default: return .brownConrady(coefficients)
    }
  }

  private func readStereo(_ node: YAMLNode) throws -> StereoEntry {
    let entry = try node.requireMapping("a stereo rig")
    try entry.refuseUnknownKeys(besides: [
      "left", "right", "right_from_left", "rectified", "stddev",
    ])
    let names = try ["left", "right"].map { key in
      let name = try entry.required(key, as: String.self)
      guard camera(named: name) != nil else {
        throw ConfigurationErrors(
          try entry.required(key).error(
            "there is no camera '\(name)'",
            hint: NearestName.hint(for: name, among: cameras.map(\.name), listing: "cameras")))
      }
      return name
    }
    let pose = try Self.pose(entry.required("right_from_left"))
    let isRectified = try entry.optional("rectified", default: false)
    let result = StereoEntry(
      left: names[0], right: names[1], rightFromLeft: pose, isRectified: isRectified,
      uncertainty: try Self.stereoUncertainty(in: entry))
    var copy = self
    copy.stereo = result
    if isRectified, copy.stereoRig?.isRectified != true {
      throw ConfigurationErrors(
        try entry.required("rectified").error(
          "the rig is called rectified, but its cameras have distortion, unequal focal lengths or "
            + "rows, or are not displaced along -x alone"))
    }
    return result
  }

  private static func transform(_ entry: YAMLMapping.Entry) throws -> NamedTransform {
    let parts = entry.key.components(separatedBy: "_from_")
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw ConfigurationErrors(
        ConfigurationError(
          at: entry.keyPosition, "the transform '\(entry.key)' is not named target_from_source"))
    }
    return NamedTransform(
      target: parts[0], source: parts[1], targetFromSource: try pose(entry.value))
  }

  private static func pose(_ node: YAMLNode) throws -> Pose {
    let entry = try node.requireMapping("a transform with rotation and translation")
    try entry.refuseUnknownKeys(besides: ["rotation", "translation"])
    let q = try numbers("rotation", count: 4, in: entry)
    let t = try numbers("translation", count: 3, in: entry)
    let length = q.map { $0 * $0 }.reduce(0, +).squareRoot()
    guard abs(length - 1) < 1e-3 else {
      throw ConfigurationErrors(
        try entry.required("rotation").error(
          "'rotation' is a unit quaternion w x y z; this one has the length \(length)"))
    }
    return Pose(
      rotation: Quaternion(w: q[0], x: q[1], y: q[2], z: q[3]),
      translation: Vector3(t[0], t[1], t[2]))
  }

  static func numbers(
    _ key: String, count: Int, in entry: YAMLMapping
  ) throws -> [Double] {
    let values = try entry.required(key, as: [Double].self)
    guard values.count == count, values.allSatisfy(\.isFinite) else {
      throw ConfigurationErrors(
        try entry.required(key).error("'\(key)' is a list of \(count) numbers"))
    }
    return values
  }

  static func finite(_ key: String, in entry: YAMLMapping) throws -> Double {
    let value = try entry.required(key, as: Double.self)
    guard value.isFinite else {
      throw ConfigurationErrors(try entry.required(key).error("'\(key)' is \(value)"))
    }
    return value
  }

  static func positive(_ key: String, in entry: YAMLMapping) throws -> Double {
    let value = try finite(key, in: entry)
    guard value > 0 else {
      throw ConfigurationErrors(
        try entry.required(key).error("'\(key)' is \(value), it must be above 0"))
    }
    return value
  }
}
