public import Configuration

/// Settings of ``PointPillarsTask``; the defaults are a small network, ``kitti`` is the published one.
public struct PointPillarsSettings: ParameterSet {
  /// The part of space that is looked at; pillars are voxels of its whole height.
  @Setting("The part of space that is looked at; pillars are voxels of its whole height")
  public var range = LidarRange(
    low: [0, -25.6, -3], high: [51.2, 25.6, 1], voxelSize: [0.2, 0.2, 4])
  /// What points tell.
  @Setting(
    "What points tell: relative = height, intensity, offsets from the pillar's mean and centre; absolute = x and y too",
    choices: ["relative", "absolute"])
  public var features = "relative"
  /// Whether the intensity of points is read.
  @Setting("Whether the intensity of points is read") public var intensity = true
  /// Most points of a pillar.
  @Setting("Most points of a pillar", in: 1...10_000) public var maxPoints = 32
  /// Most pillars of a cloud.
  @Setting("Most pillars of a cloud", in: 1...10_000_000) public var maxPillars = 40_000
  /// Channels of a pillar.
  @Setting("Channels of a pillar", in: 1...1024) public var width = 64
  /// Whether places without a point take part in the maximum.
  @Setting("Whether places of a pillar without a point take part in its maximum, as published")
  public var padsPillars = false
  /// The network over the map.
  @Setting("The network over the map") public var backbone = Self.smallBackbone
  /// The head.
  @Setting("The head, its targets, losses and boxes") public var head = CentreHeadSettings()

  /// The defaults.
  public init() {}

  private static var smallBackbone: BirdsEyeSettings {
    var settings = BirdsEyeSettings()
    (settings.layers, settings.strides, settings.widths) = ([2, 3], [2, 2], [64, 96])
    return settings
  }

  /// PointPillars' sizes for KITTI with CenterPoint's head.
  public static var kitti: PointPillarsSettings {
    var settings = PointPillarsSettings()
    settings.range = LidarRange(
      low: [0, -39.68, -3], high: [69.12, 39.68, 1], voxelSize: [0.16, 0.16, 4])
    (settings.features, settings.padsPillars) = ("absolute", true)
    (settings.backbone, settings.head) = (.pointPillars, .published)
    return settings
  }
}
