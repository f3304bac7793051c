import Foundation
import PointClouds

/// What a conversion did.
public struct ConversionReport: Sendable {
  /// Messages in the result.
  public var messagesWritten = 0
  /// Messages among these that do not decode and were copied as they are.
  public var passedThroughUndecoded = 0
  /// Messages that could not be copied at all.
  public var messagesSkipped = 0
  /// Damage of the source, and what each message that does not decode lacks.
  public var damage: [LogDamage] = []

  /// A report of nothing done.
  public init() {}
}

/// Copies a log into another format.
public enum LogConversion {
  /// Whether the extension of a path names a format that can be written.
  ///
  /// - Parameter path: The new file.
  /// - Returns: True for `.mcap` and the formats of clouds.
  public static func canWrite(_ path: String) -> Bool {
    (path as NSString).pathExtension.lowercased() == "mcap"
      || CloudFormat.detect([], fileName: path) != nil
  }

  /// Copies a log to a new file, whose format its extension names.
  ///
  /// Messages that carry their bytes are copied byte for byte to MCAP, after a decoding that only checks them; those of
  /// ROS 1 become ROS 2 messages, where a header loses `seq`. Frames of folders are encoded as ``MCAPLogWriter`` does.
  ///
  /// - Parameters:
  ///   - log: The source.
  ///   - path: The new file: `.mcap`; from a log with one cloud also `.pcd`, `.ply`, `.bin`, `.xyz`.
  ///   - progress: Receives the number of messages handled so far.
  /// - Returns: What was written, and all damage.
  /// - Throws: ``LogError`` when nothing can be read, or the result cannot be written.
  public static func convert(
    from log: any RecordedLog, to path: String, progress: (Int) throws -> Void = { _ in }
  ) throws -> ConversionReport {
    let kind = (path as NSString).pathExtension.lowercased()
    guard kind == "mcap" else {
      if let format = CloudFormat.detect([], fileName: path) {
        return try CloudConversion.convert(from: log, to: path, as: format, progress: progress)
      }
      throw LogError(
        .unwritable, file: path,
        problem: "the extension '.\(kind)' names no format that can be written;"
          + " .mcap, .pcd, .ply, .bin and .xyz do")
    }
    var options = MCAPLogWriter.Options()
    if let source = log as? MCAPLog, !source.profile.isEmpty {
      options.container.profile = source.profile
    }
    let conversion = MCAPConversion(
      log: log, cursor: try log.messages(LogSelection()),
      writer: try MCAPLogWriter(path, options: options))
    return try conversion.run(progress)
  }
}
