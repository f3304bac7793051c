/// A box in an image, pixels; pixel centres lie at integer coordinates.
public struct Box2D: Sendable, Equatable {
  /// Left edge.
  public var x1: Double
  /// Top edge.
  public var y1: Double
  /// Right edge.
  public var x2: Double
  /// Bottom edge.
  public var y2: Double
  /// What it is; empty when unknown.
  public var label: String
  /// Confidence; higher is surer.
  public var score: Double

  /// A box from its edges.
  ///
  /// - Parameters:
  ///   - x1: Left edge.
  ///   - y1: Top edge.
  ///   - x2: Right edge.
  ///   - y2: Bottom edge.
  ///   - label: What it is.
  ///   - score: Confidence.
  public init(x1: Double, y1: Double, x2: Double, y2: Double, label: String = "", score: Double = 1)
  {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
    self.label = label
    self.score = score
  }
}
