import Foundation
public import Pipelines
import SensorLogs

/// Appends frames to an MCAP file; chunks end between frames, so every closed chunk is a point to continue from.
public final class MCAPFileWriter: StreamFileWriter {
  /// An encoded message.
  public struct Entry: Sendable {
    var header: MessageHeader
    var type: String
    var encoded: EncodedMessage
  }

  /// A chunk is closed behind the frame with which it reaches this size.
  static let chunkByteCount = 4 << 20

  private let writer: MCAPLogWriter
  private var appended = 0
  /// What the closed chunks hold.
  public private(set) var durable: StreamDurability

  /// Opens a file; while it grows it bears another temporary name beside `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: Length to go on from; nil for a new file.
  /// - Throws: ``LogError`` when the file cannot be opened.
  public init(path: String, resumingAt byteCount: Int?) throws {
    var options = MCAPLogWriter.Options()
    // The writer must not close a chunk in the middle of a frame.
    options.container.chunkByteCount = 1 << 29
    let growing = path + ".partial"
    if let byteCount, byteCount > 0 {
      // Complete but not yet published when the run was ended: take the completion back.
      if !FileManager.default.fileExists(atPath: growing) {
        try FileManager.default.moveItem(atPath: path, toPath: growing)
      }
      writer = try MCAPLogWriter(resuming: growing, keeping: byteCount, options: options)
    } else {
      writer = try MCAPLogWriter(path, options: options)
    }
    durable = StreamDurability(byteCount: writer.durableByteCount, appendedFrames: 0)
  }

  /// Appends a frame.
  ///
  /// - Parameters:
  ///   - encoded: The frame's messages.
  ///   - frameIndex: Unused.
  /// - Throws: ``LogError`` when the disk is full.
  public func append(_ encoded: [Entry], frameIndex: Int) throws {
    for entry in encoded {
      try writer.appendEncoded(
        topic: entry.header.topic, type: entry.type, encoded: entry.encoded, header: entry.header,
        logTime: nil)
    }
    appended += 1
    if writer.openChunkByteCount >= Self.chunkByteCount {
      try writer.closeChunk()
      durable = StreamDurability(byteCount: writer.durableByteCount, appendedFrames: appended)
    }
  }

  /// Nothing: a chunk is forced onto the disk when it is closed, and only closed chunks are durable.
  public func synchronize() {}

  /// Completes the file.
  ///
  /// - Throws: ``LogError`` when the disk is full.
  public func finish() throws { try writer.finish() }
}
