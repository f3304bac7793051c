public import Configuration
public import Pipelines
public import SensorLogs

/// `kitti`: one KITTI result file for each frame.
public struct KITTIFormat: FrameFileFormat {
  /// No settings.
  public typealias Parameters = NoParameters

  /// The name under `to:`.
  public static let name = "kitti"
  /// What it writes.
  public static let documentation = """
    Writes one KITTI result file for each frame: 16 columns, the last one the score.
    Takes what `boxes.kitti_labels` yields. A frame without boxes or without a result gets an empty file.
    """
  /// Lines of result files.
  public static let payloadTypes = [KITTILabelList.typeName]

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: None.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {}

  /// A frame's file.
  ///
  /// - Parameters:
  ///   - message: Lines of a result file.
  ///   - frameIndex: Unused.
  /// - Returns: The file.
  /// - Throws: ``OutputFormatError`` for another payload.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    let list: KITTILabelList = try payload(of: message, for: Self.self)
    return Array(KITTILabel.text(of: list.labels).utf8)
  }

  /// An empty file.
  ///
  /// - Parameters:
  ///   - frameIndex: Unused.
  ///   - timestamp: Unused.
  /// - Returns: No bytes.
  public func encodeEmpty(frameIndex: Int, timestamp: Timestamp) -> [UInt8]? { [] }
}
