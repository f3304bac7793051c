import Foundation
public import Pipelines

/// Appends lines to a text file; every line is a point to continue from.
public final class LineFileWriter: StreamFileWriter {
  private let path: String
  private let handle: FileHandle
  /// Length of the file and lines appended by this writer.
  public private(set) var durable: StreamDurability

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: Length to go on from; nil for a new file.
  /// - Throws: When the file cannot be opened or is shorter than `byteCount`.
  public init(path: String, resumingAt byteCount: Int?) throws {
    self.path = path
    if byteCount == nil { try Data().write(to: URL(fileURLWithPath: path)) }
    handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    durable = StreamDurability(byteCount: byteCount ?? 0, appendedFrames: 0)
    guard try handle.seekToEnd() >= UInt64(durable.byteCount) else {
      throw OutputFormatError(
        format: "jsonl",
        problem: "\(path) is shorter than the journal says; delete the output folder")
    }
    try handle.truncate(atOffset: UInt64(durable.byteCount))
  }

  /// Appends a line, or nothing.
  ///
  /// - Parameters:
  ///   - encoded: The line without its end; nothing is appended when it is empty.
  ///   - frameIndex: Unused.
  /// - Throws: When the disk is full.
  public func append(_ encoded: [UInt8], frameIndex: Int) throws {
    if !encoded.isEmpty {
      try handle.write(contentsOf: Data(encoded + [UInt8(ascii: "\n")]))
      durable.byteCount += encoded.count + 1
    }
    durable.appendedFrames += 1
  }

  /// Forces the lines onto the disk.
  ///
  /// - Throws: When the disk fails.
  public func synchronize() throws { try handle.synchronize() }

  /// Closes the file.
  ///
  /// - Throws: When the disk fails.
  public func finish() throws {
    try handle.synchronize()
    try handle.close()
  }
}
