public import Configuration
public import Networks
import Tensors

/// A convolutional recurrent layer reads maps of the frames; the mean of its last state decides.
///
/// - Note: Sources: Shi et al., "Convolutional LSTM network", NeurIPS 2015; Ballas et al., "Delving deeper into convolutional networks
///   for learning video representations", ICLR 2016.
final class RecurrentConvolutionalNetwork: FieldDescribing, Layer {
  let encoder: Sequential
  let rnn: ConvolutionalRecurrence<ConvRNNCell>?
  let gru: ConvolutionalRecurrence<ConvGRUCell>?
  let lstm: ConvolutionalRecurrence<ConvLSTMCell>?
  let fc: Linear

  init(_ settings: RecurrentConvolutionalModel.Settings, channels: Int, classes: Int) {
    let (width, hidden, layers) = (settings.width, settings.hidden, settings.layers)
    encoder = Sequential(
      convNorm(channels, width, stride: 2), convNorm(width, 2 * width, stride: 2))
    let cell = settings.cell
    rnn = cell == .rnn ? .init(2 * width, hidden, layers: layers) : nil
    gru = cell == .gru ? .init(2 * width, hidden, layers: layers) : nil
    lstm = cell == .lstm ? .init(2 * width, hidden, layers: layers) : nil
    fc = Linear(hidden, classes)
  }

  var fieldSteps: [ReceptiveField.Step] { FrameEncoder.fieldSteps(layers: 2) + [.global] }

  /// Scores `[B, classes]` of `[B, C, T, H, W]`.
  func forward(_ x: Tensor) -> Tensor {
    let (clips, frames) = (x.shape[0], x.shape[2])
    let maps = encoder(x.separateFrames)
    let sequence = maps.reshaped([clips, frames] + maps.shape[1...])
    let states = rnn?(sequence).output ?? gru?(sequence).output ?? lstm?(sequence).output
    let last = (states ?? sequence).narrowed(axis: 1, to: frames - 1..<frames).squeezed(1)
    return fc(last.mean(axes: [2, 3]))
  }
}

/// The model `conv_rnn`.
public enum RecurrentConvolutionalModel: ClipModel {
  /// Settings of `conv_rnn`.
  public struct Settings: ParameterSet {
    /// The recurrent layer.
    @Setting("The convolutional recurrent layer: rnn, gru or lstm")
    public var cell = RecurrentClipModel.Cell.gru
    /// Channels of its state.
    @Setting("Channels of the state", in: 1...4096) public var hidden = 32
    /// Recurrent layers.
    @Setting("Recurrent layers on top of each other", in: 1...16) public var layers = 1
    /// Channels of the first layer.
    @Setting("Channels of the encoder's first layer; the second has twice as many", in: 1...1024)
    public var width = 32
    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "conv_rnn"
  /// What it is.
  public static let summary = "a convolutional recurrent layer reads maps of the frames"

  /// The network.
  public static func network(_ settings: Settings, form: ClipForm, classes: Int) throws
    -> any Layer
  {
    try FrameEncoder.check(form, name)
    return RecurrentConvolutionalNetwork(settings, channels: form.channels, classes: classes)
  }
}
