/// An opened MCAP file.
public struct MCAPLog: RecordedLog {
  /// The format's name.
  public var format: String { MCAPFormat.name }
  /// The topics, sorted by name.
  public let streams: [LogStream]
  /// Damage that opening found.
  public var damage: [LogDamage] { contents.damage }
  /// The files kept inside the log.
  public var attachments: [MCAPAttachmentIndex] { contents.attachments }
  /// The metadata records of the log.
  public var metadata: [MCAPMetadataIndex] { contents.metadata }
  /// Which software's conventions the log follows, for example `ros2`.
  public var profile: String { contents.profile }

  let file: RandomAccessFile
  let contents: MCAPContents
  let decoders: MCAPDecoders
  /// Whether the summary gave the chunks, so that the data section was not walked through.
  let isIndexed: Bool

  /// Opens a file: reads its summary, or walks through it when that is missing or wrong.
  ///
  /// - Parameter path: A file.
  /// - Throws: ``LogError`` when it is no MCAP file, or not of version 0.
  public init(_ path: String) throws {
    let file = try RandomAccessFile(path)
    do {
      try Self.checkMagic(file)
      (contents, isIndexed) = try Self.contents(of: file)
    } catch let problem as FormatProblem {
      throw problem.asLogError(.unreadable, file: path, place: "")
    }
    self.file = file
    decoders = MCAPDecoders()
    streams = Self.streams(contents, file: file, decoders: decoders)
  }

  private static func checkMagic(_ file: RandomAccessFile) throws {
    let magic = MCAPOpcode.magic
    let head = try file.read(at: 0, count: min(8, file.byteCount))
    guard !head.isEmpty else {
      throw FormatProblem("the file is empty (0 bytes), not an MCAP file")
    }
    if head.count == 8, [UInt8](head[0..<5]) == [UInt8](magic[0..<5]), head[5] != magic[5],
      [UInt8](head[6..<8]) == [UInt8](magic[6..<8])
    {
      let version = String(decoding: [head[5]], as: UTF8.self)
      throw FormatProblem("the magic says MCAP version '\(version)'; only version 0 is supported")
    }
    guard head == magic else {
      throw FormatProblem("is not an MCAP file: it does not start with MCAP's magic")
    }
  }

  private static func contents(of file: RandomAccessFile) throws -> (MCAPContents, Bool) {
    let summary = MCAPSummary(file)
    let (places, problems) = summary.places(in: file)
    if summary.problem == nil, problems.isEmpty, !places.isEmpty, summary.isComplete {
      var contents = summary.contents
      contents.chunks = places
      contents.damage = contents.definitions.problems().map {
        LogDamage(file: file.path, place: "", problem: $0)
      }
      if let head = try? file.read(at: 8, count: min(65536, file.byteCount - 8)),
        let (profile, library) = MCAPRecordReader.header(head)
      {
        (contents.profile, contents.library) = (profile, library)
      }
      return (contents, true)
    }
    var scanner = MCAPScanner(file, knownChunks: places)
    try scanner.run()
    var contents = scanner.contents
    var reasons = problems
    if let problem = summary.problem, !problem.isEmpty { reasons.insert(problem, at: 0) }
    contents.damage.insert(
      contentsOf: reasons.map { LogDamage(file: file.path, place: "summary", problem: $0) }, at: 0)
    return (contents, false)
  }

  /// Starts reading.
  ///
  /// - Parameter selection: Which part to read.
  /// - Returns: A cursor that yields messages in (log time, topic, sequence) order.
  /// - Throws: Never; damage is recorded by the cursor.
  public func messages(_ selection: LogSelection) throws -> any LogCursor {
    MCAPCursor(self, selection: selection)
  }

  /// Reads the whole file and checks every record, index, count and checksum.
  ///
  /// - Returns: The streams with counts and times, and all damage.
  public func inspect() throws -> LogInspection {
    let known = isIndexed ? contents.chunks : MCAPSummary(file).places(in: file).places
    var scanner = MCAPScanner(file, knownChunks: known, audit: MCAPAudit())
    do {
      try scanner.run()
    } catch let problem as FormatProblem {
      throw problem.asLogError(.unreadable, file: file.path, place: "")
    }
    var found = scanner.contents
    found.statistics = nil
    for item in damage where !found.damage.contains(item) { found.damage.append(item) }
    return LogInspection(
      format: format,
      streams: Self.streams(found, file: file, decoders: decoders), damage: found.damage)
  }

  /// Reads a file kept inside the log.
  ///
  /// - Parameter index: One of ``attachments``.
  /// - Returns: The attachment.
  /// - Throws: ``LogError`` when it cannot be read.
  public func attachment(_ index: MCAPAttachmentIndex) throws -> MCAPAttachment {
    guard case .attachment(let attachment) = try record(index.offset, index.length) else {
      throw LogError(
        .undecodable, file: file.path, place: "byte \(index.offset)",
        problem: "the attachment index points to a record that is no attachment")
    }
    return attachment
  }

  /// Reads a metadata record.
  ///
  /// - Parameter index: One of ``metadata``.
  /// - Returns: The metadata.
  /// - Throws: ``LogError`` when it cannot be read.
  public func metadata(_ index: MCAPMetadataIndex) throws -> MCAPMetadata {
    guard case .metadata(let metadata) = try record(index.offset, index.length) else {
      throw LogError(
        .undecodable, file: file.path, place: "byte \(index.offset)",
        problem: "the metadata index points to a record that is no metadata")
    }
    return metadata
  }

  private func record(_ offset: UInt64, _ length: UInt64) throws -> MCAPRecord {
    do {
      guard let start = Int(exactly: offset), let count = Int(exactly: length), count >= 9 else {
        throw FormatProblem("the index gives an impossible place")
      }
      let bytes = try file.read(at: start, count: count)
      return try MCAPRecord(opcode: bytes[0], content: bytes[9...])
    } catch let problem as FormatProblem {
      throw problem.asLogError(file: file.path, place: "byte \(offset)")
    }
  }
}

extension MCAPSummary {
  /// Whether the summary names all chunks and their channels, so that the data section need not be walked through.
  fileprivate var isComplete: Bool {
    let (known, statistics) = (contents.definitions.channels, contents.statistics)
    guard !known.isEmpty, statistics.map({ Int($0.chunkCount) == chunkIndexes.count }) ?? true,
      chunkIndexes.allSatisfy({ $0.messageIndexOffsets.keys.allSatisfy { known[$0] != nil } }),
      known.values.allSatisfy({
        $0.schemaID == 0 || contents.definitions.schemas[$0.schemaID] != nil
          || contents.definitions.schemas.count > 0
      })
    else { return false }
    // Without statistics and message indexes nobody says that the channels are all of them.
    return statistics.map { known.count >= Int($0.channelCount) }
      ?? chunkIndexes.allSatisfy { !$0.messageIndexOffsets.isEmpty }
  }
}
