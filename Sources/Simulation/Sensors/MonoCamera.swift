public import Configuration
public import Geometry

/// One colour camera: a pinhole without distortion.
public struct MonoCamera: ParameterSet {
  /// Always `mono`.
  @Parameter("Kind of sensor") public var kind = SensorKind.mono
  /// Image width, pixels.
  @Parameter("Image width, pixels", in: 8...8192) public var width = 1242
  /// Image height, pixels.
  @Parameter("Image height, pixels", in: 8...8192) public var height = 375
  /// Focal length, pixels.
  @Parameter("Focal length, pixels", in: 1...20_000) public var focalLength = 721.5
  /// Principal point, pixels; the middle of the image when empty.
  @Parameter("Principal point: column, row; the middle of the image when left out")
  public var principalPoint: [Double] = []
  /// In the vehicle frame, metres.
  @Parameter("Position: x forward, y left, z up, metres") public var position = [0.27, 0.06, 1.65]
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

  /// The camera.
  public var camera: CameraModel {
    let middle = Vector2(Double(width - 1) / 2, Double(height - 1) / 2)
    return CameraModel(
      width: width, height: height, focalLength: Vector2(focalLength, focalLength),
      principalPoint: principalPoint.count == 2
        ? Vector2(principalPoint[0], principalPoint[1]) : middle)
  }

  /// `vehicleFromCamera`.
  public var vehicleFromCamera: Pose {
    Mounting.vehicleFromOptical(position, yawDegrees: yawDegrees, downDegrees: downDegrees)
  }

  /// What single settings cannot tell.
  var problem: String? {
    if !principalPoint.isEmpty && principalPoint.count != 2 {
      return "'principal_point' has two numbers, not \(principalPoint.count)"
    }
    return nil
  }
}
