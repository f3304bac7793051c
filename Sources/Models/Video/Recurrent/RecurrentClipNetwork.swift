public import Configuration
public import Networks
import Tensors

/// A recurrent network reads the features of the frames, one after the other; the last state decides.
///
/// - Note: Source: Donahue et al., "Long-term recurrent convolutional networks", CVPR 2015. Features are whole maps: their mean over
///   space would hide where things are, and with it all motion.
final class RecurrentClipNetwork: FieldDescribing, FrozenFeatureNetwork {
  let encoder: FrameEncoder
  /// Keeps the gates of the first step where they can learn.
  let norm: LayerNorm
  let rnn: RNN?
  let lstm: LSTM?
  let gru: GRU?
  let fc: Linear
  /// Whether the encoder keeps its values and its statistics.
  let isFrozen: Bool

  init(_ settings: RecurrentClipModel.Settings, form: ClipForm, classes: Int) {
    encoder = FrameEncoder(channels: form.channels, width: settings.width)
    isFrozen = settings.frozen
    let places = FrameEncoder.size(form.height) * FrameEncoder.size(form.width)
    let inputs = encoder.outputs * places
    func make<Recurrence>(_ cell: RecurrentClipModel.Cell, _ body: () -> Recurrence) -> Recurrence?
    {
      settings.cell == cell ? body() : nil
    }
    norm = LayerNorm(inputs)
    let (hidden, layers) = (settings.hidden, settings.layers)
    rnn = make(.rnn) { RNN(inputs, hidden, layers: layers, isBatchFirst: true) }
    lstm = make(.lstm) { LSTM(inputs, hidden, layers: layers, isBatchFirst: true) }
    gru = make(.gru) { GRU(inputs, hidden, layers: layers, isBatchFirst: true) }
    fc = Linear(hidden, classes)
    if isFrozen { for parameter in encoder.parameters { parameter.isTrainable = false } }
  }

  var fieldSteps: [ReceptiveField.Step] { FrameEncoder.fieldSteps() + [.global] }

  /// The maps of the frames as rows, `[B, T, F]`.
  func features(of clips: Tensor) -> Tensor {
    if isFrozen { encoder.evaluate() }
    let frames = clips.separateFrames
    let maps = isFrozen ? withoutGradients { encoder(frames) } : encoder(frames)
    return maps.reshaped([clips.shape[0], clips.shape[2], -1])
  }

  /// Scores `[B, classes]` of clips `[B, C, T, H, W]`, or of their features `[B, T, F]`.
  func forward(_ x: Tensor) -> Tensor {
    let features = norm(x.rank == 3 ? x : features(of: x))
    let states = rnn?(features).output ?? lstm?(features).output ?? gru?(features).output
    let frames = features.shape[1]
    return fc((states ?? features).narrowed(axis: 1, to: frames - 1..<frames).squeezed(1))
  }
}

/// The model `cnn_rnn`.
public enum RecurrentClipModel: ClipModel {
  /// The recurrent layer.
  public enum Cell: String, CaseIterable, ParameterValue {
    case rnn
    case lstm
    case gru
  }

  /// Settings of `cnn_rnn`.
  public struct Settings: ParameterSet {
    /// The recurrent layer.
    @Setting("The recurrent layer: rnn, lstm or gru") public var cell = Cell.lstm
    /// Length of its state.
    @Setting("Length of the state", in: 1...65536) public var hidden = 64
    /// Recurrent layers.
    @Setting("Recurrent layers on top of each other", in: 1...16) public var layers = 1
    /// Channels of the first layer.
    @Setting("Channels of the encoder's first layer; later ones have twice as many", in: 1...1024)
    public var width = 32
    /// Whether the encoder is trained.
    @Setting("Whether the encoder keeps the values that it begins with")
    public var frozen = false
    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "cnn_rnn"
  /// What it is.
  public static let summary = "a recurrent network reads the features of the frames"

  /// The network.
  public static func network(_ settings: Settings, form: ClipForm, classes: Int) throws
    -> any Layer
  {
    try FrameEncoder.check(form, name)
    return RecurrentClipNetwork(settings, form: form, classes: classes)
  }
}
