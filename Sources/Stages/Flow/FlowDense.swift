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
  }

  /// The settings of `flow.dense`.
  public struct Parameters: ParameterSet {
    /// How the flow is found.
    @Parameter("dis: dense inverse search; farneback: polynomial expansion")
    public var method = Method.dis
    /// How much time dense inverse search takes.
    @Parameter("How much time dis takes: ultrafast, fast or medium")
    public var preset = OpticalFlow.Preset.fast
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

  /// The name in definitions.
  public static var name: String { "flow.dense" }
  /// What it does.
  public static var documentation: String {
    """
    Finds the motion of each pixel from the previous frame to this one.
    The vector (u right, v down, pixels) at pixel p of the previous frame points to the same thing in this frame: \
    this(p + v) = previous(p). It works on brightness, by dense inverse search (Kroeger et al., ECCV 2016) or Farneback's \
    method (SCIA 2003), OpenCV's. The first frame, and one of another size than that before it, has no motion. Keeps one \
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
  public init(_ parameters: Parameters, setup: StageSetup) {
    switch parameters.method {
    case .dis: flow = .dis(parameters.preset)
    case .farneback: flow = .farneback(OpticalFlow.Farneback())
    }
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
      return message.replacing(FlowField(vectors: Tensor(repeating: 0 as Float, shape: shape)))
    }
    let field = try flow.flow(from: previous, to: current)
    state.previous = current
    return message.replacing(field)
  }
}
