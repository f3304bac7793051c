public import Configuration
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.cluster`: groups points into objects.
public struct CloudClusterStage: Stage {
  /// Settings of `cloud.cluster`.
  public struct Parameters: ParameterSet {
    /// Longest step within a cluster.
    @Parameter("Longest step from point to point within a cluster, metres", in: 0.001...100)
    public var tolerance = 0.6
    /// Fewest points of a cluster.
    @Parameter("Fewest points of a cluster", in: 1...1_000_000_000) public var minPoints = 10
    /// Most points of a cluster.
    @Parameter("Most points of a cluster", in: 1...1_000_000_000) public var maxPoints = 1_000_000

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.cluster"
  /// What it does.
  public static let documentation = """
    Groups points that chains of short steps join into clusters.

    Two points belong together exactly when steps of at most `tolerance` from point to point lead from one to the other
    (Euclidean clustering as in PCL, computed on a grid). Clusters with too few or too many points, and invalid points, belong
    to none (-1). Clusters are numbered by size, largest first. An empty cloud has no cluster. Keeps order and timestamps;
    remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The points, without the ground")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let parameters: Parameters

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  /// - Throws: ``CloudStageError`` when no cluster size is allowed.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.minPoints <= parameters.maxPoints else {
      throw CloudStageError(setting: "min_points", problem: "it is larger than max_points")
    }
    self.parameters = parameters
  }

  /// Clusters one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The cloud with its clusters.
  /// - Throws: ``PointCloudError`` when the tolerance is too small for the cloud's extent.
  public func process(_ inputs: StageInputs) throws -> Message<ClusteredCloud> {
    let message = inputs[Self.cloud]
    return message.replacing(
      try message.payload.clustered(
        tolerance: parameters.tolerance, minSize: parameters.minPoints,
        maxSize: parameters.maxPoints))
  }
}
