public import Configuration
import Foundation
import Geometry
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.transform`: moves a cloud to another frame.
public struct CloudTransformStage: Stage {
  /// Settings of `cloud.transform`.
  public struct Parameters: ParameterSet {
    /// Origin of the cloud's frame in the target frame.
    @Parameter("Origin of the cloud's frame in the target frame: x, y, z; metres")
    public var translation = [0.0, 0.0, 0.0]
    /// Rotation as a unit quaternion.
    @Parameter(
      "Rotation from the cloud's frame to the target frame: quaternion w, x, y, z; scaled to length 1"
    )
    public var rotation = [1.0, 0.0, 0.0, 0.0]
    /// Name of the target frame.
    @Parameter("Name of the target frame in the output's header; empty keeps the name")
    public var frame = ""
    /// Whether the inverse is applied.
    @Parameter("Whether the inverse of the given transform is applied") public var inverse = false

    /// The defaults: nothing moves.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.transform"
  /// What it does.
  public static let documentation = """
    Moves a cloud to another frame by a fixed rigid transform.

    Positions become `rotation * p + translation` (metres); the attributes `normal` and `covariance` are rotated; other
    attributes stay. The transform is `target_from_cloud`. Invalid points stay invalid, an empty cloud stays empty. Keeps order and timestamps;
    remembers nothing.
    """
  /// The clouds to move.
  static let cloud = InputPort<PointCloud>("cloud", "The cloud to move")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let targetFromCloud: Pose
  private let frame: String?

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  /// - Throws: ``CloudStageError`` for a translation or rotation of the wrong length.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    let (t, q) = (parameters.translation, parameters.rotation)
    guard t.count == 3, t.allSatisfy(\.isFinite) else {
      throw CloudStageError(setting: "translation", problem: "needs 3 finite numbers: x, y, z")
    }
    guard q.count == 4, q.allSatisfy(\.isFinite), q.contains(where: { $0 != 0 }) else {
      throw CloudStageError(
        setting: "rotation", problem: "needs 4 finite numbers, not all 0: w, x, y, z")
    }
    let pose = Pose(
      rotation: Quaternion(w: q[0], x: q[1], y: q[2], z: q[3]),
      translation: Vector3(t[0], t[1], t[2]))
    targetFromCloud = parameters.inverse ? pose.inverse : pose
    frame = parameters.frame.isEmpty ? nil : parameters.frame
  }

  /// Moves one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The cloud in the target frame.
  public func process(_ inputs: StageInputs) -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    return message.replacing(message.payload.transformed(by: targetFromCloud), frameName: frame)
  }
}
