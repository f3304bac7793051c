public import Configuration
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.rings`: keeps some scan lines of a spinning sensor.
public struct CloudRingsStage: Stage {
  /// Settings of `cloud.rings`.
  public struct Parameters: ParameterSet {
    /// The rings that are kept.
    @Parameter("Numbers of the rings that are kept; empty for all") public var rings: [Int] = []
    /// Every which ring is kept.
    @Parameter("Of these every which one is kept: 2 keeps every other", in: 1...4096)
    public var every = 1
    /// The first ring kept.
    @Parameter("The first ring that `every` keeps", in: 0...4095) public var first = 0
    /// The attribute with the ring's number.
    @Parameter("Attribute that holds the number of a point's ring") public var attribute = "ring"
    /// Whether the grid of an organised cloud stays.
    @Parameter("Whether points that go become invalid (NaN) and the grid of the cloud stays")
    public var keepGrid = false

    /// The defaults: all points stay.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.rings"
  /// What it does.
  public static let documentation = """
    Keeps the points of some rings (scan lines) of a spinning LiDAR.

    `rings` lists them, `every` and `first` thin them out: every 2 and first 0 turn 64 lines into 32. A cloud without the
    attribute is an error that names those it has. All other attributes follow. The result is not organised unless `keep_grid`
    is set: then points stay where they are in the grid and become invalid (NaN). An empty cloud stays empty. Keeps order and
    timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud to filter")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let parameters: Parameters

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  /// - Throws: ``CloudStageError`` when the first ring lies beyond the step.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.first < parameters.every else {
      throw CloudStageError(setting: "first", problem: "it must be below every")
    }
    self.parameters = parameters
  }

  /// Filters one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The points of the rings.
  /// - Throws: ``PointCloudError`` when the cloud has no rings.
  public func process(_ inputs: StageInputs) throws -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    return message.replacing(
      try message.payload.choosingRings(
        parameters.rings.isEmpty ? nil : Set(parameters.rings), every: parameters.every,
        from: parameters.first, attribute: parameters.attribute,
        unchosen: parameters.keepGrid ? .invalidated : .leftOut))
  }
}
