public import Configuration
public import Pipelines
public import SensorLogs
import Tensors
public import Vision

extension OpticalFlow.Preset: ParameterValue {}

/// The stage `flow.dense`.
public struct FlowDense: StatefulStage {
  /// How the flow is found.
  public enum Method: String, CaseIterable, ParameterValue {
    case dis
    case farneback
    case tvl1
  }

  /// The settings of `flow.dense`.
  public struct Parameters: ParameterSet {
    /// How the flow is found.
    @Parameter(
      "dis: dense inverse search; farneback: polynomial expansion; tvl1: total variation, slow, where OpenCV's contrib modules are installed"
    )
    public var method = Method.dis
    /// How much time dense inverse search takes.
    @Parameter("How much time dis and tvl1 take: ultrafast, fast or medium")
    public var preset = OpticalFlow.Preset.fast
    /// Largest component.
    @Parameter(
      "Components are clipped to this many pixels either way; 0: they are not", in: 0...10_000)
    public var bound = 0.0
    /// Whether the mean vector goes.
    @Parameter(
      "Whether each field's mean vector is subtracted, which takes most of a camera's motion away")
    public var subtractMean = false
    /// The defaults.
    public init() {}
  }

  /// It yields motion.
  public typealias Output = FlowField

  /// The frame before.
  public struct State: Sendable {
    var previous: Image?
  }

  static let image = InputPort<Image>("image", "Frames of a video, in order")
  private let flow: OpticalFlow
  private let bound: Double?
  private let subtractsMean: Bool

  /// The name in definitions.
  public static var name: String { "flow.dense" }
  /// What it does.
  public static var documentation: String {
    """
    Finds the motion of each pixel from the previous frame to this one.
    The vector (u right, v down, pixels) at pixel p of the previous frame points to the same thing in this frame: \
    this(p + v) = previous(p). It works on brightness, by dense inverse search (Kroeger et al., ECCV 2016) or Farneback's \
    method (SCIA 2003) or TV-L1 (Zach et al., DAGM 2007), OpenCV's. The mean vector goes before components are clipped. The
    result states method, unit, direction, bound and the subtracted mean (`to: jsonl` writes them). The first frame, and one of another size than that before it, has no motion. Keeps one \
    frame; the message has this frame's time.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [image] }
  /// One frame rebuilds the state.
  public var replayFrames: Int? { 1 }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: ``VisionError`` when this build lacks the method.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    switch parameters.method {
    case .dis: flow = .dis(parameters.preset)
    case .farneback: flow = .farneback(OpticalFlow.Farneback())
    case .tvl1: flow = .tvl1(OpticalFlow.TVL1(parameters.preset))
    }
    bound = parameters.bound > 0 ? parameters.bound : nil
    subtractsMean = parameters.subtractMean
    if !setup.isValidation { try flow.requireAvailable() }
  }

  /// The state before the first frame.
  ///
  /// - Returns: No frame.
  public func initialState() -> State { State() }

  /// Finds the motion since the previous frame.
  ///
  /// - Parameters:
  ///   - inputs: The frame.
  ///   - state: The frame before.
  /// - Returns: The motion.
  /// - Throws: ``VisionError``.
  public func process(_ inputs: StageInputs, state: inout State) throws -> Message<FlowField> {
    let message = inputs[Self.image]
    let current = try message.payload.grey()
    guard
      let previous = state.previous, previous.width == current.width,
      previous.height == current.height
    else {
      state.previous = current
      let shape = [current.height, current.width, 2]
      let still = FlowField(
        vectors: Tensor(repeating: 0 as Float, shape: shape),
        convention: FlowConvention(method: flow.name))
      return message.replacing(prepared(still))
    }
    let field = try flow.flow(from: previous, to: current)
    state.previous = current
    return message.replacing(prepared(field))
  }

  private func prepared(_ field: FlowField) -> FlowField {
    let field = subtractsMean ? field.subtractingMean() : field
    return bound.map { field.clipped(to: $0) } ?? field
  }
}
