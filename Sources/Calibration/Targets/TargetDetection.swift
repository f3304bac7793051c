/// What was found of a target in one image.
public struct TargetDetection: Sendable, Equatable {
  /// How a target was found.
  public enum Method: String, Sendable, Equatable, CaseIterable {
    /// OpenCV's chessboard detector behind its fast check.
    case chessboard = "chessboard"
    /// The same with another threshold.
    case otherThreshold = "chessboard, other threshold"
    /// The same on a smaller image.
    case reduced = "chessboard, reduced image"
    /// The same on a larger image.
    case enlarged = "chessboard, enlarged image"
    /// OpenCV's sector-based detector.
    case sectors = "chessboard by sectors"
    /// OpenCV's circle grid detector.
    case circles = "circle grid"
    /// The same by hierarchical clustering.
    case clusteredCircles = "circle grid by clustering"
    /// Markers, and the corners that follow from them.
    case markers = "markers"
  }

  /// What came of the search.
  public enum Outcome: Sendable, Equatable {
    /// The target was found: its points, how, and half the side of the refinement windows on average, pixels (0 for circles).
    case found(TargetView, by: Method, meanWindow: Double)
    /// The image does not show it, as far as can be told.
    case absent(reason: String)
    /// The image cannot be read.
    case unreadable(reason: String)
  }

  /// Name of the image.
  public var name: String
  /// What came of the search.
  public var outcome: Outcome

  /// A detection from its parts.
  ///
  /// - Parameters:
  ///   - name: Name of the image.
  ///   - outcome: What came of the search.
  public init(name: String, outcome: Outcome) {
    self.name = name
    self.outcome = outcome
  }

  /// The target as the image shows it, when found.
  public var view: TargetView? {
    if case .found(let view, _, _) = outcome { view } else { nil }
  }

  /// How it was found.
  public var method: Method? {
    if case .found(_, let method, _) = outcome { method } else { nil }
  }

  /// Why it was not found.
  public var reason: String? {
    switch outcome {
    case .found: nil
    case .absent(let reason), .unreadable(let reason): reason
    }
  }
}
