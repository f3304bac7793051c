public import Configuration
public import Pipelines
public import PointClouds
public import SensorLogs

/// `cloud.voxel_downsample`: one point for each occupied voxel.
public struct VoxelDownsampleStage: Stage {
  /// Settings of `cloud.voxel_downsample`.
  public struct Parameters: ParameterSet {
    /// Edge of a voxel.
    @Parameter("Edge of a voxel, metres", in: 0.001...100) public var voxelSize = 0.1

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "cloud.voxel_downsample"
  /// What it does.
  public static let documentation = """
    Replaces the points in each cube of a regular grid by their mean.

    The grid is anchored at the frame's origin: the cube of a point has the indices floor(p / voxel_size). Attributes are
    averaged too (whole numbers to the nearest, normals scaled to length 1). Cubes come in the order of their first points, so
    the result does not depend on anything but the input. Invalid points are left out; an empty cloud stays empty. A cloud that
    reaches more than 2^20 voxels from the origin is an error. Keeps order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>("cloud", "The cloud to thin out")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let voxelSize: Double

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  public init(_ parameters: Parameters, setup: StageSetup) { voxelSize = parameters.voxelSize }

  /// Thins out one cloud.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: One point for each occupied voxel.
  /// - Throws: ``PointCloudError`` when the voxels are too small for the cloud's extent.
  public func process(_ inputs: StageInputs) throws -> Message<PointCloud> {
    let message = inputs[Self.cloud]
    return message.replacing(try message.payload.voxelDownsampled(voxelSize: voxelSize))
  }
}
