public import Configuration
public import Networks
import Tensors

/// Each frame goes through the same network; their features are joined at the end.
///
/// - Note: Source: Karpathy et al., "Large-scale video classification with convolutional neural networks", CVPR 2014.
final class LateFusion: FieldDescribing, Layer {
  let encoder: FrameEncoder
  let fc1: Linear
  /// Joined maps are thousands of numbers: without it one step of training shuts most hidden units.
  let norm: BatchNorm1D
  let fc2: Linear
  let pooling: LateFusionModel.Pooling

  init(_ settings: LateFusionModel.Settings, form: ClipForm, classes: Int) {
    encoder = FrameEncoder(channels: form.channels, width: settings.width)
    pooling = settings.pooling
    let places = FrameEncoder.size(form.height) * FrameEncoder.size(form.width)
    let inputs = pooling == .average ? encoder.outputs : form.frames * encoder.outputs * places
    fc1 = Linear(inputs, settings.hidden, initializer: .heNormal())
    norm = BatchNorm1D(settings.hidden)
    fc2 = Linear(settings.hidden, classes)
  }

  var fieldSteps: [ReceptiveField.Step] { FrameEncoder.fieldSteps() + [.global] }

  /// Scores `[B, classes]` of `[B, C, T, H, W]`.
  func forward(_ x: Tensor) -> Tensor {
    let (clips, frames) = (x.shape[0], x.shape[2])
    let maps = encoder(x.separateFrames)  // [B T, D, h, w]
    let joined =
      pooling == .average
      ? maps.mean(axes: [2, 3]).reshaped([clips, frames, encoder.outputs]).mean(axes: [1])
      : maps.reshaped([clips, -1])
    return fc2(norm(fc1(joined)).relu())
  }
}

/// The model `late_fusion`.
public enum LateFusionModel: ClipModel {
  /// How the frames' features are joined.
  public enum Pooling: String, CaseIterable, ParameterValue {
    /// Their mean over time and space: blind to the order of frames.
    case average
    /// All of them, one behind the other.
    case concat
  }

  /// Settings of `late_fusion`.
  public struct Settings: ParameterSet {
    /// How features are joined.
    @Setting("How frames are joined: average (blind to their order) or concat")
    public var pooling = Pooling.concat
    /// Channels of the first layer.
    @Setting("Channels of the first layer; later ones have twice as many", in: 1...1024)
    public var width = 32
    /// Hidden units.
    @Setting("Hidden units behind the joined features", in: 1...65536) public var hidden = 64
    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "late_fusion"
  /// What it is.
  public static let summary = "one network for each frame, joined at the end"

  /// The network.
  public static func network(_ settings: Settings, form: ClipForm, classes: Int) throws
    -> any Layer
  {
    try FrameEncoder.check(form, name)
    return LateFusion(settings, form: form, classes: classes)
  }
}
