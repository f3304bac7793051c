public import Configuration
import Geometry
public import Pipelines
public import SensorLogs
public import Vision

/// The stage `image.undistort`.
public struct ImageUndistort: Stage {
  /// The settings of `image.undistort`.
  public struct Parameters: ParameterSet {
    /// The camera's file.
    @Parameter("Calibration file with the camera; none: the camera that comes with the picture")
    public var calibration: String? = nil
    /// The camera's name in it.
    @Parameter("Name of the camera in the file; none: its only one")
    public var cameraName: String? = nil
    /// The defaults.
    public init() {}
  }

  static let image = InputPort<Image>("image", "Picture")
  private let camera: CameraModel?
  private let tables = RecentValues<CameraModel, RemapTable>()

  /// The name in definitions.
  public static var name: String { "image.undistort" }
  /// What it does.
  public static var documentation: String {
    """
    Removes the lens distortion from a picture.
    The new picture has the same size and camera matrix; beyond the old one lies black. The camera is scaled when the \
    picture is a uniformly scaled version of its size. A camera without distortion passes its pictures bit for bit; \
    without a camera the frame fails.
    """
  }
  /// The ports.
  public static var inputs: [any InputPortDescription] { [image] }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `ConfigurationErrors` or ``VisionError`` when the calibration cannot be used.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    camera = try CalibrationSetting.camera(
      parameters.calibration, named: parameters.cameraName, setup)
  }

  /// Undistorts one picture.
  ///
  /// - Parameter inputs: The picture.
  /// - Returns: The new picture with its camera.
  /// - Throws: ``VisionError/calibration(reason:)`` without a camera that fits.
  public func process(_ inputs: StageInputs) throws -> Message<Image> {
    let message = inputs[Self.image]
    let image = message.payload
    guard let known = camera ?? image.camera else {
      throw VisionError.calibration(
        reason: "the picture comes without a camera: name a file with the setting 'calibration'")
    }
    guard let fitted = known.fitted(toWidth: image.width, height: image.height) else {
      throw VisionError.calibration(
        reason: "the camera is calibrated for \(known.width) x \(known.height) pixels; "
          + "\(image.width) x \(image.height) is no uniformly scaled version of that")
    }
    let table = try tables.value(for: fitted) {
      try RemapTable(from: $0, to: $0.withoutDistortion)
    }
    return message.replacing(try table.apply(to: image))
  }
}
