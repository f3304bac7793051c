/// Reads all records of an MCAP file in their order; chunks are replaced by the records inside.
///
/// The low level beneath ``MCAPLog``: it stops at the first damage.
public final class MCAPRecordReader {
  private let file: RandomAccessFile
  private let includesContainers: Bool
  private var offset = MCAPOpcode.magic.count
  private var inside: (bytes: ArraySlice<UInt8>, offset: Int)?
  private var ended = false

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: A file.
  ///   - includesContainers: Whether chunk and message index records are delivered too.
  /// - Throws: ``LogError`` when it is no MCAP file.
  public init(_ path: String, includesContainers: Bool = false) throws {
    file = try RandomAccessFile(path)
    self.includesContainers = includesContainers
    guard (try? file.read(at: 0, count: 8)) == MCAPOpcode.magic else {
      throw LogError(
        .unreadable, file: path, problem: "is not an MCAP file: it does not start with MCAP's magic"
      )
    }
  }

  /// The next record.
  ///
  /// - Returns: The next record, or nil behind the closing magic.
  /// - Throws: ``LogError`` at damage.
  public func next() throws -> MCAPRecord? {
    do {
      while !ended {
        if let record = try step() { return record }
      }
      return nil
    } catch let problem as FormatProblem {
      ended = true
      throw problem.asLogError(.undecodable, file: file.path, place: "byte \(offset)")
    }
  }

  private func step() throws -> MCAPRecord? {
    if let (bytes, start) = inside {
      guard start < bytes.endIndex else {
        inside = nil
        return nil
      }
      let (record, end) = try Self.record(bytes, at: start)
      inside = (bytes, end)
      return record
    }
    let prefix = try file.read(at: offset, count: MCAPOpcode.prefixByteCount)
    let claimed = MCAPOpcode.contentByteCount(prefix[...])
    guard claimed <= UInt64(file.byteCount - offset - prefix.count) else {
      throw FormatProblem(
        "a \(MCAPOpcode.name(prefix[0])) record claims a length of \(claimed) bytes (truncated)")
    }
    let content = try file.read(at: offset + prefix.count, count: Int(claimed))
    let record = try MCAPRecord(opcode: prefix[0], content: content[...])
    offset += prefix.count + Int(claimed)
    switch record {
    case .chunk(let chunk):
      let records = chunk.decompressed(isCut: false)
      if let problem = records.problem { throw FormatProblem("the chunk is damaged: \(problem)") }
      inside = (records.bytes, records.bytes.startIndex)
      return includesContainers ? record : nil
    case .messageIndex: return includesContainers ? record : nil
    case .footer:
      ended = true
      guard (try? file.read(at: offset, count: 8)) == MCAPOpcode.magic else {
        throw FormatProblem("the closing magic is missing (truncated)")
      }
    default: break
    }
    return record
  }

  /// The record at a place in memory and where the next one starts.
  static func record(_ bytes: ArraySlice<UInt8>, at start: Int) throws -> (MCAPRecord, end: Int) {
    guard bytes.endIndex - start >= MCAPOpcode.prefixByteCount else {
      throw FormatProblem("the bytes end inside a record's opcode and length (truncated)")
    }
    let claimed = MCAPOpcode.contentByteCount(bytes[start...])
    let content = start + MCAPOpcode.prefixByteCount
    guard claimed <= UInt64(bytes.endIndex - content) else {
      throw FormatProblem("a record claims a length of \(claimed) bytes, which exceeds its chunk")
    }
    let end = content + Int(claimed)
    return (try MCAPRecord(opcode: bytes[start], content: bytes[content..<end]), end)
  }

  /// The header record at the start of a file's first bytes behind the magic.
  static func header(_ bytes: [UInt8]) -> (profile: String, library: String)? {
    guard case .header(let profile, let library)? = try? record(bytes[...], at: 0).0 else {
      return nil
    }
    return (profile, library)
  }
}
