public import Configuration
import Geometry
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.level`: a cloud in a frame that stands on the floor.
public struct CloudLevelStage: Stage {
  /// Settings of `cloud.level`.
  public struct Parameters: ParameterSet {
    /// Rough direction up.
    @Parameter("Rough direction up in the frame of the cloud: x, y, z")
    public var up = [0.0, -1.0, 0.0]
    /// Direction that becomes +x.
    @Parameter("Direction that becomes +x: x, y, z") public var forward = [0.0, 0.0, 1.0]
    /// Largest tilt.
    @Parameter("Largest angle between 'up' and the floor's normal, degrees", in: 0...90)
    public var maxTiltDegrees = 40.0
    /// Distance of inliers.
    @Parameter("Points within this distance of the floor support it, metres", in: 0.001...2)
    public var distance = 0.04
    /// Name of the new frame.
    @Parameter("Name of the frame that stands on the floor") public var frame = "floor"

    /// The defaults, for a camera's optical frame.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.level"
  /// What it does.
  public static let documentation = """
    Moves a cloud into a frame that stands on the floor: z up, the floor at z = 0, x forward, the sensor above the origin.

    The floor is the lowest large plane nearly perpendicular to `up` (RANSAC with a seeded generator); where none is found, `up`
    itself is believed and the floor put where 1 % of the points lie below. Detectors for rooms need such a frame. Chance depends on the run's
    seed, the stage's id and the frame's number only. An empty cloud stays as it is. Keeps order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let search: FloorSearch
  private let frame: String
  private let setup: StageSetup

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: The seed and the stage's id.
  /// - Throws: ``CloudStageError`` for a direction that is none.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    func direction(_ numbers: [Double], _ name: String) throws -> Vector3 {
      guard numbers.count == 3, numbers.allSatisfy(\.isFinite), numbers.contains(where: { $0 != 0 })
      else { throw CloudStageError(setting: name, problem: "needs 3 finite numbers, not all 0") }
      return Vector3(numbers[0], numbers[1], numbers[2])
    }
    search = FloorSearch(
      up: try direction(parameters.up, "up"), forward: try direction(parameters.forward, "forward"),
      maxTilt: parameters.maxTiltDegrees * .pi / 180, distance: parameters.distance)
    frame = parameters.frame
    self.setup = setup
  }

  /// Levels one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The cloud in the frame on the floor.
  public func process(_ inputs: StageInputs) -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    var generator = setup.generator(forFrame: inputs.frameIndex)
    guard let found = message.payload.levelling(search, using: &generator) else { return message }
    return message.replacing(
      message.payload.transformed(by: found.levelFromCloud), frameName: frame)
  }
}
