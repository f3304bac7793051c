/// The header of a safetensors file, checked against the file's size.
struct SafetensorsHeader {
  /// Where a tensor lies.
  struct Entry {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    /// Place in the file.
    let bytes: Range<Int>
  }

  /// Headers are refused beyond this, as the reference library does.
  static let greatestByteCount = 100_000_000

  let metadata: [String: String]
  /// In the bytewise order of their names.
  let entries: [Entry]

  /// Reads the header of the file with these bytes.
  init(_ file: UnsafeRawBufferPointer) throws(SafetensorsProblem) {
    guard file.count >= 8 else {
      throw SafetensorsProblem(
        "header", "the file is truncated: its \(file.count) bytes do not hold the header's length")
    }
    let claimed = file.loadUnaligned(as: UInt64.self).littleEndian
    guard claimed <= UInt64(Self.greatestByteCount) else {
      throw SafetensorsProblem(
        "header", "its length of \(claimed) bytes is too large for a safetensors file")
    }
    let end = 8 + Int(claimed)
    guard end <= file.count else {
      throw SafetensorsProblem(
        "header",
        "its length of \(claimed) bytes reaches beyond the file of \(file.count) bytes (truncated?)"
      )
    }
    var reader = StrictJSONReader(UnsafeRawBufferPointer(rebasing: file[8..<end]), startingAt: 8)
    guard case .object(let members) = try reader.read() else {
      throw SafetensorsProblem("header", "the JSON value is not an object")
    }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value)
      } else {
        entries.append(try Self.entry(name, value, dataStart: end))
      }
    }
    try Self.checkLayout(entries, data: end..<file.count)
    self.metadata = metadata
    self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func metadata(_ value: StrictJSON) throws(SafetensorsProblem) -> [String: String] {
    guard case .object(let members) = value else {
      throw SafetensorsProblem("header", "__metadata__ is not an object")
    }
    var metadata: [String: String] = [:]
    for (name, value) in members {
      guard case .text(let text) = value else {
        throw SafetensorsProblem("header", "__metadata__: the value of \"\(name)\" is not a text")
      }
      metadata[name] = text
    }
    return metadata
  }

  private static func entry(
    _ name: String, _ value: StrictJSON, dataStart: Int
  ) throws(SafetensorsProblem) -> Entry {
    let place = "header: tensor \"\(name)\""
    guard case .object(let members) = value else {
      throw SafetensorsProblem(place, "is not described by an object")
    }
    func member(_ key: String) throws(SafetensorsProblem) -> StrictJSON {
      guard let found = members.first(where: { $0.name == key }) else {
        throw SafetensorsProblem(place, "\(key) is missing")
      }
      return found.value
    }
    if let unknown = members.first(where: { !["dtype", "shape", "data_offsets"].contains($0.name) })
    {
      throw SafetensorsProblem(place, "has the unknown member \"\(unknown.name)\"")
    }
    guard case .text(let code) = try member("dtype") else {
      throw SafetensorsProblem(place, "dtype is not a text")
    }
    guard let elementType = ElementType(safetensorsCode: code) else {
      throw SafetensorsProblem(place, "the dtype \(code) is unknown")
    }
    let shape = try numbers(try member("shape"), "shape", place)
    let offsets = try numbers(try member("data_offsets"), "data_offsets", place)
    guard offsets.count == 2 else {
      throw SafetensorsProblem(place, "data_offsets holds \(offsets.count) numbers, not 2")
    }
    guard offsets[0] <= offsets[1] else {
      throw SafetensorsProblem(
        place, "data_offsets end at \(offsets[1]) before they begin at \(offsets[0])")
    }
    let held = offsets[1] - offsets[0]
    let (needed, overflow) = (Shapes.count(shape) ?? -1)
      .multipliedReportingOverflow(by: elementType.byteCount)
    guard needed >= 0, !overflow else {
      throw SafetensorsProblem(place, "the size of the shape \(shape) overflows")
    }
    guard needed == held else {
      throw SafetensorsProblem(
        place,
        "the shape \(shape) of \(code) needs \(needed) bytes, but the offsets hold \(held)")
    }
    let (end, tooFar) = dataStart.addingReportingOverflow(offsets[1])
    guard !tooFar else { throw SafetensorsProblem(place, "the offset \(offsets[1]) is too large") }
    return Entry(
      name: name, elementType: elementType, shape: shape, bytes: end - held..<end)
  }

  private static func numbers(
    _ value: StrictJSON, _ key: String, _ place: String
  ) throws(SafetensorsProblem) -> [Int] {
    guard case .list(let elements) = value else {
      throw SafetensorsProblem(place, "\(key) is not a list")
    }
    var numbers: [Int] = []
    for element in elements {
      guard case .number(let text) = element else {
        throw SafetensorsProblem(place, "\(key) holds something that is not a number")
      }
      let kind = key == "shape" ? "length" : "offset"
      if text.hasPrefix("-") {
        throw SafetensorsProblem(place, "\(key) holds the negative \(kind) \(text)")
      }
      let isWhole = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard isWhole, text == "0" || !text.hasPrefix("0") else {
        throw SafetensorsProblem(place, "\(key) holds \(text), which is not a whole number")
      }
      guard let number = Int(text) else {
        throw SafetensorsProblem(place, "\(key): the \(kind) \(text) is too large (size overflow)")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The tensors must fill the data without gaps, overlaps or a remainder.
  private static func checkLayout(
    _ entries: [Entry], data: Range<Int>
  ) throws(SafetensorsProblem) {
    let ordered = entries.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    var reached = data.lowerBound
    for entry in ordered {
      let place = "tensor \"\(entry.name)\""
      let offset = entry.bytes.lowerBound - data.lowerBound
      guard entry.bytes.upperBound <= data.upperBound else {
        throw SafetensorsProblem(
          place,
          """
          its offsets end at \(entry.bytes.upperBound - data.lowerBound), beyond the \
          \(data.count) bytes of data (truncated file?)
          """)
      }
      guard entry.bytes.lowerBound >= reached else {
        throw SafetensorsProblem(
          place, "its offsets overlap those of another tensor from offset \(offset) on")
      }
      guard entry.bytes.lowerBound == reached else {
        throw SafetensorsProblem(
          place,
          "there is a hole of \(entry.bytes.lowerBound - reached) bytes before its offset \(offset)"
        )
      }
      reached = entry.bytes.upperBound
    }
    guard reached == data.upperBound else {
      throw SafetensorsProblem(
        "byte \(reached)", "\(data.upperBound - reached) trailing bytes belong to no tensor")
    }
  }
}

extension ElementType {
  private static let safetensorsCodes: [(ElementType, String)] = [
    (.bool, "BOOL"), (.uint8, "U8"), (.int8, "I8"), (.int16, "I16"), (.int32, "I32"),
    (.int64, "I64"), (.float16, "F16"), (.bfloat16, "BF16"), (.float32, "F32"), (.float64, "F64"),
  ]

  /// The type with this name in safetensors files.
  init?(safetensorsCode code: String) {
    guard let found = Self.safetensorsCodes.first(where: { $0.1 == code }) else { return nil }
    self = found.0
  }

  /// The type's name in safetensors files.
  var safetensorsCode: String {
    Self.safetensorsCodes.first { $0.0 == self }?.1 ?? rawValue
  }
}
