public import Tensors

/// Frames of one size with their times.
public struct VideoClip: Sendable {
  /// Frames, `[T, H, W, 3]` UInt8; colour order RGB, origin top left.
  public var frames: Tensor
  /// Time of each frame from the start of the video, seconds, ascending.
  public var times: [Double]

  /// A clip.
  ///
  /// - Parameters:
  ///   - frames: `[T, H, W, 3]` UInt8.
  ///   - times: Seconds, one for each frame.
  public init(frames: Tensor, times: [Double]) {
    precondition(
      frames.rank == 4 && frames.shape[3] == 3 && frames.elementType == .uint8,
      "a clip is [T, H, W, 3] of UInt8, not \(frames.shape) of \(frames.elementType)")
    precondition(
      frames.shape[0] == times.count, "\(frames.shape[0]) frames with \(times.count) times")
    self.frames = frames
    self.times = times
  }

  /// A clip of pictures.
  ///
  /// - Parameters:
  ///   - images: At least one, all of one size, with three channels of UInt8.
  ///   - times: Seconds, one for each picture.
  public init(images: [Image], times: [Double]) {
    self.init(frames: .stacked(images.map(\.pixels), axis: 0), times: times)
  }

  /// Number of frames.
  public var count: Int { times.count }

  /// One frame.
  ///
  /// - Parameter place: From 0 to `count - 1`.
  /// - Returns: The picture.
  public func image(at place: Int) -> Image {
    Image(pixels: frames.narrowed(axis: 0, to: place..<place + 1).squeezed(0).contiguous())
  }

  /// The same frames in another order, times unchanged.
  ///
  /// - Parameter order: Number of the frame that comes to each place.
  /// - Returns: The clip.
  public func reordered(_ order: [Int]) -> VideoClip {
    VideoClip(images: order.map(image(at:)), times: times)
  }
}
