public import Configuration

/// What a single shape can be.
public enum ShapeClass: String, CaseIterable, ParameterValue {
  case bed, table, sofa, chair, toilet, desk, dresser
  case nightStand = "night_stand"
  case bookshelf, bathtub
  case car, van, pedestrian, cyclist, tree, plant, lamp, box, monitor, door

  /// The names of all parts, `chair.leg`, in the order of the numbers that points bear as `label`.
  public static var partNames: [String] { ShapePart.allCases.map(\.rawValue) }
}

/// What a scene of single shapes shows: one object in each frame, as points on its surface.
public struct ShapeContents: ParameterSet, ParameterValue {
  /// Points of each cloud.
  @Parameter("Points of each cloud", in: 16...1_000_000) public var points = 2048
  /// Standard deviation of the noise on each coordinate, metres.
  @Parameter(
    "Standard deviation of the noise on each coordinate, as a share of the size", in: 0...0.1)
  public var noise = 0.003
  /// How far shapes are turned about the vertical at most.
  @Parameter("How far shapes are turned about the vertical at most, degrees", in: 0...180)
  public var yawDegrees = 180.0
  /// The classes that occur, equally often.
  @Parameter("Classes that occur, equally often; all when empty") public var classes: [ShapeClass] =
    []

  /// The defaults.
  public init() {}
}
