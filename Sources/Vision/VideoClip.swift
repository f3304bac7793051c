public import Tensors

/// A run of video frames.
public struct VideoClip: Sendable {
  /// Frames, shape `[T, H, W, 3]`, UInt8, red, green, blue.
  public var frames: Tensor
  /// Instants of the frames, seconds.
  public var times: [Double]

  /// A clip from its frames.
  ///
  /// - Parameters:
  ///   - frames: Shape `[T, H, W, 3]`, UInt8.
  ///   - times: Instants of the frames, seconds.
  public init(frames: Tensor, times: [Double]) {
    precondition(
      frames.rank == 4 && frames.shape[3] == 3 && frames.shape[0] == times.count
        && frames.elementType == .uint8,
      "a clip is [T, H, W, 3] of UInt8 with T times, not \(frames.shape) and \(times.count)")
    self.frames = frames
    self.times = times
  }
}
