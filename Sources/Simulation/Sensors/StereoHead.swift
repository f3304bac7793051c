public import Configuration
public import Geometry

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
