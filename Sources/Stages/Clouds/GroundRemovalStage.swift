public import Configuration
import Foundation
public import Pipelines
public import PointClouds
public import SensorLogs
import Tensors

/// `cloud.remove_ground`: keeps what stands on the ground.
public struct GroundRemovalStage: Stage {
  /// Settings of `cloud.remove_ground`.
  public struct Parameters: ParameterSet {
    /// Height up to which points are ground.
    @Parameter("Points up to this height above the local ground are ground, metres", in: 0...2)
    public var clearance = 0.2
    /// Height above which points are left out.
    @Parameter(
      "Points higher above the ground are left out (crowns of trees, bridges), metres", in: 0...1000
    )
    public var maxHeight = 2.5
    /// Distance of inliers from the plane.
    @Parameter("Points within this distance of the plane support it, metres", in: 0.001...2)
    public var planeDistance = 0.15
    /// Largest tilt of the plane.
    @Parameter("Largest angle between the plane's normal and +z, degrees", in: 0...90)
    public var maxTiltDegrees = 10.0
    /// Range of the points that the plane is fitted to.
    @Parameter(
      "Only points within this distance from the sensor are used to find the plane, metres",
      in: 1...1000)
    public var planeRange = 30.0
    /// Edge of the cells of the local ground.
    @Parameter(
      "Edge of the square cells in which the ground may depart from the plane, metres",
      in: 0.1...100)
    public var cellSize = 1.5
    /// Departure near the sensor.
    @Parameter("How far the ground may depart from the plane near the sensor, metres", in: 0...10)
    public var maxDeparture = 0.3
    /// Growth of the departure with distance.
    @Parameter(
      "How much farther it may depart for each metre from the sensor, metres per metre", in: 0...1)
    public var departureGrowth = 0.02

    /// The defaults, for a LiDAR on a car.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.remove_ground"
  /// What it does.
  public static let documentation = """
    Keeps what stands on the ground of a LiDAR scan, and tells how high.

    First the plane that holds most points near the sensor and is nearly perpendicular to +z is found (RANSAC with a seeded
    generator: Fischler and Bolles, CACM 1981; least-squares fit to its points). Then the ground may depart from the plane cell
    by cell: a cell's level is the 10 % quantile of its points near the plane, smoothed by the median with its neighbours. Points
    no higher than `clearance` above their cell's level are ground. The result has the attribute `height`, `[N, 1]` Float, metres
    above the ground; its frame must have +z up. A frame in which no plane is found is an error; an empty cloud stays empty.
    Chance depends on the run's seed, the stage's id and the frame's number only. Keeps order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The scan, +z up")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let model: GroundModel
  private let maxHeight: Float
  private let setup: StageSetup

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  public init(_ parameters: Parameters, setup: StageSetup) {
    model = GroundModel(
      clearance: parameters.clearance, planeDistance: parameters.planeDistance,
      maxTilt: parameters.maxTiltDegrees * .pi / 180, planeRange: parameters.planeRange,
      cellSize: parameters.cellSize, maxDeparture: parameters.maxDeparture,
      departureGrowth: parameters.departureGrowth)
    maxHeight = Float(parameters.maxHeight)
    self.setup = setup
  }

  /// Removes the ground from one scan.
  ///
  /// - Parameter inputs: The scan.
  /// - Returns: What stands on the ground, with its height.
  /// - Throws: ``CloudStageError`` when no ground plane is found.
  public func process(_ inputs: StageInputs) throws -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    var cloud = message.payload
    if cloud.count == 0 {
      cloud.attributes["height"] = Tensor([Float](), shape: [0, 1])
      return message.replacing(cloud)
    }
    var generator = setup.generator(forFrame: inputs.frameIndex)
    guard let ground = cloud.segmentingGround(model, using: &generator) else {
      throw CloudStageError(
        setting: "", problem: "no ground plane was found among \(cloud.count) points")
    }
    cloud.attributes["height"] = Tensor(ground.heights, shape: [cloud.count, 1])
    let kept = ground.obstacles.filter { ground.heights[Int($0)] <= maxHeight }
    return message.replacing(cloud.selecting(kept))
  }
}

extension StageSetup {
  /// The random numbers of one frame: they depend on the run's seed, the stage's id and the frame's number only.
  func generator(forFrame frameIndex: Int) -> SeededGenerator {
    // FNV-1a, since Swift's own hash differs from run to run.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in stageID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return SeededGenerator(seed: seed ^ hash, stream: UInt64(bitPattern: Int64(frameIndex)))
  }
}
