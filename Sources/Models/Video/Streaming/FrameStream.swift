public import Networks
public import Tensors

/// A network under way over a stream: one frame goes in, scores come out when it has them.
///
/// A copy goes on by itself from where it was made.
///
/// ```swift
/// var stream = network.makeStream()
/// while let frame = camera.next() {
///   if let scores = try stream?.push(frame) { show(scores) }
/// }
/// ```
public struct FrameStream: Sendable {
  /// The most frames that pass after a frame before the scores depend on it; 0 when every frame
  /// brings new scores.
  public let latency: Int
  /// Frames that went in.
  public private(set) var count = 0

  private var state: any FrameStreamState
  private var shape: [Int]?

  /// A stream before its first frame.
  ///
  /// - Parameter state: What the network keeps from one frame to the next.
  public init(_ state: some FrameStreamState) {
    self.state = state
    latency = state.latency
  }

  /// Takes the next frame.
  ///
  /// - Parameter frame: Normalised, `[B, C, H, W]`, float32; all of one shape.
  /// - Returns: New scores `[B, classes]`, or nil while the network waits for further frames.
  /// - Throws: ``ModelError/input(_:)`` when the frame's shape or type does not fit.
  public mutating func push(_ frame: Tensor) throws -> Tensor? {
    guard frame.rank == 4, frame.elementType == .float32, !frame.shape.contains(0) else {
      throw ModelError.input(
        "frame: expected float32 [B, C, H, W], got \(frame.elementType) \(frame.shape)")
    }
    guard shape ?? frame.shape == frame.shape else {
      throw ModelError.input(
        "frame: the stream began with frames of shape \(shape ?? []), got \(frame.shape)")
    }
    let scores = try withoutGradients { try state.push(frame) }
    shape = frame.shape
    count += 1
    return scores
  }
}

/// What a network keeps from one frame to the next; a value, whose copies go on by themselves.
public protocol FrameStreamState: Sendable {
  /// The most frames that pass after a frame before the scores depend on it.
  var latency: Int { get }

  /// Takes the next frame.
  ///
  /// - Parameter frame: Normalised, `[B, C, H, W]`; all of one shape.
  /// - Returns: New scores `[B, classes]`, or nil while the network waits for further frames.
  /// - Throws: When the frame does not fit.
  mutating func push(_ frame: Tensor) throws -> Tensor?
}

/// A network over clips that can also take a stream frame by frame.
public protocol StreamingNetwork: Layer {
  /// Begins a stream, with the network in evaluation.
  ///
  /// - Returns: The stream, whose scores after T frames equal those of the clip of these frames; nil
  ///   when the network needs to see frames to come.
  func makeStream() -> FrameStream?
}
