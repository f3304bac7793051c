import Geometry

/// The text header of a PCD file.
struct PCDHeader {
  var fields: [CloudField]
  var width: Int
  var height: Int
  var points: Int
  var viewpoint: Pose
  /// The origin that a comment of ours names.
  var origin: SIMD3<Double>?
  var encoding: CloudEncoding
  /// Where the data start.
  var dataOffset: Int
  /// Lines that the header takes.
  var lineCount: Int

  /// Bytes of one point.
  var stride: Int { fields.reduce(0) { $0 + $1.byteCount } }

  /// Reads and checks a header.
  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws {
    if bytes.isEmpty { throw CloudFileError(file: file, problem: "the file is empty") }
    var lines = TextLines(bytes)
    var entries: [String: [String]] = [:]
    while entries["DATA"] == nil {
      let expected = entries.isEmpty ? "no PCD header" : "no header entry; the DATA line is missing"
      guard let words = lines.nextWords() else {
        let place = lines.number == 0 ? "" : "header line \(lines.number)"
        let hint = entries.isEmpty && bytes.contains(0) ? " (UTF-16 or binary, not plain text)" : ""
        throw CloudFileError(file: file, place: place, problem: "\(expected)\(hint)")
      }
      guard let key = words.first, !key.hasPrefix("#") else {
        origin = origin ?? CloudComment.origin(words.dropFirst())
        continue
      }
      guard Self.keys.contains(key) else {
        throw CloudFileError(
          file: file, place: "header line \(lines.number)", problem: "this is \(expected)")
      }
      entries[key == "COLUMNS" ? "FIELDS" : key] = Array(words.dropFirst())
    }
    dataOffset = lines.offset
    lineCount = lines.number
    let parser = PCDEntries(entries: entries, file: file)
    fields = try parser.fields()
    width = try parser.number("WIDTH") ?? 0
    height = try parser.number("HEIGHT") ?? 1
    let (product, overflows) = width.multipliedReportingOverflow(by: height)
    let claimed = try parser.number("POINTS")
    points = claimed ?? (overflows ? Int.max : product)
    if entries["WIDTH"] == nil {
      guard claimed != nil else { throw parser.error("neither WIDTH nor POINTS is given") }
      (width, height) = (points, 1)
    } else if overflows || points != product {
      throw parser.error(
        "WIDTH \(width) x HEIGHT \(height) is not POINTS \(points); correct the header")
    }
    viewpoint = try parser.viewpoint()
    encoding = try parser.encoding()
  }

  private static let keys: Set<String> = [
    "VERSION", "FIELDS", "COLUMNS", "SIZE", "TYPE", "COUNT", "WIDTH", "HEIGHT", "VIEWPOINT",
    "POINTS", "DATA",
  ]
}

/// The entries of a header before they are understood.
private struct PCDEntries {
  let entries: [String: [String]]
  let file: String

  func error(_ problem: String) -> CloudFileError {
    CloudFileError(file: file, place: "header", problem: problem)
  }

  func number(_ key: String) throws -> Int? {
    guard let words = entries[key] else { return nil }
    guard words.count == 1, let value = Int(words[0]) else {
      throw error("\(key) is not one whole number: '\(words.prefix(4).joined(separator: " "))'")
    }
    if value < 0 { throw error("\(key) is negative: \(value)") }
    return value
  }

  func fields() throws -> [CloudField] {
    guard let names = entries["FIELDS"] else { throw error("the FIELDS line is missing") }
    func list(_ key: String, whenAbsent value: String?) throws -> [String] {
      guard let words = entries[key] ?? value.map({ Array(repeating: $0, count: names.count) })
      else { throw error("the \(key) line is missing") }
      if words.count != names.count {
        throw error("\(key) has \(words.count) entries for \(names.count) FIELDS")
      }
      return words
    }
    let sizes = try list("SIZE", whenAbsent: nil)
    let types = try list("TYPE", whenAbsent: "F")
    let counts = try list("COUNT", whenAbsent: "1")
    var stride = 0
    let fields = try names.indices.map { i in
      guard ["I", "U", "F"].contains(types[i]) else { throw error("TYPE '\(types[i])' is unknown") }
      guard let type = Self.scalarTypes[types[i] + sizes[i]] else {
        throw error("SIZE \(sizes[i]) does not go with TYPE \(types[i])")
      }
      guard let count = Int(counts[i]), count >= 1, count <= 1 << 20 else {
        throw error("COUNT \(counts[i]) of '\(names[i])' is not from 1 to \(1 << 20)")
      }
      let field = CloudField(name: names[i], type: type, count: count)
      stride += field.byteCount
      if stride > 1 << 24 { throw error("a point of SIZE times COUNT is over 16 MiB") }
      return field
    }
    if CloudField.positionIndices(fields) == nil {
      throw error("the FIELDS hold no position x, y, z: \(names.prefix(12).joined(separator: " "))")
    }
    return fields
  }

  func viewpoint() throws -> Pose {
    guard let words = entries["VIEWPOINT"] else { return .identity }
    guard words.count == 7, let pose = CloudComment.pose(words.compactMap { Double($0) }) else {
      throw error("VIEWPOINT is not seven numbers (tx ty tz qw qx qy qz)")
    }
    return pose
  }

  func encoding() throws -> CloudEncoding {
    switch entries["DATA"] {
    case ["ascii"]: return .ascii
    case ["binary"]: return .binary
    case ["binary_compressed"]: return .binaryCompressed
    case let words:
      let shown = (words ?? []).prefix(3).joined(separator: " ")
      throw error("DATA '\(shown)' is none of ascii, binary, binary_compressed")
    }
  }

  private static let scalarTypes: [String: CloudScalarType] = [
    "I1": .int8, "I2": .int16, "I4": .int32, "I8": .int64, "U1": .uint8, "U2": .uint16,
    "U4": .uint32, "U8": .uint64, "F4": .float32, "F8": .float64,
  ]
}
