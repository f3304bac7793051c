extension CameraEstimate {
  /// The calibration as a file.
  ///
  /// - Parameters:
  ///   - source: Where the numbers come from.
  ///   - name: Name of the camera.
  /// - Returns: The camera and its standard deviations.
  public func file(source: String, name: String = "camera") -> CalibrationFile {
    CalibrationFile(
      source: source,
      cameras: [
        .init(name: name, camera: camera, uncertainty: CameraUncertainty(parameters, of: camera))
      ])
  }
}
