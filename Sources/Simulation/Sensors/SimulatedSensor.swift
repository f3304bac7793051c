public import Configuration
import Foundation
public import Geometry

/// A sensor of a simulated rig.
public enum SimulatedSensor: Sendable {
  case stereo(StereoHead)
  case lidar(SpinningLidar)
  case depthCamera(DepthCamera)

  /// Reads the sensors of a scene.
  ///
  /// - Parameter node: A list of mappings, each with `kind: stereo`, `lidar` or `rgbd`.
  /// - Returns: The sensors; at most one of each kind.
  /// - Throws: ``ConfigurationErrors`` with the place of everything that is wrong.
  static func list(_ node: YAMLNode) throws -> [SimulatedSensor] {
    var sensors: [SimulatedSensor] = []
    var errors: [ConfigurationError] = []
    var seen: Set<SensorKind> = []
    for item in try node.requireItems("a list of sensors") {
      do {
        let kind = try item.requireMapping("a sensor: a mapping with 'kind'").required(
          "kind", as: SensorKind.self)
        if !seen.insert(kind).inserted {
          errors.append(item.error("a second '\(kind.rawValue)'; a rig has one of each kind"))
        }
        if let place = item.mapping?["position"], let items = place.items, items.count != 3 {
          errors.append(place.error("'position' has three numbers, not \(items.count)"))
        }
        switch kind {
        case .stereo: sensors.append(.stereo(try StereoHead(settings: item)))
        case .lidar:
          let lidar = try SpinningLidar(settings: item)
          if let problem = lidar.problem { throw item.error(problem) }
          sensors.append(.lidar(lidar))
        case .rgbd: sensors.append(.depthCamera(try DepthCamera(settings: item)))
        }
      } catch {
        errors += ConfigurationErrors(collecting: error, at: item.position).errors
      }
    }
    if !errors.isEmpty { throw ConfigurationErrors(errors) }
    if sensors.isEmpty { throw ConfigurationErrors(node.error("a scene needs a sensor")) }
    return sensors
  }
}

/// The word under `kind:` of a sensor.
public enum SensorKind: String, CaseIterable, ParameterValue {
  case stereo
  case lidar
  case rgbd
}

/// How a camera turns rays into pixel values.
public enum PixelSampling: String, CaseIterable, ParameterValue {
  /// One ray through the centre of each pixel.
  case single
  /// Four more rays for pixels at edges.
  case edges
  /// Four rays for every pixel.
  case full
}

/// Two equal pinhole cameras side by side, rectified: the right one lies one baseline along the left one's +x.
public struct StereoHead: ParameterSet {
  /// Always `stereo`.
  @Parameter("Kind of sensor") public var kind = SensorKind.stereo
  /// Image width, pixels.
  @Parameter("Image width, pixels", in: 8...8192) public var width = 640
  /// Image height, pixels.
  @Parameter("Image height, pixels", in: 8...8192) public var height = 384
  /// Focal length, pixels.
  @Parameter("Focal length, pixels", in: 1...20_000) public var focalLength = 480.0
  /// Distance between the cameras, metres.
  @Parameter("Baseline, metres", in: 0.001...5) public var baseline = 0.54
  /// Left camera in the vehicle frame, metres.
  @Parameter("Left camera: x forward, y left, z up, metres") public var position = [
    1.2, 0.27, 1.65,
  ]
  /// Heading in the vehicle frame, degrees to the left.
  @Parameter("Heading, degrees to the left", in: -180...180) public var yawDegrees = 0.0
  /// How far it looks down, degrees.
  @Parameter("How far it looks down, degrees", in: -89...89) public var downDegrees = 0.0
  /// Image noise.
  @Parameter("Standard deviation of the image noise, grey levels of 255", in: 0...50)
  public var noise = 1.2
  /// Rays for each pixel.
  @Parameter("Rays for each pixel") public var sampling = PixelSampling.edges

  /// The defaults.
  public init() {}

  /// Either camera.
  public var camera: CameraModel {
    CameraModel(
      width: width, height: height, focalLength: Vector2(focalLength, focalLength),
      principalPoint: Vector2(Double(width - 1) / 2, Double(height - 1) / 2))
  }

