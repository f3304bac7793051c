/// Points given as one line of numbers each, read into interleaved binary points.
struct TextRows {
  /// The points, interleaved, in the layout of the fields.
  private(set) var points: [UInt8] = []
  /// Number of points.
  private(set) var count = 0
  /// Lines that are no points, in words; the first few, then how many more.
  private(set) var problems: [String] = []

  private let types: [CloudScalarType]
  private let stride: Int
  private let separators: (UInt8) -> Bool
  private var unreported = 0
  private static let reportLimit = 5

  /// - Parameters:
  ///   - fields: What the numbers of a line mean, in order.
  ///   - separators: Whether a byte separates numbers.
  init(fields: [CloudField], separators: @escaping (UInt8) -> Bool = { $0 == 32 || $0 == 9 }) {
    types = fields.flatMap { Array(repeating: $0.type, count: $0.count) }
    stride = fields.reduce(0) { $0 + $1.byteCount }
    self.separators = separators
  }

  /// Reads at most `limit` points; blank lines are passed over, other lines that are no points reported and left out.
  ///
  /// - Parameters:
  ///   - lines: Where the text goes on; left behind the last line read.
  ///   - limit: Number of points that the file claims; lines that are no points count as well.
  mutating func read(_ lines: inout TextLines, limit: Int) {
    // A number takes at least one byte and a separator, so no claim can take more memory than this.
    let possible = (lines.bytes.count - lines.offset) / (2 * types.count) + 1
    points.reserveCapacity(min(limit, possible) * stride)
    let row = UnsafeMutableRawPointer.allocate(byteCount: stride, alignment: 8)
    defer { row.deallocate() }
    var seen = 0
    while seen < limit, let line = lines.next() {
      switch parse(line, into: row) {
      case .blank: continue
      case .point:
        points.append(contentsOf: UnsafeRawBufferPointer(start: row, count: stride))
        count += 1
      case .bad(let reason): report("line \(lines.number) \(reason)")
      }
      seen += 1
    }
    if unreported > 0 { problems.append("\(unreported) more lines are no points") }
  }

  private enum Row {
    case blank
    case point
    case bad(String)
  }

  private func parse(_ line: UnsafeBufferPointer<UInt8>, into row: UnsafeMutableRawPointer) -> Row {
    var position = 0
    var offset = 0
    var found = 0
    while true {
      while position < line.count, line[position] == 32 || separators(line[position]) {
        position += 1
      }
      if position == line.count { break }
      var end = position
      while end < line.count && !(line[end] == 32 || separators(line[end])) { end += 1 }
      if found == types.count { return .bad("holds more than \(types.count) values") }
      let word = UnsafeBufferPointer(rebasing: line[position..<end])
      let type = types[found]
      guard NumberText.store(NumberText.parse(word), as: type, at: row + offset) else {
        let shown = String(decoding: word.prefix(20), as: UTF8.self)
        return .bad("holds '\(Self.printable(shown))' in place of a number (\(type))")
      }
      offset += type.byteCount
      found += 1
      position = end
    }
    if found == 0 { return .blank }
    return found == types.count
      ? .point : .bad("is truncated: \(found) of \(types.count) values")
  }

  private mutating func report(_ problem: String) {
    if problems.count < Self.reportLimit { problems.append(problem) } else { unreported += 1 }
  }

  private static func printable(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 32 || $0.value == 0xFFFD ? "?" : Character($0) })
  }
}
