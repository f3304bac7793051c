/// Walks through all records of a file in their order, past damage.
///
/// Used where a file has no usable summary, and to check a whole file.
struct MCAPScanner {
  let file: RandomAccessFile
  /// Starts of chunks that the summary vouches for, ascending: where to go on behind damage.
  let knownChunks: [MCAPChunkPlace]
  /// Receives what is found.
  var contents = MCAPContents()
  /// Checks of the whole file; nil when only its contents are wanted.
  var audit: MCAPAudit?

  var offset = MCAPOpcode.magic.count
  var dataEnded = false
  var ended = false
  private var window: (start: Int, bytes: [UInt8]) = (0, [])
  var unknown: [UInt16: (count: Int, first: Int)] = [:]
  var lateMessages = 0
  private var unreported = 0
  private static let greatestDamageCount = 1000

  init(_ file: RandomAccessFile, knownChunks: [MCAPChunkPlace] = [], audit: MCAPAudit? = nil) {
    self.file = file
    self.knownChunks = knownChunks
    self.audit = audit
    contents.counts = [:]
  }

  /// Walks to the end of the file.
  ///
  /// - Throws: ``FormatProblem`` when the file cannot be read any more.
  mutating func run() throws {
    while !ended { try step() }
    for (channel, what) in unknown.sorted(by: { $0.key < $1.key }) {
      report(
        at: what.first,
        "\(what.count) message\(what.count == 1 ? "" : "s") of channel \(channel), which is not defined, left out"
      )
    }
    if lateMessages > 0 {
      report(
        at: nil,
        "\(lateMessages) message left out: its log time is beyond 64-bit signed nanoseconds")
    }
    for problem in contents.definitions.problems() { report(at: nil, problem) }
    if unreported > 0 {
      contents.damage.append(
        LogDamage(file: file.path, place: "", problem: "\(unreported) more places are damaged"))
    }
    if var audit {
      audit.finish(&contents, file: file)
      self.audit = audit
    }
  }

  mutating func report(at offset: Int?, _ problem: String, place: String? = nil) {
    guard contents.damage.count < Self.greatestDamageCount else {
      unreported += 1
      return
    }
    contents.damage.append(
      LogDamage(
        file: file.path, place: place ?? offset.map { "byte \($0)" } ?? "", problem: problem))
  }

  /// Bytes through a small window, so that short records cost no system call each.
  mutating func bytes(at start: Int, count: Int) throws -> ArraySlice<UInt8> {
    if start < window.start || start + count > window.start + window.bytes.count {
      let size = min(max(count, 8192), max(count, file.byteCount - start))
      window = (start, try file.read(at: start, count: size))
    }
    let from = start - window.start
    return window.bytes[from..<(from + count)]
  }

  private mutating func step() throws {
    let left = file.byteCount - offset
    guard left > 0 else {
      report(
        at: offset,
        !contents.header
          ? "the file ends before its header: it is empty but for the magic (truncated)"
          : dataEnded
            ? "the file ends without footer and closing magic (truncated)"
            : "the file ends without end of data and summary (truncated)")
      ended = true
      return
    }
    guard left >= MCAPOpcode.prefixByteCount else {
      report(at: offset, "the file ends inside a record's opcode and length (truncated)")
      ended = true
      return
    }
    let prefix = try bytes(at: offset, count: MCAPOpcode.prefixByteCount)
    let opcode = prefix[prefix.startIndex]
    let claimed = MCAPOpcode.contentByteCount(prefix)
    let start = offset + MCAPOpcode.prefixByteCount
    let room = UInt64(left - MCAPOpcode.prefixByteCount)
    if opcode == 0 {
      report(at: offset, "opcode 0 is no record: zero bytes, as after a power loss (truncated)")
      recover(from: offset + 1)
    } else if claimed > room {
      try cut(opcode, claimed: claimed, room: Int(room))
    } else {
      let next = start + Int(claimed)
      try take(opcode, start, Int(claimed))
      if !ended, offset < next { offset = next }
    }
  }

  /// What follows the footer.
  mutating func close(_ end: Int) throws {
    ended = true
    let left = file.byteCount - end
    let magic = try bytes(at: end, count: min(left, 8))
    guard [UInt8](magic) == MCAPOpcode.magic else {
      report(at: end, "the closing magic is missing (truncated)")
      return
    }
    if left > 8 {
      report(at: end + 8, "\(left - 8) trailing bytes follow the closing magic")
    }
  }
}
