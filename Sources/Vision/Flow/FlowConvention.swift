/// How a flow field was found, and what its numbers mean.
public struct FlowConvention: Sendable, Equatable {
  /// What one vector is measured in.
  public enum Unit: String, Sendable {
    /// Pixels of the picture's own size, from one frame to the next.
    case pixelsPerFrame = "pixels_per_frame"
  }

  /// Which way vectors point, and which picture's pixels they belong to.
  public enum Direction: String, Sendable {
    /// At pixel p of the previous frame, to its place in this one: `this(p + v) = previous(p)`.
    case previousToThis = "previous_to_this"
    /// At pixel p of this frame, to its place in the previous one: `previous(p + v) = this(p)`.
    case thisToPrevious = "this_to_previous"
  }

  /// The method: `dis`, `farneback`, `tvl1`, or empty when unknown.
  public var method: String
  /// What vectors are measured in.
  public var unit: Unit
  /// Which way vectors point; u is positive to the right, v downwards.
  public var direction: Direction
  /// Components were clipped to this many pixels either way; nil when they were not.
  public var bound: Double?
  /// The mean vector that was subtracted, pixels; nil when none was.
  public var subtractedMean: SIMD2<Double>?

  /// Whether the mean vector was subtracted, which takes most of a camera's own motion away.
  public var isMeanSubtracted: Bool { subtractedMean != nil }

  /// What vectors mean.
  ///
  /// - Parameters:
  ///   - method: The method; empty when unknown.
  ///   - unit: What vectors are measured in.
  ///   - direction: Which way they point.
  ///   - bound: Components were clipped to this many pixels either way.
  ///   - subtractedMean: The mean vector that was subtracted, pixels.
  public init(
    method: String = "", unit: Unit = .pixelsPerFrame, direction: Direction = .previousToThis,
    bound: Double? = nil, subtractedMean: SIMD2<Double>? = nil
  ) {
    self.method = method
    self.unit = unit
    self.direction = direction
    self.bound = bound
    self.subtractedMean = subtractedMean
  }
}
