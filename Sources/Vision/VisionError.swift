/// Why an operation on images failed.
public enum VisionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The library `libparallax-opencv.so` could not be opened.
  case libraryUnavailable(reason: String)
  /// The bytes are not an image that can be read.
  case undecodableImage(name: String, reason: String)
  /// An image could not be written as a file.
  case unencodableImage(reason: String)
  /// A video could not be opened or read.
  case unreadableVideo(path: String, reason: String)
  /// A video could not be written.
  case unwritableVideo(path: String, reason: String)
  /// Optical flow does not fit the pictures that it is said to belong to.
  case unfittingFlow(reason: String)
  /// An input has the wrong size, element type or number of channels.
  case unsuitableInput(operation: String, expected: String, actual: String)
  /// A rig or camera is needed and missing, or does not fit.
  case calibration(reason: String)
  /// OpenCV refused an operation.
  case openCV(operation: String, reason: String)

  /// The error in words.
  public var description: String {
    switch self {
    case .libraryUnavailable(let reason):
      "OpenCV could not be opened: \(reason) (libparallax-opencv.so belongs beside the program; "
        + "PARALLAX_OPENCV_LIBRARY names another place)"
    case .undecodableImage(let name, let reason): "the image \(name) cannot be decoded: \(reason)"
    case .unencodableImage(let reason): "the image cannot be encoded: \(reason)"
    case .unreadableVideo(let path, let reason): "the video \(path) cannot be read: \(reason)"
    case .unwritableVideo(let path, let reason): "the video \(path) cannot be written: \(reason)"
    case .unfittingFlow(let reason): "the flow does not fit its pictures: \(reason)"
    case .unsuitableInput(let operation, let expected, let actual):
      "\(operation) needs \(expected), not \(actual)"
    case .calibration(let reason): reason
    case .openCV(let operation, let reason): "\(operation) failed: \(reason)"
    }
  }
}
