public import Configuration
import Geometry
public import Pipelines
public import SensorLogs
public import Vision

/// The stage `stereo.rectify`.
public struct StereoRectify: Stage {
  /// The settings of `stereo.rectify`.
  public struct Parameters: ParameterSet {
    /// The rig's file.
    @Parameter(
      "Calibration file with a stereo rig, relative to the definition; none: the pair is rectified")
    public var calibration: String? = nil
    /// Distance between cameras that the log describes.
    @Parameter(
      "Without a calibration file: distance between the two cameras that the log describes, metres",
      in: 1e-6...1e4) public var baseline: Double? = nil
    /// How much of the pictures is kept.
    @Parameter("0 keeps valid pixels only, 1 all pixels of the pictures", in: 0...1)
    public var alpha = 0.0
    /// The defaults.
    public init() {}
  }

  static let left = InputPort<Image>("left", "Picture of the left camera, the reference")
  static let right = InputPort<Image>("right", "Picture of the right camera, of the same size")
  private let parameters: Parameters
  private let rig: StereoRig?
  private let rectifications = RecentValues<StereoRig, StereoRectification>()

  /// The name in definitions.
  public static var name: String { "stereo.rectify" }
  /// What it does.
  public static var documentation: String {
    """
    Turns two pictures of one instant so that equal rows see the same points.
    With a calibration file, both are undistorted and rotated by Bouguet's method (cv::stereoRectify with equal principal \
    points); pictures that are uniformly scaled versions of the calibrated size are taken as such. A rig that is rectified \
    already, and a pair without a calibration, pass bit for bit. The pair keeps the left picture's frame name; depth \
    that follows is in the rectified left camera.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [left, right] }

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

  /// Rectifies one pair.
  ///
  /// - Parameter inputs: The two pictures.
  /// - Returns: The pair, with its rig when one is known.
  /// - Throws: ``VisionError`` when sizes differ or do not fit the calibration.
  public func process(_ inputs: StageInputs) throws -> Message<StereoPair> {
    let left = inputs[Self.left]
    let (first, second) = (left.payload, inputs[Self.right].payload)
    guard first.width == second.width, first.height == second.height else {
      throw VisionError.unsuitableInput(
        operation: Self.name, expected: "two pictures of one size",
        actual: "\(first.width) x \(first.height) and \(second.width) x \(second.height)")
    }
    guard let known = rig ?? described(first, second) else {
      return left.replacing(StereoPair(left: first, right: second))
    }
    guard let fitted = known.fitted(toWidth: first.width, height: first.height) else {
      throw VisionError.calibration(
        reason: "the rig is calibrated for \(known.left.width) x \(known.left.height) pixels; "
          + "\(first.width) x \(first.height) is no uniformly scaled version of that")
    }
    let rectification = try rectifications.value(for: fitted) {
      try StereoRectification($0, alpha: parameters.alpha)
    }
    return left.replacing(try rectification.rectify(left: first, right: second))
  }

  /// The rig of two cameras that the log describes, side by side.
  private func described(_ first: Image, _ second: Image) -> StereoRig? {
    guard let baseline = parameters.baseline, let left = first.camera, let right = second.camera
    else { return nil }
    return StereoRig(
      left: left, right: right,
      rightFromLeft: Pose(rotation: .identity, translation: Vector3(-baseline, 0, 0)))
  }
}
