public import Configuration
import Foundation
import Geometry
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.crop_box`: keeps the points inside a box that is turned in space.
public struct CloudBoxCropStage: Stage {
  /// Settings of `cloud.crop_box`.
  public struct Parameters: ParameterSet {
    /// The box's centre.
    @Parameter("Centre x, y, z of the box in the cloud's frame, metres")
    public var center = [0.0, 0.0, 0.0]
    /// The box's lengths.
    @Parameter("Lengths of the box along its own x, y, z, metres")
    public var size = [1.0, 1.0, 1.0]
    /// How the box is turned.
    @Parameter("Turn of the box in the cloud's frame: quaternion w, x, y, z; scaled to length 1")
    public var rotation = [1.0, 0.0, 0.0, 0.0]
    /// Whether points outside the box are kept.
    @Parameter("Whether the points outside the box are kept, in place of those inside")
    public var outside = false
    /// Whether the grid of an organised cloud stays.
    @Parameter("Whether points that go become invalid (NaN) and the grid of the cloud stays")
    public var keepGrid = false

    /// The defaults: a cube of 1 m around the origin.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.crop_box"
  /// What it does.
  public static let documentation = """
    Keeps the points inside, or outside, of a box that is turned in space.

    The box has its centre, its lengths and its turn in the cloud's frame; its faces belong to the inside. A turn about +z by
    the angle a is the quaternion [cos(a/2), 0, 0, sin(a/2)]. Invalid points (NaN) are neither inside nor outside; all
    attributes follow. The result is not organised unless `keep_grid` is set: then points stay where they are in the grid and
    become invalid. An empty cloud stays empty. Keeps order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud to crop")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let cloudFromBox: Pose
  private let size: Vector3
  private let keepsInside: Bool
  private let unchosen: UnchosenPoints

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  /// - Throws: ``CloudStageError`` for a centre, size or rotation that is no such thing.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    let (c, s, q) = (parameters.center, parameters.size, parameters.rotation)
    guard c.count == 3, c.allSatisfy(\.isFinite) else {
      throw CloudStageError(setting: "center", problem: "needs 3 finite numbers: x, y, z")
    }
    guard s.count == 3, s.allSatisfy({ $0 >= 0 }) else {
      throw CloudStageError(setting: "size", problem: "needs 3 numbers, none negative")
    }
    guard q.count == 4, q.allSatisfy(\.isFinite), q.contains(where: { $0 != 0 }) else {
      throw CloudStageError(
        setting: "rotation", problem: "needs 4 finite numbers, not all 0: w, x, y, z")
    }
    cloudFromBox = Pose(
      rotation: Quaternion(w: q[0], x: q[1], y: q[2], z: q[3]),
      translation: Vector3(c[0], c[1], c[2]))
    size = Vector3(s[0], s[1], s[2])
    keepsInside = !parameters.outside
    unchosen = parameters.keepGrid ? .invalidated : .leftOut
  }

  /// Crops one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The points of the box, or the others.
  public func process(_ inputs: StageInputs) -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    return message.replacing(
      message.payload.cropped(
        toBox: cloudFromBox, size: size, keepsInside: keepsInside, unchosen: unchosen))
  }
}
