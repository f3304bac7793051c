public import Configuration
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.filter`: keeps points by the value of an attribute.
public struct CloudFilterStage: Stage {
  /// Settings of `cloud.filter`.
  public struct Parameters: ParameterSet {
    /// The attribute.
    @Parameter("Attribute that decides, for example intensity") public var attribute = "intensity"
    /// Which of its numbers decides.
    @Parameter("Which of its numbers decides, from 0", in: 0...4095) public var component = 0
    /// Smallest value.
    @Parameter("Smallest value that is kept") public var min = -1e300
    /// Largest value.
    @Parameter("Largest value that is kept") public var max = 1e300
    /// Whether values outside are kept.
    @Parameter("Whether values outside the range are kept, in place of those inside")
    public var outside = false
    /// Whether the grid of an organised cloud stays.
    @Parameter("Whether points that go become invalid (NaN) and the grid of the cloud stays")
    public var keepGrid = false

    /// The defaults: every point with an intensity stays.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.filter"
  /// What it does.
  public static let documentation = """
    Keeps the points whose value of an attribute lies within a range.

    Works for attributes of any type: intensity, time, color (component 0 to 2), cluster and so on; both ends of the range are
    kept, NaN never is. A cloud without the attribute is an error that names those it has. All attributes follow. The result
    is not organised unless `keep_grid` is set: then points stay where they are in the grid and become invalid (NaN). An empty
    cloud stays empty. Keeps order and timestamps; remembers nothing.
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
  /// - Throws: ``CloudStageError`` for a range that is no such thing.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.min <= parameters.max else {
      throw CloudStageError(setting: "min", problem: "it is larger than max")
    }
    self.parameters = parameters
  }

  /// Filters one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The points with values within the range.
  /// - Throws: ``PointCloudError`` when the cloud lacks the attribute.
  public func process(_ inputs: StageInputs) throws -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    return message.replacing(
      try message.payload.filtered(
        by: parameters.attribute, component: parameters.component,
        in: parameters.min...parameters.max, keepsInside: !parameters.outside,
        unchosen: parameters.keepGrid ? .invalidated : .leftOut))
  }
}
