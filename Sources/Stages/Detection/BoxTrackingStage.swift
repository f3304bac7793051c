public import Configuration
import Geometry
public import Pipelines
import PointClouds
public import SensorLogs

/// `boxes.track`: boxes of successive frames joined to tracks.
public struct BoxTrackingStage: StatefulStage {
  /// Settings of `boxes.track`.
  public struct Parameters: ParameterSet {
    /// Where tracks live.
    @Parameter("Frame that stands still, in which tracks live; used when transforms are connected")
    public var frame = "world"
    /// Gate.
    @Parameter("Largest distance of a box from where its track is expected, metres", in: 0.01...100)
    public var gate = 3.0
    /// Hits before a report.
    @Parameter("Boxes that a track needs before it is reported", in: 1...100)
    public var fewestHits = 2
    /// Misses before the end.
    @Parameter("Frames without a box after which a track ends", in: 0...1000)
    public var mostMisses = 3
    /// Noise of centres.
    @Parameter("Standard deviation of a found centre along each axis, metres", in: 0.001...100)
    public var positionDeviation = 0.3
    /// Noise of the motion.
    @Parameter(
      "Standard deviation of the acceleration, metres per second squared", in: 0.001...1000)
    public var acceleration = 3.0
    /// Lowest score.
    @Parameter("Boxes with a lower score are passed over", in: -1e9...1e9) public var minScore = 0.3
    /// Whether missed tracks are reported.
    @Parameter("Whether a track is reported, where it is expected, while its box is missing")
    public var reportsMissed = false

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "boxes.track"
  /// What it does.
  public static let documentation = """
    Joins boxes of successive frames to tracks: Kalman filters with nearly constant velocity, assignment at the least sum of squared distances.

    Boxes get the number of their track and its velocity, centres and sizes are smoothed. With transforms connected, tracks live in the
    frame `frame`, which should stand still, and boxes come back in the frame that they came in; velocities are relative to the still
    frame, along the axes of the boxes' frame. Source: Weng et al., "3D multi-object tracking: a baseline and new evaluation metrics",
    IROS 2020. Remembers the tracks.
    """
  static let boxes = InputPort<Detections3D>("boxes", "The boxes")
  static let transforms = InputPort<FrameTransforms>(
    "transforms", "Where the vehicle is", isOptional: true)
  static let fixed = InputPort<FrameTransforms>(
    "static_transforms", "Where the sensors sit on the vehicle", isOptional: true)
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [boxes, transforms, fixed] }

  /// All frames: a track may be as old as the log.
  public let replayFrames: Int? = nil

  /// What it remembers.
  public struct State: Sendable {
    var tracker: BoxTracker
  }

  private let rules: BoxTracker.Rules
  private let frame: String
  private let minScore: Double

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {
    var rules = BoxTracker.Rules()
    rules.gate = parameters.gate
    rules.fewestHits = parameters.fewestHits
    rules.mostMisses = parameters.mostMisses
    rules.positionDeviation = parameters.positionDeviation
    rules.acceleration = parameters.acceleration
    rules.reportsMissed = parameters.reportsMissed
    self.rules = rules
    frame = parameters.frame
    minScore = parameters.minScore
  }

  /// No tracks.
  public func initialState() -> State { State(tracker: BoxTracker(rules)) }

  /// Takes in the boxes of one frame.
  ///
  /// - Parameters:
  ///   - inputs: The boxes, and where the sensor is.
  ///   - state: The tracks.
  /// - Returns: The tracked boxes in the frame of the boxes, by number.
  /// - Throws: ``TransformError`` when the transforms do not connect the boxes with the still frame.
  public func process(_ inputs: StageInputs, state: inout State) throws -> Message<Detections3D> {
    let message = inputs[Self.boxes]
    var worldFromBoxes = Pose.identity
    if let transforms = inputs.optional(Self.transforms) {
      let fixed = inputs.optional(Self.fixed)?.payload.edges ?? []
      worldFromBoxes = try TransformTree(
        FrameTransforms(edges: fixed + transforms.payload.edges)
      ).pose(of: frame, from: message.header.frameName)
    }
    let boxes = message.payload.boxes.filter { $0.score >= minScore }
      .map { $0.transformed(by: worldFromBoxes) }
    let tracked = state.tracker.update(
      boxes, at: Double(message.header.timestamp.nanoseconds) * 1e-9)
    let boxesFromWorld = worldFromBoxes.inverse
    return message.replacing(
      Detections3D(boxes: tracked.map { $0.transformed(by: boxesFromWorld) }))
  }
}
