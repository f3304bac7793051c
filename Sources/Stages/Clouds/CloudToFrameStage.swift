public import Configuration
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.to_frame`: a cloud in the coordinates of another named frame.
public struct CloudToFrameStage: Stage {
  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("Name of the target frame") var frame = "world"

    /// The defaults.
    public init() {}
  }

  static let cloud = InputPort<PointCloud>("cloud", "points in the frame that the message names")
  static let transforms = InputPort<FrameTransforms>(
    "transforms", "transforms that connect the two frames", isOptional: true)

  /// The name under `use:`.
  public static let name = "cloud.to_frame"
  /// What it does.
  public static let documentation = """
    Moves a cloud into the frame `frame` by the transforms of the log.
    Positions, normals and covariances are transformed; other attributes stay. A cloud that is already in the frame, and every cloud when no
    transforms are connected, passes unchanged (its message still names the frame that it is in).
    """
  /// The input ports.
  public static let inputs: [any InputPortDescription] = [cloud, transforms]
  private let frame: String

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: The target frame.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) { frame = parameters.frame }

  /// Moves one cloud.
  ///
  /// - Parameter inputs: A cloud and, if connected, transforms.
  /// - Returns: The cloud in the target frame.
  /// - Throws: ``TransformError`` when the transforms do not connect the two frames.
  public func process(_ inputs: StageInputs) throws -> Message<PointCloud> {
    let cloud = inputs[Self.cloud]
    guard let transforms = inputs.optional(Self.transforms), cloud.header.frameName != frame else {
      return cloud
    }
    let targetFromSource = try TransformTree(transforms.payload).pose(
      of: frame, from: cloud.header.frameName)
    return cloud.replacing(cloud.payload.transformed(by: targetFromSource), frameName: frame)
  }
}