  /// `vehicleFromLeft`.
  public var vehicleFromLeft: Pose {
    Mounting.vehicleFromOptical(position, yawDegrees: yawDegrees, downDegrees: downDegrees)
  }

  /// `vehicleFromRight`.
  public var vehicleFromRight: Pose {
    vehicleFromLeft * Pose(rotation: .identity, translation: Vector3(baseline, 0, 0))
  }

  /// The rig.
  public var rig: StereoRig {
    StereoRig(
      left: camera, right: camera,
      rightFromLeft: Pose(rotation: .identity, translation: Vector3(-baseline, 0, 0)))
  }
}

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
  /// Farthest range at full reflectance.
  @Parameter("Range at which a white surface is lost, metres", in: 1...1000) public var maxRange =
    120.0
  /// Range noise.
  @Parameter("Standard deviation of the range, metres", in: 0...1) public var rangeNoise = 0.015
  /// Share of returns lost at random.
  @Parameter("Share of returns lost at random", in: 0...1) public var dropOut = 0.02
  /// Intensity noise.
  @Parameter("Standard deviation of the intensity, which runs from 0 to 1", in: 0...1)
  public var intensityNoise = 0.02

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

/// A colour camera with a depth value for each of its pixels.
public struct DepthCamera: ParameterSet {
  /// Always `rgbd`.
  @Parameter("Kind of sensor") public var kind = SensorKind.rgbd
  /// Image width, pixels.
  @Parameter("Image width, pixels", in: 8...8192) public var width = 640
  /// Image height, pixels.
  @Parameter("Image height, pixels", in: 8...8192) public var height = 480
  /// Focal length, pixels.
  @Parameter("Focal length, pixels", in: 1...20_000) public var focalLength = 525.0
  /// In the vehicle frame, metres.
  @Parameter("Position: x forward, y left, z up, metres") public var position = [0.0, 0.0, 1.4]
  /// Heading in the vehicle frame, degrees to the left.
  @Parameter("Heading, degrees to the left", in: -180...180) public var yawDegrees = 0.0
  /// How far it looks down, degrees.
  @Parameter("How far it looks down, degrees", in: -89...89) public var downDegrees = 12.0
  /// Nearest depth.
  @Parameter("Nearest depth, metres", in: 0...100) public var minDepth = 0.4
  /// Farthest depth.
  @Parameter("Farthest depth, metres", in: 0.1...1000) public var maxDepth = 6.0
  /// Scale of the noise model.
  @Parameter("Multiple of the noise model; 0 for exact depth without holes", in: 0...100)
  public var depthNoise = 1.0
  /// Image noise.
  @Parameter("Standard deviation of the image noise, grey levels of 255", in: 0...50)
  public var noise = 1.2
  /// Rays for each pixel.
  @Parameter("Rays for each pixel") public var sampling = PixelSampling.edges

  /// The defaults.
  public init() {}

  /// The camera, the same for colour and depth.
  public var camera: CameraModel {
    CameraModel(
      width: width, height: height, focalLength: Vector2(focalLength, focalLength),
      principalPoint: Vector2(Double(width - 1) / 2, Double(height - 1) / 2))
  }

  /// `vehicleFromCamera`.
  public var vehicleFromCamera: Pose {
    Mounting.vehicleFromOptical(position, yawDegrees: yawDegrees, downDegrees: downDegrees)
  }
}

/// How sensors sit on the vehicle: x forward, y left, z up; cameras look along +z with x right and y down.
enum Mounting {
  static func translation(_ position: [Double]) -> Vector3 {
    var translation = Vector3.zero
    for (axis, value) in position.prefix(3).enumerated() { translation[axis] = value }
    return translation
  }

  static func vehicleFromOptical(
    _ position: [Double], yawDegrees: Double, downDegrees: Double
  ) -> Pose {
    // Columns: where the camera's x, y and z point in the vehicle frame.
    let forward = Quaternion(
      Matrix3(rows: [Vector3(0, 0, 1), Vector3(-1, 0, 0), Vector3(0, -1, 0)]))
    let yaw = Quaternion(angle: yawDegrees * .pi / 180, axis: Vector3(0, 0, 1))
    let down = Quaternion(angle: downDegrees * .pi / 180, axis: Vector3(0, 1, 0))
    return Pose(rotation: yaw * down * forward, translation: translation(position))
  }
}
