import Calibration
import Geometry
import Pipelines
import Vision

/// Calibration files that settings name.
enum CalibrationSetting {
  /// The rig in a file; nil when no file is named, or the definition is only being checked.
  static func rig(_ path: String?, _ setup: StageSetup) throws -> StereoRig? {
    guard let path, !setup.isValidation else { return nil }
    let file = try CalibrationFile.load(path: setup.resolve(path))
    guard let rig = file.stereoRig else {
      throw VisionError.calibration(
        reason: "\(setup.resolve(path)) holds no stereo rig (no section 'stereo')")
    }
    return rig
  }

  /// A camera in a file; nil when no file is named, or the definition is only being checked.
  ///
  /// Without a name, the only camera, or the one called `depth`.
  static func camera(_ path: String?, named name: String?, _ setup: StageSetup) throws
    -> CameraModel?
  {
    guard let path, !setup.isValidation else { return nil }
    let file = try CalibrationFile.load(path: setup.resolve(path))
    let known = file.cameras.map(\.name).joined(separator: ", ")
    if let name {
      guard let camera = file.camera(named: name) else {
        throw VisionError.calibration(
          reason: "\(setup.resolve(path)) holds no camera '\(name)', only \(known)")
      }
      return camera
    }
    if file.cameras.count == 1 { return file.cameras[0].camera }
    guard let camera = file.camera(named: "depth") else {
      throw VisionError.calibration(
        reason: "\(setup.resolve(path)) holds several cameras (\(known)): say which one with "
          + "the setting 'camera_name'")
    }
    return camera
  }
}
