/// Writes messages to a log.
///
/// Used from one thread at a time.
public protocol LogWriter: AnyObject {
  /// Appends a message.
  ///
  /// Image, DepthImage, FlowField, PointCloud, CameraModel, FrameTransforms, Detections2D, Detections3D and Record are accepted by every writer that
  /// can hold several topics.
  ///
  /// - Parameters:
  ///   - message: The message; its topic names the stream and its timestamp is the instant of measurement.
  ///   - logTime: When it was recorded; the instant of measurement when nil.
  /// - Throws: ``LogError`` when the payload cannot be held or the disk is full.
  func write(_ message: AnyMessage, logTime: Timestamp?) throws

  /// Completes the file. Before this the file bears a temporary name; without it nothing appears under the final name.
  ///
  /// - Throws: ``LogError`` when the disk is full.
  func finish() throws
}
