public import Configuration

/// How clips enter a network: what is cut out of a video, its size, and how values are scaled.
public struct ClipForm: Sendable, Equatable, Codable {
  /// Frames of a clip.
  public var frames: Int
  /// Every so many frames of the video are taken.
  public var step: Int
  /// Rows that the network sees.
  public var height: Int
  /// Columns that the network sees.
  public var width: Int
  /// Subtracted from red, green and blue, values being from 0 to 1.
  public var mean: [Double]
  /// What red, green and blue are divided by afterwards.
  public var deviation: [Double]
  /// How motion is given besides; nil when the network sees frames alone.
  public var flow: FlowForm?

  /// A form.
  ///
  /// - Parameters:
  ///   - frames: Frames of a clip.
  ///   - step: Every so many frames of the video are taken.
  ///   - height: Rows that the network sees.
  ///   - width: Columns that the network sees.
  ///   - mean: Subtracted from red, green and blue.
  ///   - deviation: What they are divided by afterwards.
  ///   - flow: How motion is given besides.
  public init(
    frames: Int, step: Int = 1, height: Int, width: Int, mean: [Double] = [0.5, 0.5, 0.5],
    deviation: [Double] = [0.25, 0.25, 0.25], flow: FlowForm? = nil
  ) {
    self.frames = frames
    self.step = step
    self.height = height
    self.width = width
    self.mean = mean
    self.deviation = deviation
    self.flow = flow
  }

  /// Frames of the video from a clip's first to its last.
  public var span: Int { (frames - 1) * step + 1 }
  /// Channels that the network sees: colours, and with flow u and v.
  public var channels: Int { flow == nil ? 3 : 5 }

  /// What is wrong with it, or nil.
  var problem: String? {
    let bounds = 1...1_000_000
    guard bounds.contains(frames), bounds.contains(step), bounds.contains(height),
      bounds.contains(width)
    else { return "a clip of \(frames) frames, every \(step)., of \(width) x \(height) pixels" }
    guard mean.count == 3, deviation.count == 3, deviation.allSatisfy({ $0 > 0 }) else {
      return "mean and deviation have three values each, deviations above 0"
    }
    if let flow, frames < 2 || !(flow.bound > 0) {
      return "flow takes two frames and a bound above 0"
    }
    return nil
  }
}

/// How motion enters a network: from each frame to the next, as two channels from -1 to 1.
public struct FlowForm: Sendable, Equatable, Codable {
  /// How the flow is found.
  public enum Method: String, Sendable, Codable, CaseIterable, ParameterValue {
    /// Dense inverse search.
    case dis
    /// Polynomial expansion.
    case farneback
    /// Total variation; where OpenCV's contrib modules are installed.
    case tvl1
  }

  /// How the flow is found.
  public var method: Method
  /// Motion that becomes 1, pixels a frame; faster motion is cut to it.
  public var bound: Double
  /// Whether each field's mean vector is taken away, against a camera's motion.
  public var subtractsMean: Bool

  /// A form.
  ///
  /// - Parameters:
  ///   - method: How the flow is found.
  ///   - bound: Motion that becomes 1, pixels a frame.
  ///   - subtractsMean: Whether each field's mean vector is taken away.
  public init(method: Method = .dis, bound: Double = 20, subtractsMean: Bool = true) {
    self.method = method
    self.bound = bound
    self.subtractsMean = subtractsMean
  }
}
