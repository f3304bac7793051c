public import Configuration
public import Networks
import Tensors

/// One frame decides: the baseline that every video network must beat.
final class SingleFrame: FieldDescribing, Layer {
  let encoder: FrameEncoder
  let fc: Linear

  init(channels: Int, width: Int, classes: Int) {
    encoder = FrameEncoder(channels: channels, width: width)
    fc = Linear(encoder.outputs, classes)
  }

  var fieldSteps: [ReceptiveField.Step] { FrameEncoder.fieldSteps() }

  /// Scores `[B, classes]` of the frame in the middle of `[B, C, T, H, W]`.
  func forward(_ x: Tensor) -> Tensor {
    let middle = x.shape[2] / 2
    let frame = x.narrowed(axis: 2, to: middle..<middle + 1).squeezed(2)
    return fc(encoder(frame).mean(axes: [2, 3]))
  }
}

/// The model `single_frame`.
public enum SingleFrameModel: ClipModel {
  /// Settings of `single_frame`.
  public struct Settings: ParameterSet {
    /// Channels of the first layer.
    @Setting("Channels of the first layer; later ones have twice as many", in: 1...1024)
    public var width = 32
    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "single_frame"
  /// What it is.
  public static let summary = "the middle frame alone decides (baseline)"

  /// The network.
  public static func network(_ settings: Settings, form: ClipForm, classes: Int) throws
    -> any Layer
  {
    try FrameEncoder.check(form, name)
    return SingleFrame(channels: form.channels, width: settings.width, classes: classes)
  }
}
