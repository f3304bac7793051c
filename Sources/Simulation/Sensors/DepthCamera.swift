public import Configuration
public import Geometry

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
  /// How it measures.
  @Parameter(
    "Depth model: a sensor file with 'depth_model', or a mapping with 'kind' (structured_light, indirect_tof, direct_tof); "
      + "its range replaces min_depth and max_depth; none: axial noise of a first Kinect")
  public var model: DepthModel? = nil
  /// Scale of the noise model.
  @Parameter(
    "Multiple of the noise model; 0 for exact depth (without holes, unless a model is given)",
    in: 0...100) public var depthNoise = 1.0
  /// Image noise.
  @Parameter("Standard deviation of the image noise, grey levels of 255", in: 0...50)
  public var noise = 1.2
  /// Rays for each pixel.
  @Parameter("Rays for each pixel") public var sampling = PixelSampling.edges

  /// Whether colours are rendered.
  @Parameter("Whether colours are rendered; depth alone is faster") public var color = true

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
