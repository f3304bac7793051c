public import Configuration
public import Geometry

/// A spinning LiDAR: beams at fixed elevations, all measured at the message's instant.
///
/// The sweep's duration is not modelled: the vehicle and all objects stand still during a sweep, and the attribute `time` is
/// 0 for every point.
public struct SpinningLidar: ParameterSet {
  /// Always `lidar`.
  @Parameter("Kind of sensor") public var kind = SensorKind.lidar
  /// Number of beams spread evenly, when no table is given.
  @Parameter("Number of beams, spread evenly between lowest and highest", in: 1...256)
  public var beams = 64
  /// Elevation of the lowest beam.
  @Parameter("Elevation of the lowest beam, degrees", in: -90...90) public var lowestDegrees = -24.8
  /// Elevation of the highest beam.
  @Parameter("Elevation of the highest beam, degrees", in: -90...90) public var highestDegrees = 2.0
  /// Beam table.
  @Parameter("Beam table: elevation of each beam, degrees; replaces the three settings above")
  public var elevationsDegrees: [Double] = []
  /// Azimuth steps of a turn.
  @Parameter("Azimuth steps in a full turn", in: 8...8192) public var columns = 1800
  /// In the vehicle frame, metres.
  @Parameter("Position: x forward, y left, z up, metres") public var position = [0.0, 0.0, 1.73]
  /// Heading in the vehicle frame.
  @Parameter("Heading, degrees to the left", in: -180...180) public var yawDegrees = 0.0
  /// Nearest range.
  @Parameter("Nearest range, metres", in: 0...100) public var minRange = 0.9
  /// Farthest range.
  @Parameter("Farthest range, metres", in: 1...1000) public var maxRange = 120.0
  /// Range at which a white surface that faces the sensor is lost.
  @Parameter("Range at which a white surface that faces the sensor is lost, metres", in: 1...5000)
  public var whiteRange = 250.0
  /// Range noise.
  @Parameter("Standard deviation of the range, metres", in: 0...1) public var rangeNoise = 0.015
  /// Share of returns lost at random.
  @Parameter("Share of returns lost at random", in: 0...1) public var dropOut = 0.02
  /// Intensity noise.
  @Parameter("Standard deviation of the intensity, which runs from 0 to 1", in: 0...1)
  public var intensityNoise = 0.02

  /// Share of beams that a world lacks.
  @Parameter(
    "Beams that another world lacks, at random: up to this share of them", in: 0...0.95)
  public var beamDropOut = 0.0
  /// Losses near the range's end.
  @Parameter(
    "Share of returns lost where an echo only just suffices; falls with the square of range over its limit",
    in: 0...1) public var fading = 0.0
  /// Losses at panes.
  @Parameter("Share of returns from panes of glass that is lost", in: 0...1) public var paneLoss =
    0.0
  /// Variation of the intensity's scale.
  @Parameter(
    "Standard deviation of the logarithm of the intensity's scale from world to world", in: 0...2)
  public var gainSpread = 0.0

  /// The defaults.
  public init() {}

  /// Elevations in radians, lowest first: ring 0 looks down most.
  public var elevations: [Double] {
    if !elevationsDegrees.isEmpty { return elevationsDegrees.sorted().map { $0 * .pi / 180 } }
    guard beams > 1 else { return [lowestDegrees * .pi / 180] }
    let step = (highestDegrees - lowestDegrees) / Double(beams - 1)
    return (0..<beams).map { (lowestDegrees + Double($0) * step) * .pi / 180 }
  }

  /// `vehicleFromLidar`.
  public var vehicleFromLidar: Pose {
    Pose(
      rotation: Quaternion(angle: yawDegrees * .pi / 180, axis: Vector3(0, 0, 1)),
      translation: Mounting.translation(position))
  }

  /// What single settings cannot tell.
  var problem: String? {
    if elevationsDegrees.count > 256 { return "a beam table has at most 256 beams" }
    if elevationsDegrees.contains(where: { !(-90...90).contains($0) }) {
      return "'elevations_degrees' run from -90 to 90"
    }
    return nil
  }
}
