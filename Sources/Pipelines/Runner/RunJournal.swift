import Foundation

/// The record of what an unfinished run has committed: a hidden file in the output folder, one line for each frame, each with
/// a checksum, removed when the run is complete.
struct RunJournal {
  static let name = ".parallax-journal"

  /// How far a stream's file holds.
  struct StreamMark: Codable, Equatable, Sendable {
    /// Length from which the file can be continued.
    var bytes: Int
    /// First frame that must be appended after that length.
    var next: Int
  }

  /// A failure inside a frame.
  struct Incident: Codable, Equatable, Sendable {
    /// The node's name.
    var node: String
    var reason: String
  }

  /// A committed frame.
  struct Record: Codable, Equatable, Sendable {
    var frame: Int
    var timestamp: Int64
    /// Why it was skipped; nil when it was written.
    var skipped: Incident?
    /// Nodes whose result is missing by `on_error: empty`.
    var emptied: [Incident]
    /// For each output: size of its file, nil when it wrote none.
    var files: [Int?]
    /// For each stream output, in order.
    var streams: [StreamMark]
  }

  private struct Header: Codable {
    var journal: Int
    var identity: String
    /// Paths of the outputs, so that the files of an unfinished run can be told from others.
    var outputs: [String]
  }

  private let path: String
  private let descriptor: Int32

  /// Starts or continues a journal.
  ///
  /// - Parameters:
  ///   - folder: The output folder.
  ///   - identity: What the run is, so that only the same run continues it.
  ///   - outputs: Paths of the outputs.
  ///   - records: Frames that stay committed.
  ///   - synchronize: Whether to force it onto the disk.
  /// - Throws: ``PipelineError`` when it cannot be written.
  init(
    folder: String, identity: String, outputs: [String], keeping records: [Record],
    synchronize: Bool
  ) throws {
    path = folder + "/" + Self.name
    var bytes = try Self.line(Header(journal: 1, identity: identity, outputs: outputs))
    for record in records { bytes += try Self.line(record) }
    let aside = try AtomicFile.writeAside(bytes, for: path, synchronize: synchronize)
    try AtomicFile.publish(aside, as: path)
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw PipelineError(.failed, "cannot open \(path): \(String(cString: strerror(errno)))")
    }
  }

  func append(_ record: Record) throws {
    try AtomicFile.writeAll(try Self.line(record), to: descriptor, path: path)
  }

  func synchronize() { _ = fdatasync(descriptor) }

  /// Closes the journal; it stays for a later run.
  func close() { _ = Foundation.close(descriptor) }

  /// Removes the journal of a complete run.
  static func remove(folder: String) { unlink(folder + "/" + name) }

  /// What an unfinished run left; nil when there is no journal.
  ///
  /// - Returns: The identity, empty when not even the first line is whole, and the records up to the first broken line.
  static func load(folder: String) -> (identity: String, records: [Record])? {
    guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { return nil }
    var lines = data.split(separator: 10, omittingEmptySubsequences: false).map { [UInt8]($0) }[...]
    // What follows the last line feed was cut off while being written.
    lines = lines.dropLast()
    guard let first = lines.popFirst(), let header = decode(Header.self, first) else {
      return ("", [])
    }
    var records: [Record] = []
    for line in lines {
      guard let record = decode(Record.self, line) else { break }
      records.append(record)
    }
    return (header.identity, records)
  }

  /// Paths of the outputs of an unfinished run and the frames that it may have written.
  static func plannedOutputs(folder: String) -> (paths: [String], first: Int, end: Int)? {
    guard let data = FileManager.default.contents(atPath: folder + "/" + name),
      let line = data.split(separator: 10).first, let header = decode(Header.self, [UInt8](line))
    else { return nil }
    return (header.outputs, 0, .max)
  }

  private static let checksumLength = 16

  private static func line<Value: Encodable>(_ value: Value) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = [UInt8](try encoder.encode(value))
    return Array(SHA256.hexDigest(text).utf8.prefix(checksumLength)) + [32] + text + [10]
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ line: [UInt8]) -> Value? {
    guard line.count > checksumLength + 1 else { return nil }
    let text = Array(line[(checksumLength + 1)...])
    guard SHA256.hexDigest(text).utf8.prefix(checksumLength).elementsEqual(line[..<checksumLength])
    else { return nil }
    return try? JSONDecoder().decode(type, from: Data(text))
  }
}
