public import Configuration
public import Pipelines
public import SensorLogs
public import Vision

/// The stage `flow.check`.
public struct FlowCheckStage: StatefulStage {
  /// The settings of `flow.check`.
  public struct Parameters: ParameterSet {
    /// Frames between checks.
    @Parameter("Every so many frames one is checked", in: 1...100_000) public var every = 1
    /// The defaults.
    public init() {}
  }

  static let image = InputPort<Image>("image", "Frames of a video, in order")
  static let flow = InputPort<FlowField>(
    "flow", "Motion from the previous frame to this one, in the frames' size")

  /// The frame before.
  public struct State: Sendable {
    var previous: Image?
  }

  private let every: Int

  /// The name in definitions.
  public static var name: String { "flow.check" }
  /// What it does.
  public static var documentation: String {
    """
    Passes motion on when it explains how the previous frame becomes this one, and fails on a frame where it does not.
    Recorded flow is often in another form than a network was trained with, and no message says so. This stage fetches this frame
    along the vectors and compares it with the previous one, where something moves. Where another reading of the numbers leaves
    less than 0.8 of what is left, the stage fails and says which: pictures in the wrong order, wrong sign, wrong sign of u or v,
    u and v swapped, all u before all v. It also fails where every reading makes the frames less alike. Frames with little motion,
    and those without a previous frame of the same size, pass. A subtracted mean is taken into account, and vectors at the bound are
    left out. Keeps one frame.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [image, flow] }
  /// One frame rebuilds the state.
  public var replayFrames: Int? { 1 }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  public init(_ parameters: Parameters, setup: StageSetup) { every = parameters.every }

  /// The state before the first frame.
  ///
  /// - Returns: No frame.
  public func initialState() -> State { State() }

  /// Checks one field.
  ///
  /// - Parameters:
  ///   - inputs: The frame and the motion.
  ///   - state: The frame before.
  /// - Returns: The motion.
  /// - Throws: ``VisionError``.
  public func process(_ inputs: StageInputs, state: inout State) throws -> Message<FlowField> {
    let current = try inputs[Self.image].payload.grey()
    let message = inputs[Self.flow]
    let previous = state.previous
    // Also where the check fails: the next field belongs to this frame.
    state.previous = current
    if let previous, inputs.frameIndex % every == 0, previous.width == current.width,
      previous.height == current.height
    {
      try FlowCheck(message.payload, earlier: previous, later: current).requireFit()
    }
    return message
  }
}
