/// How clips enter a network.
public struct ClipForm: Sendable, Equatable, Codable {
  /// Frames of a clip.
  public var frames: Int
  /// Every step-th frame of the video is taken.
  public var step: Int
  /// Rows that the network sees.
  public var height: Int
  /// Columns that the network sees.
  public var width: Int
  /// Mean of each colour, 0 to 1.
  public var mean: [Double]
  /// Standard deviation of each colour.
  public var deviation: [Double]

  /// How clips enter a network.
  ///
  /// - Parameters:
  ///   - frames: Frames of a clip.
  ///   - step: Every step-th frame of the video is taken.
  ///   - height: Rows that the network sees.
  ///   - width: Columns that the network sees.
  ///   - mean: Mean of each colour, 0 to 1.
  ///   - deviation: Standard deviation of each colour.
  public init(
    frames: Int, step: Int = 1, height: Int, width: Int, mean: [Double] = [0, 0, 0],
    deviation: [Double] = [1, 1, 1]
  ) {
    self.frames = frames
    self.step = step
    self.height = height
    self.width = width
    self.mean = mean
    self.deviation = deviation
  }
}
