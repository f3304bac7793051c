public import Configuration
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.remove_outliers`: drops points that stand alone.
public struct OutlierRemovalStage: Stage {
  /// How outliers are told.
  public enum Method: String, CaseIterable, ParameterValue {
    /// By the mean distance to the nearest points.
    case statistical
    /// By the number of points around.
    case radius
  }

  /// Settings of `cloud.remove_outliers`.
  public struct Parameters: ParameterSet {
    /// How outliers are told.
    @Parameter("What tells outliers: the mean distance to the nearest points, or how many are near")
    public var method = Method.statistical
    /// Other points looked at or needed.
    @Parameter(
      "statistical: the nearest other points looked at; radius: other points needed", in: 1...10000)
    public var neighbours = 20
    /// Standard deviations allowed.
    @Parameter(
      "statistical: how many standard deviations above the mean a point's mean distance may be",
      in: 0...100) public var deviations = 2.0
    /// How far away others count.
    @Parameter("radius: how far away other points count, metres", in: 0.001...1000)
    public var radius = 0.3

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.remove_outliers"
  /// What it does.
  public static let documentation = """
    Drops points that stand alone: dust, rain, mixed pixels.

    `method: statistical` takes each point's mean distance to its `neighbours` nearest others and keeps the points whose mean is at
    most the mean over the cloud plus `deviations` standard deviations of these means: it follows the cloud's density, but not where
    that varies. `method: radius` keeps the points that have at least `neighbours` others no farther than `radius`. Points keep their
    attributes and their order; invalid points go; an empty cloud stays empty. Keeps order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud to clean")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let parameters: Parameters

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  public init(_ parameters: Parameters, setup: StageSetup) { self.parameters = parameters }

  /// Cleans one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The points that stay.
  /// - Throws: ``PointCloudError`` when memory is short.
  public func process(_ inputs: StageInputs) throws -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    switch parameters.method {
    case .statistical:
      return message.replacing(
        try message.payload.removingStatisticalOutliers(
          neighbours: parameters.neighbours, deviations: parameters.deviations))
    case .radius:
      return message.replacing(
        try message.payload.removingRadiusOutliers(
          radius: parameters.radius, neighbours: parameters.neighbours))
    }
  }
}
