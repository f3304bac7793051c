import Configuration
public import Geometry

/// Standard deviations of a camera's parameters, as an estimate states them.
public struct CameraUncertainty: Sendable, Equatable {
  /// Of the focal lengths in x and y, pixels.
  public var focalLength: Vector2
  /// Of the principal point, pixels.
  public var principalPoint: Vector2
  /// Of the skew, pixels; 0 where it was held fixed.
  public var skew: Double
  /// Of the distortion coefficients, in their order; 0 where one was held fixed.
  public var distortion: [Double]

  /// Standard deviations from their parts.
  ///
  /// - Parameters:
  ///   - focalLength: Of the focal lengths in x and y, pixels.
  ///   - principalPoint: Of the principal point, pixels.
  ///   - skew: Of the skew, pixels.
  ///   - distortion: Of the distortion coefficients, in their order.
  public init(
    focalLength: Vector2, principalPoint: Vector2, skew: Double = 0, distortion: [Double] = []
  ) {
    self.focalLength = focalLength
    self.principalPoint = principalPoint
    self.skew = skew
    self.distortion = distortion
  }

  /// One line of YAML.
  var yaml: String {
    let (f, c) = (focalLength, principalPoint)
    var parts = ["fx: \(f.x)", "fy: \(f.y)", "cx: \(c.x)", "cy: \(c.y)"]
    if skew != 0 { parts.append("skew: \(skew)") }
    if !distortion.isEmpty { parts.append("distortion: \(CalibrationFile.list(distortion))") }
    return "{ \(parts.joined(separator: ", ")) }"
  }
}

extension StereoUncertainty {
  /// One line of YAML.
  var yaml: String {
    var parts = [
      "focal_length: \(focalLength)", "baseline: \(baseline)", "disparity: \(disparityOffset)",
    ]
    if correlations != .zero {
      let (x, y, z) = (correlations.x, correlations.y, correlations.z)
      parts.append("correlations: \(CalibrationFile.list([x, y, z]))")
    }
    return "{ \(parts.joined(separator: ", ")) }"
  }
}

extension CalibrationFile {
  /// The block `stddev` of a camera, if there is one.
  static func uncertainty(
    of camera: CameraModel, in entry: YAMLMapping?
  ) throws -> CameraUncertainty? {
    guard let node = entry?["stddev"], !node.isNull else { return nil }
    let block = try node.requireMapping("standard deviations by parameter")
    try block.refuseUnknownKeys(besides: ["fx", "fy", "cx", "cy", "skew", "distortion"])
    var count = 0
    switch camera.distortion {
    case .none: break
    case .brownConrady(let values), .fisheye(let values): count = values.count
    }
    let distortion = try block.optional("distortion", default: [Double]())
    guard distortion.isEmpty || distortion.count == count,
      distortion.allSatisfy({ $0.isFinite && $0 >= 0 })
    else {
      throw ConfigurationErrors(
        try block.required("distortion").error(
          "the camera has \(count) distortion coefficients, \(distortion.count) standard "
            + "deviations are given, each at least 0"))
    }
    return CameraUncertainty(
      focalLength: Vector2(try deviation("fx", in: block), try deviation("fy", in: block)),
      principalPoint: Vector2(try deviation("cx", in: block), try deviation("cy", in: block)),
      skew: block["skew"] == nil ? 0 : try deviation("skew", in: block), distortion: distortion)
  }

  /// The block `stddev` of a rig, if there is one.
  static func stereoUncertainty(in entry: YAMLMapping) throws -> StereoUncertainty? {
    guard let node = entry["stddev"], !node.isNull else { return nil }
    let block = try node.requireMapping("standard deviations by parameter")
    try block.refuseUnknownKeys(besides: ["focal_length", "baseline", "disparity", "correlations"])
    var correlations = Vector3.zero
    if block["correlations"] != nil {
      let values = try numbers("correlations", count: 3, in: block)
      guard values.allSatisfy({ abs($0) <= 1 }) else {
        throw ConfigurationErrors(
          try block.required("correlations").error("correlations lie between -1 and 1"))
      }
      correlations = Vector3(values[0], values[1], values[2])
    }
    return StereoUncertainty(
      focalLength: try deviation("focal_length", in: block),
      baseline: try deviation("baseline", in: block),
      disparityOffset: try deviation("disparity", in: block), correlations: correlations)
  }

  private static func deviation(_ key: String, in entry: YAMLMapping) throws -> Double {
    let value = try finite(key, in: entry)
    guard value >= 0 else {
      throw ConfigurationErrors(
        try entry.required(key).error("'\(key)' is \(value), a standard deviation is at least 0"))
    }
    return value
  }
}
