public import Configuration
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.normals`: the normal of the surface at each point.
public struct CloudNormalsStage: Stage {
  /// Settings of `cloud.normals`.
  public struct Parameters: ParameterSet {
    /// Points that a normal is estimated from.
    @Parameter(
      "The nearest points that a normal is estimated from, the point itself among them; 0: all within radius",
      in: 0...10000) public var neighbours = 20
    /// How far away they may be.
    @Parameter("Points farther away are not taken, metres; 0: no limit", in: 0...1000)
    public var radius = 0.0
    /// Where normals point to.
    @Parameter("x, y and z of the place that normals point to, metres: the sensor")
    public var viewpoint = [0.0, 0.0, 0.0]

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.normals"
  /// What it does.
  public static let documentation = """
    Adds to each point the normal of the surface around it, and the surface's curvature.

    The normal is the direction in which the nearest points spread least (principal components, summed in double precision
    around each point), turned towards `viewpoint`, which is given in the cloud's frame. The attribute `normal` is `[N, 3]` Float of
    length 1; `curvature` is `[N, 1]` Float: the least variance's part of the sum of the three, 0 on a plane, at most 1/3. Both
    are NaN for invalid points, with fewer than three points within `radius`, and on lines. An empty cloud stays empty. Keeps
    order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let estimation: NormalEstimation

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  /// - Throws: ``CloudStageError`` when the settings leave no neighbours or all points, or the viewpoint has not three numbers.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.viewpoint.count == 3 else {
      throw CloudStageError(
        setting: "viewpoint", problem: "three numbers are needed, not \(parameters.viewpoint.count)"
      )
    }
    let all = parameters.neighbours == 0
    guard all || parameters.neighbours >= 3 else {
      throw CloudStageError(
        setting: "neighbours", problem: "a normal needs 3, not \(parameters.neighbours)")
    }
    guard !all || parameters.radius > 0 else {
      throw CloudStageError(
        setting: "radius", problem: "must be above 0 where 'neighbours' is 0")
    }
    let view = parameters.viewpoint
    estimation = NormalEstimation(
      neighbours: all ? nil : parameters.neighbours,
      radius: parameters.radius > 0 ? parameters.radius : .infinity,
      viewpoint: SIMD3(view[0], view[1], view[2]))
  }

  /// Adds normals to one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The same points with their normals.
  /// - Throws: ``PointCloudError`` when memory is short.
  public func process(_ inputs: StageInputs) throws -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    return message.replacing(try message.payload.estimatingNormals(estimation))
  }
}
