public import Configuration
public import Networks
import Tensors

/// One network sees a frame, the other the motion between all frames.
///
/// - Note: Source: Simonyan and Zisserman, "Two-stream convolutional networks for action recognition in videos", NeurIPS 2014.
///   The motion of L pairs enters as 2 L channels in the order u1, v1, u2, v2, …
final class TwoStream: FieldDescribing, Layer {
  let appearance: FrameEncoder
  let motion: FrameEncoder
  /// One for each stream, or one for both where features are joined.
  let appearanceScores: Linear?
  let motionScores: Linear?
  let fc: Linear?
  let fusion: TwoStreamModel.Fusion
  private let motionWeight: Double
  private let frames: Int

  static let memberNames = ["appearanceScores": "appearance_fc", "motionScores": "motion_fc"]

  init(_ settings: TwoStreamModel.Settings, form: ClipForm, classes: Int) {
    appearance = FrameEncoder(channels: 3, width: settings.width)
    motion = FrameEncoder(channels: 2 * (form.frames - 1), width: settings.width)
    fusion = settings.fusion
    frames = form.frames
    motionWeight = settings.motionWeight
    let width = appearance.outputs
    switch fusion {
    case .average:
      (appearanceScores, motionScores, fc) = (Linear(width, classes), Linear(width, classes), nil)
    case .linear:
      (appearanceScores, motionScores) = (Linear(width, classes), Linear(width, classes))
      fc = Linear(2 * classes, classes)
    case .features: (appearanceScores, motionScores, fc) = (nil, nil, Linear(2 * width, classes))
    }
  }

  /// Those of motion, which sees all frames.
  var fieldSteps: [ReceptiveField.Step] { FrameEncoder.fieldSteps(frames: frames) + [.global] }

  /// Scores `[B, classes]` of `[B, 5, T, H, W]`: colours, then motion to the next frame.
  func forward(_ x: Tensor) -> Tensor {
    let middle = x.shape[2] / 2
    let frame = x.narrowed(axis: 1, to: 0..<3).narrowed(axis: 2, to: middle..<middle + 1)
      .squeezed(2)
    let fields = x.narrowed(axis: 1, to: 3..<5).narrowed(axis: 2, to: 0..<x.shape[2] - 1)
    let features = [
      appearance(frame).mean(axes: [2, 3]), motion(fields.framesAsChannels).mean(axes: [2, 3]),
    ]
    guard let appearanceScores, let motionScores else {
      return fc.map { $0(.concatenated(features, axis: 1)) } ?? features[0]
    }
    let scores = [appearanceScores(features[0]), motionScores(features[1])]
    if let fc {
      return fc(.concatenated(scores.map { $0.softmax(axis: 1).normalized(axis: 1) }, axis: 1))
    }
    // The weighted mean of the streams' probabilities; as logarithms, so that a softmax gives it back.
    let total = 1 + motionWeight
    let mean =
      scores[0].softmax(axis: 1) * (1 / total) + scores[1].softmax(axis: 1) * (motionWeight / total)
    return (mean + 1e-7).log()
  }
}

/// The model `two_stream`.
public enum TwoStreamModel: ClipModel {
  /// How the streams are joined.
  public enum Fusion: String, CaseIterable, ParameterValue {
    /// The mean of their probabilities.
    case average
    /// A linear classifier on their probabilities, each of length 1, as the paper's support vector machine.
    case linear
    /// A linear classifier on the features of both.
    case features
  }

  /// Settings of `two_stream`.
  public struct Settings: ParameterSet {
    /// How the streams are joined.
    @Setting(
      "How the streams are joined: average of probabilities, linear (a classifier on both) or features"
    )
    public var fusion = Fusion.average
    /// Weight of motion.
    @Setting("Weight of the motion stream in the average; the other's is 1", in: 0.01...100)
    public var motionWeight = 1.0
    /// Channels of the first layer.
    @Setting("Channels of the first layer of both; later ones have twice as many", in: 1...1024)
    public var width = 32
    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "two_stream"
  /// What it is.
  public static let summary = "one network sees a frame, the other the motion"
  /// It sees motion.
  public static let needsFlow = true

  /// The network.
  public static func network(_ settings: Settings, form: ClipForm, classes: Int) throws
    -> any Layer
  {
    try FrameEncoder.check(form, name)
    guard form.flow != nil, form.frames > 1 else {
      throw ModelError.configuration("\(name) needs clips of at least two frames with flow")
    }
    return TwoStream(settings, form: form, classes: classes)
  }
}
