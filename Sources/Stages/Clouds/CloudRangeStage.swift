public import Configuration
import Foundation
import Geometry
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.range`: keeps the points at some distances from the sensor.
public struct CloudRangeStage: Stage {
  /// Settings of `cloud.range`.
  public struct Parameters: ParameterSet {
    /// Nearest distance.
    @Parameter("Smallest distance from the sensor, metres", in: 0...1_000_000) public var min = 0.0
    /// Farthest distance.
    @Parameter("Largest distance from the sensor, metres", in: 0...1_000_000)
    public var max = 1_000_000.0
    /// Whether height counts.
    @Parameter("Whether distances are taken on the x-y plane only") public var onGround = false
    /// Where the sensor stands.
    @Parameter("Place x, y, z of the sensor in the cloud's frame, metres")
    public var sensor = [0.0, 0.0, 0.0]
    /// Whether the grid of an organised cloud stays.
    @Parameter("Whether points that go become invalid (NaN) and the grid of the cloud stays")
    public var keepGrid = false

    /// The defaults: all points stay.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.range"
  /// What it does.
  public static let documentation = """
    Keeps the points whose distance from the sensor lies within a range.

    Distances are taken in space, or on the x-y plane with `on_ground`, from `sensor` in the cloud's frame; both ends of the
    range are kept. Invalid points (NaN) and infinite ones are left out; all attributes follow. The result is not organised
    unless `keep_grid` is set: then points stay where they are in the grid and become invalid. An empty cloud stays empty.
    Keeps order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud to filter")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let range: ClosedRange<Double>
  private let sensor: Vector3
  private let onGround: Bool
  private let unchosen: UnchosenPoints

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  /// - Throws: ``CloudStageError`` for a range or a place that is no such thing.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.min <= parameters.max else {
      throw CloudStageError(setting: "min", problem: "it is larger than max")
    }
    let s = parameters.sensor
    guard s.count == 3, s.allSatisfy(\.isFinite) else {
      throw CloudStageError(setting: "sensor", problem: "needs 3 finite numbers: x, y, z")
    }
    range = parameters.min...parameters.max
    sensor = Vector3(s[0], s[1], s[2])
    onGround = parameters.onGround
    unchosen = parameters.keepGrid ? .invalidated : .leftOut
  }

  /// Filters one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The points within the range.
  public func process(_ inputs: StageInputs) -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    return message.replacing(
      message.payload.cropped(
        toRange: range, of: sensor, onGround: onGround, unchosen: unchosen))
  }
}
