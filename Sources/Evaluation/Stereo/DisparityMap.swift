/// Disparities for evaluation, pixels: a value that is not above 0 or not finite means "none".
public struct DisparityMap: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Row by row, `width * height` of them.
  public var values: [Float]

  /// A map from its values.
  ///
  /// - Parameters:
  ///   - width: Columns.
  ///   - height: Rows.
  ///   - values: Row by row, `width * height` of them; 0, negative and infinite values and NaN mean "none".
  public init(width: Int, height: Int, values: [Float]) {
    precondition(
      width >= 0 && height >= 0 && values.count == width * height,
      "\(values.count) disparities for \(width) x \(height) pixels")
    self.width = width
    self.height = height
    self.values = values
  }

  /// Whether a value is a disparity.
  ///
  /// - Parameter value: The value.
  /// - Returns: Whether it is above 0 and finite.
  public static func isKnown(_ value: Float) -> Bool { value > 0 && value.isFinite }
}

/// Why stereo results could not be measured.
public enum StereoEvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file could not be read as disparities.
  case unreadable(name: String, reason: String)
  /// Two maps have different sizes.
  case sizes(what: String, expected: String, actual: String)
  /// No pixel has a known truth.
  case noTruth

  /// The error in words.
  public var description: String {
    switch self {
    case .unreadable(let name, let reason): "\(name): \(reason)"
    case .sizes(let what, let expected, let actual): "\(what) has \(actual) pixels, not \(expected)"
    case .noTruth: "the truth has no known disparity in the region that counts"
    }
  }
}
