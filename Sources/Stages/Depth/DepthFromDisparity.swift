public import Configuration
import Geometry
public import Pipelines
public import SensorLogs
public import Vision

/// The stage `depth.from_disparity`.
public struct DepthFromDisparity: Stage {
  /// The settings of `depth.from_disparity`.
  public struct Parameters: ParameterSet {
    /// The rig's file.
    @Parameter(
      "Calibration file with a rectified stereo rig; none: the rig that comes with the disparities")
    public var calibration: String? = nil
    /// Farthest depth.
    @Parameter("Depths beyond this have no value, metres; none: no limit", in: 1e-6...1e9)
    public var maxDepth: Double? = nil
    /// Deviation of disparities that state none.
    @Parameter(
      "Standard deviation of disparities that state none, pixels; none: their depths state none",
      in: 0...1000) public var disparitySigma: Double? = nil
    /// Largest relative deviation.
    @Parameter(
      "Depths with a larger standard deviation (random part), as a share of the depth, have no value; none: no limit",
      in: 0...100) public var maxRelativeSigma: Double? = nil
    /// Whether hidden pixels lose their depth.
    @Parameter("Whether pixels that the right camera cannot see, by the disparities, have no value")
    public var covisibleOnly = false
    /// The defaults.
    public init() {}
  }

  static let disparity = InputPort<DisparityImage>("disparity", "Disparities of a rectified pair")
  private let parameters: Parameters
  private let rig: StereoRig?

  /// The name in definitions.
  public static var name: String { "depth.from_disparity" }
  /// What it does.
  public static var documentation: String {
    """
    Turns disparities into depths along the optical axis of the left camera.
    depth = f * baseline / (disparity + cx_right - cx_left), metres; 0 where there is no disparity. The rig is scaled when \
    the image is a uniformly scaled version of the calibrated size. Without a rig, from a setting or from \
    stereo.rectify, the frame fails.
    Depths state a standard deviation where the disparities or `disparity_sigma` state one: Z^2 / (f B) times it, the random \
    part. A rig with uncertainties (from calibrate stereo) adds the systematic part, kept apart, from focal length, baseline \
    and offset. Both are first order: with sigma_d above a tenth of d depths lean to the far side. Output format pfm writes them.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [disparity] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `ConfigurationErrors` or ``VisionError`` when the calibration cannot be used.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    self.parameters = parameters
    rig = try CalibrationSetting.rig(parameters.calibration, setup)
  }

  /// Converts one image.
  ///
  /// - Parameter inputs: The disparities.
  /// - Returns: The depths, with the left camera.
  /// - Throws: ``VisionError/calibration(reason:)`` without a rig that fits.
  public func process(_ inputs: StageInputs) throws -> Message<DepthImage> {
    let message = inputs[Self.disparity]
    var depth = try message.payload.depth(
      rig: rig, standardDeviation: parameters.disparitySigma)
    let limit = parameters.maxDepth.map { Float($0) } ?? .infinity
    let share = parameters.maxRelativeSigma.map { Float($0) } ?? .infinity
    if limit < .infinity || share < .infinity {
      let deviations = depth.standardDeviations?.array(of: Float.self)
      depth.removeValues { index, value in
        value > limit || (deviations.map { $0[index] > share * value } ?? false)
      }
    }
    if parameters.covisibleOnly {
      let isSeen = message.payload.coVisibility().pixels.array(of: UInt8.self)
      depth.removeValues { index, _ in isSeen[index] == 0 }
    }
    return message.replacing(depth)
  }
}
