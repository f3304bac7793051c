public import Configuration
import Foundation
import Geometry
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.crop`: keeps the points of a region.
public struct CloudCropStage: Stage {
  /// Settings of `cloud.crop`.
  public struct Parameters: ParameterSet {
    /// Smallest coordinates of the box.
    @Parameter("Smallest x, y, z of the box, metres; empty for no box") public var min: [Double] =
      []
    /// Largest coordinates of the box.
    @Parameter("Largest x, y, z of the box, metres; empty for no box") public var max: [Double] = []
    /// Whether points outside the box are kept.
    @Parameter("Whether the points outside the box are kept, in place of those inside")
    public var outside = false
    /// Nearest distance.
    @Parameter("Smallest distance from the sensor on the x-y plane, metres", in: 0...100_000)
    public var minRange = 0.0
    /// Farthest distance.
    @Parameter("Largest distance from the sensor on the x-y plane, metres", in: 0...100_000)
    public var maxRange = 100_000.0
    /// Whether the grid of an organised cloud stays.
    @Parameter("Whether points that go become invalid (NaN) and the grid of the cloud stays")
    public var keepGrid = false

    /// The defaults: invalid points go, all others stay.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.crop"
  /// What it does.
  public static let documentation = """
    Keeps the points of a region: an axis-aligned box, a range of distances from the sensor, or both.

    The box lies in the cloud's frame, faces included; `outside` keeps its complement, for example to cut away the vehicle
    that carries the sensor. Distances are taken on the x-y plane from the frame's origin. Invalid points (NaN) are always
    left out, all attributes follow. The result is not organised unless
    `keep_grid` is set: then points stay where they are in the grid and become invalid. With a camera at the second port, only points that its
    image shows are kept; the cloud must then be in the camera's optical frame. An empty cloud stays empty. Keeps order and
    timestamps; remembers nothing. Oriented boxes: cloud.crop_box; distances in space: cloud.range.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud to crop")
  static let camera = InputPort<CameraModel>(
    "camera", "Keeps what this camera shows; the cloud is in its optical frame", isOptional: true)
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud, camera] }

  private let box: (min: Vector3, max: Vector3)?
  private let keepsInside: Bool
  private let range: ClosedRange<Double>
  private let unchosen: UnchosenPoints

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  /// - Throws: ``CloudStageError`` for a box or a range that is no such thing.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    let (low, high) = (parameters.min, parameters.max)
    if low.isEmpty && high.isEmpty {
      box = nil
    } else {
      guard low.count == 3, high.count == 3 else {
        throw CloudStageError(
          setting: "min, max", problem: "a box needs 3 numbers for each: x, y, z")
      }
      guard zip(low, high).allSatisfy({ $0 <= $1 }) else {
        throw CloudStageError(setting: "min, max", problem: "no min may be larger than its max")
      }
      box = (Vector3(low[0], low[1], low[2]), Vector3(high[0], high[1], high[2]))
    }
    guard parameters.minRange <= parameters.maxRange else {
      throw CloudStageError(setting: "min_range", problem: "it is larger than max_range")
    }
    keepsInside = !parameters.outside
    range = parameters.minRange...parameters.maxRange
    unchosen = parameters.keepGrid ? .invalidated : .leftOut
  }

  /// Crops one cloud.
  ///
  /// - Parameter inputs: The cloud and, where connected, the camera.
  /// - Returns: The points of the region.
  public func process(_ inputs: StageInputs) -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    var cloud = message.payload.cropped(toRange: range, onGround: true, unchosen: unchosen)
    if let box {
      cloud = cloud.cropped(
        from: box.min, to: box.max, keepsInside: keepsInside, unchosen: unchosen)
    }
    if let camera = inputs.optional(Self.camera)?.payload {
      cloud = cloud.cropped(
        toViewOf: camera, cameraFromCloud: .identity, unchosen: unchosen)
    }
    return message.replacing(cloud)
  }
}
