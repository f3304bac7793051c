public import Configuration
import Geometry
public import Pipelines
public import PointClouds
public import SensorLogs
import Vision

/// The stage `depth.back_project`.
public struct DepthBackProject: Stage {
  /// The settings of `depth.back_project`.
  public struct Parameters: ParameterSet {
    /// The camera's file.
    @Parameter("Sensor file with the depth camera; none: the camera that comes with the depth")
    public var sensor: String? = nil
    /// The camera's name in it.
    @Parameter("Name of the camera in the sensor file; none: its only one, or 'depth'")
    public var cameraName: String? = nil
    /// What the values mean.
    @Parameter("Whether depths run along the ray and not along the optical axis")
    public var rayDepth = false
    /// Nearest depth.
    @Parameter("Smaller depths have no point, metres", in: 0...1e9) public var minDepth = 0.0
    /// Farthest depth.
    @Parameter("Larger depths have no point, metres", in: 0...1e9) public var maxDepth = 1e9
    /// Thinning.
    @Parameter("Every how many-th row and column becomes points", in: 1...1000)
    public var stride = 1
    /// Whether points carry covariances.
    @Parameter("Whether points get the attribute covariance: xx xy xz yy yz zz, metres squared")
    public var covariance = false
    /// Error of the place in the picture.
    @Parameter(
      "For covariance: standard deviation of the place in the picture that a depth belongs to, along each axis, pixels; "
        + "the default is that of a place anywhere within the pixel", in: 0...100)
    public var pixelSigma = 0.2887
    /// Deviation of depths that state none.
    @Parameter(
      "For covariance, where the depths state no standard deviation: a, b, c of a + b Z + c Z^2, metres; none: the frame fails"
    ) public var depthSigma: [Double] = []
    /// Whether errors that all points share count.
    @Parameter("For covariance: whether the systematic part, which all points share, is added")
    public var systematic = false
    /// The defaults.
    public init() {}
  }

  static let depth = InputPort<DepthImage>("depth", "Depths")
  static let color = InputPort<Image>(
    "color", "Colours, registered with the depths", isOptional: true)
  static let camera = InputPort<CameraModel>("camera", "The depth camera", isOptional: true)
  private let camera: CameraModel?
  private let projection: BackProjection

  /// The name in definitions.
  public static var name: String { "depth.back_project" }
  /// What it does.
  public static var documentation: String {
    """
    Turns each pixel with a depth into a point in the camera's frame (x right, y down, z forward), metres.
    The camera is that of the port `camera`, else of the setting `sensor`, else that of the depth image; it is scaled when \
    the image is a uniformly scaled version of its size, and its lens distortion is removed. Points come row by row; with \
    the port `color` they have the attribute color (red, green, blue). No depths, no points.
    With `covariance`, each point has C = s_Z^2 r r' + Z^2 s_p^2 J J': r is its ray with z = 1, J how the ray turns from \
    pixel to pixel, s_Z the depth's standard deviation, s_p `pixel_sigma`; first order, errors of depth and place taken as \
    independent. cloud.transform and cloud.to_frame turn it; files hold it as covariance (PCD) or covariance_0 to _5 (PLY).
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [depth, color, camera] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `ConfigurationErrors` or ``VisionError`` when the sensor file cannot be used.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    guard parameters.minDepth <= parameters.maxDepth else {
      throw ConfigurationErrors(
        ConfigurationError(
          at: SourcePosition(file: "stage '\(setup.stageID)'"),
          "'min_depth' is \(parameters.minDepth), above 'max_depth' \(parameters.maxDepth)"))
    }
    let sigma = parameters.depthSigma
    guard sigma.count <= 3, sigma.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw ConfigurationErrors(
        ConfigurationError(
          at: SourcePosition(file: "stage '\(setup.stageID)'"),
          "'depth_sigma' has up to three numbers from 0: a, b, c of a + b Z + c Z^2"))
    }
    camera = try CalibrationSetting.camera(parameters.sensor, named: parameters.cameraName, setup)
    var projection = BackProjection()
    projection.isRayDepth = parameters.rayDepth
    projection.range = Float(parameters.minDepth)...Float(parameters.maxDepth)
    projection.stride = parameters.stride
    if parameters.covariance {
      projection.covariance = PointCovariance(
        pixelDeviation: parameters.pixelSigma, depthDeviation: parameters.depthSigma,
        isSystematicIncluded: parameters.systematic)
    }
    self.projection = projection
  }

  /// Converts one depth image.
  ///
  /// - Parameter inputs: Depths, colours, camera.
  /// - Returns: The cloud.
  /// - Throws: ``VisionError/calibration(reason:)`` without a camera that fits; ``VisionError`` when covariances are wanted
  ///   and nothing states the depths' deviations.
  public func process(_ inputs: StageInputs) throws -> Message<PointCloud> {
    let message = inputs[Self.depth]
    let depth = message.payload
    guard let known = inputs.optional(Self.camera)?.payload ?? camera ?? depth.camera else {
      throw VisionError.calibration(
        reason: "depths become points only with the camera's calibration, and none is known: name "
          + "a file with the setting 'sensor' (for example sensors/primesense.yaml)")
    }
    guard let fitted = known.fitted(toWidth: depth.width, height: depth.height) else {
      throw VisionError.calibration(
        reason: "the camera is calibrated for \(known.width) x \(known.height) pixels; "
          + "\(depth.width) x \(depth.height) is no uniformly scaled version of that")
    }
    let color = inputs.optional(Self.color)?.payload
    return message.replacing(try projection.cloud(depth, camera: fitted, color: color))
  }
}
