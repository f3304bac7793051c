public import Configuration
public import Networks
import Tensors

/// All frames enter the first convolution as channels, all colours of one frame before those of the next.
///
/// - Note: Source: Karpathy et al., "Large-scale video classification with convolutional neural networks", CVPR 2014.
final class EarlyFusion: FieldDescribing, Layer {
  let encoder: FrameEncoder
  let fc: Linear
  private let frames: Int

  init(frames: Int, channels: Int, width: Int, classes: Int) {
    self.frames = frames
    encoder = FrameEncoder(channels: frames * channels, width: width)
    fc = Linear(encoder.outputs, classes)
  }

  var fieldSteps: [ReceptiveField.Step] { FrameEncoder.fieldSteps(frames: frames) + [.global] }

  /// Scores `[B, classes]` of `[B, C, T, H, W]`.
  func forward(_ x: Tensor) -> Tensor { fc(encoder(x.framesAsChannels).mean(axes: [2, 3])) }
}

/// The model `early_fusion`.
public enum EarlyFusionModel: ClipModel {
  /// Settings of `early_fusion`.
  public struct Settings: ParameterSet {
    /// Channels of the first layer.
    @Setting("Channels of the first layer; later ones have twice as many", in: 1...1024)
    public var width = 32
    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "early_fusion"
  /// What it is.
  public static let summary = "all frames enter the first convolution together"

  /// The network.
  public static func network(_ settings: Settings, form: ClipForm, classes: Int) throws
    -> any Layer
  {
    try FrameEncoder.check(form, name)
    return EarlyFusion(
      frames: form.frames, channels: form.channels, width: settings.width, classes: classes)
  }
}
