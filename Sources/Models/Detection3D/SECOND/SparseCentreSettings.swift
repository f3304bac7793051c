public import Configuration

/// Settings of ``SparseCentreTask``.
///
/// The defaults are a small network, made to be trained without an accelerator; ``kitti`` is the published
/// one.
public struct SparseCentreSettings: ParameterSet {
  /// The part of space that is looked at.
  @Setting("The part of space that is looked at") public var range = LidarRange()
  /// What voxels tell the encoder.
  @Setting(
    "What voxels tell: relative = offset from the voxel's centre, height, intensity; absolute = mean of x, y, z, intensity",
    choices: ["relative", "absolute"])
  public var features = "relative"
  /// Whether the intensity of points is read.
  @Setting("Whether the intensity of points is read") public var intensity = true
  /// How many of a voxel's points its mean takes.
  @Setting("How many of a voxel's points its mean takes, the first; 0 for all", in: 0...10_000)
  public var maxPoints = 0
  /// Most voxels of a cloud.
  @Setting("Most voxels of a cloud; of more some are left out, evenly", in: 1...10_000_000)
  public var maxVoxels = 60_000
  /// The sparse encoder.
  @Setting("The sparse encoder") public var encoder = SECONDEncoderSettings()
  /// The network over the map.
  @Setting("The network over the map") public var backbone = BirdsEyeSettings()
  /// The head.
  @Setting("The head, its targets, losses and boxes") public var head = CentreHeadSettings()

  /// The defaults.
  public init() {}

  /// SECOND's sizes for KITTI with CenterPoint's head.
  public static var kitti: SparseCentreSettings {
    var settings = SparseCentreSettings()
    settings.range = LidarRange(
      low: [0, -40, -3], high: [70.4, 40, 1], voxelSize: [0.05, 0.05, 0.1])
    (settings.features, settings.maxPoints, settings.maxVoxels) = ("absolute", 5, 40_000)
    (settings.encoder, settings.backbone, settings.head) = (.kitti, .second, .published)
    return settings
  }
}
