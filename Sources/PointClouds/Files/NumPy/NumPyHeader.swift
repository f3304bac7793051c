/// The header of a NumPy `.npy` file, versions 1 to 3.
///
/// - Note: Source: NumPy documentation, `numpy.lib.format`.
struct NumPyHeader {
  /// One field of a structured array, or the elements of a plain one (named "").
  struct Field {
    var name: String
    /// The numbers' type; nil for padding and for what cannot be read, which `code` names.
    var type: CloudScalarType?
    /// The type as NumPy writes it, for example `<f4`.
    var code: String
    var isHalf = false
    var isBigEndian = false
    /// Numbers per element of the array.
    var count: Int
    /// Where the field starts in an element.
    var offset: Int
    var byteCount: Int
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  var fields: [Field] = []
  var isStructured = false
  var isFortranOrder: Bool
  var shape: [Int]
  /// Where the data start.
  var dataOffset: Int
  /// Bytes of one element of the array.
  var itemSize = 0
  /// Elements of the array.
  var itemCount = 1

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws {
    func failure(_ problem: String) -> CloudFileError {
      CloudFileError(file: file, place: "header", problem: problem)
    }
    if bytes.isEmpty { throw CloudFileError(file: file, problem: "the file is empty") }
    guard bytes.count >= 10, bytes.starts(with: Self.magic) else {
      throw failure("this is not a NumPy array: it does not start with \\x93NUMPY")
    }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw failure("version \(version) of the format is unknown; 1, 2 and 3 are read")
    }
    let start = version == 1 ? 10 : 12
    guard bytes.count >= start else { throw failure("truncated in its first \(start) bytes") }
    var length = Int(bytes[8]) | Int(bytes[9]) << 8
    if version > 1 { length |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24 }
    guard length <= bytes.count - start else {
      throw failure(
        "truncated: it claims \(length) bytes, but the file has \(bytes.count - start) more")
    }
    dataOffset = start + length
    let text = UnsafeBufferPointer(rebasing: bytes[start..<start + length])
    guard let header = PythonLiteral(text), let descr = header["descr"],
      let sides = header["shape"]?.items?.map(\.number)
    else { throw failure("it is no dictionary with 'descr', 'fortran_order' and 'shape'") }
    guard case .bool(let isFortran)? = header["fortran_order"] else {
      throw failure("'fortran_order' is neither True nor False")
    }
    isFortranOrder = isFortran
    shape = sides.compactMap { $0 }
    guard shape.count == sides.count, shape.allSatisfy({ $0 >= 0 }), shape.count <= 32 else {
      throw failure("'shape' is not a tuple of whole numbers, none negative")
    }
    for side in shape {
      let (product, overflows) = itemCount.multipliedReportingOverflow(by: side)
      guard !overflows else { throw failure("an array of shape \(shape) is not possible") }
      itemCount = product
    }
    try readType(descr, failure)
  }

  private mutating func readType(_ descr: PythonLiteral, _ failure: (String) -> CloudFileError)
    throws
  {
    if let code = descr.string {
      fields = [try Self.field("", code, count: 1, offset: 0, failure)]
      itemSize = fields[0].byteCount
    } else if let entries = descr.items {
      isStructured = true
      for entry in entries {
        guard let parts = entry.items, parts.count >= 2, parts.count <= 3 else {
          throw failure("a field of 'descr' is not (name, type) or (name, type, shape)")
        }
        // A name may be (title, name).
        let name = parts[0].string ?? parts[0].items?.last?.string
        guard let name, let code = parts[1].string else {
          throw failure(
            "the field \(name.map { "'\($0)'" } ?? "") holds fields itself; write it flat, one field a number"
          )
        }
        var count = 1
        for side in parts.count == 3 ? parts[2].items ?? [parts[2]] : [] {
          let (product, overflows) = count.multipliedReportingOverflow(by: side.number ?? -1)
          guard !overflows, product >= 1, product <= 1 << 20 else {
            throw failure("the field '\(name)' has no possible shape")
          }
          count = product
        }
        let field = try Self.field(name, code, count: count, offset: itemSize, failure)
        itemSize += field.byteCount
        guard itemSize <= 1 << 24 else { throw failure("an element is over 16 MiB") }
        fields.append(field)
      }
    } else {
      throw failure("'descr' is neither a type nor a list of fields")
    }
    guard itemSize > 0 else { throw failure("the elements of the array have no bytes") }
  }

  private static func field(
    _ name: String, _ code: String, count: Int, offset: Int, _ failure: (String) -> CloudFileError
  ) throws -> Field {
    let order = code.first.map { "<>|=".contains($0) } ?? false
    let body = order ? String(code.dropFirst()) : code
    if body.hasPrefix("O") {
      throw failure(
        "the type '\(code)' holds Python objects, which are never read; save an array of numbers")
    }
    guard let size = Int(body.dropFirst()), size >= 0, size <= 1 << 24 else {
      throw failure(
        "the type '\(code)' is not read; save numbers, for example array.astype('<f4')")
    }
    let isWide = body.hasPrefix("U")
    let (bytes, overflows) = (isWide ? 4 * size : size).multipliedReportingOverflow(by: count)
    guard !overflows else { throw failure("the type '\(code)' is too large") }
    return Field(
      name: name, type: types[body], code: code, isHalf: body == "f2",
      isBigEndian: code.hasPrefix(">"), count: count, offset: offset, byteCount: bytes)
  }

  private static let types: [String: CloudScalarType] = [
    "b1": .uint8, "i1": .int8, "u1": .uint8, "i2": .int16, "u2": .uint16, "i4": .int32,
    "u4": .uint32, "i8": .int64, "u8": .uint64, "f4": .float32, "f8": .float64, "f2": .uint16,
  ]

  /// The header of a new file, version 1 or, where it is longer than that allows, 2.
  static func bytes(descr: String, shape: [Int]) -> [UInt8] {
    let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array(
      "{'descr': \(descr), 'fortran_order': False, 'shape': (\(sides)), }".utf8)
    let prefix = text.count + 75 > 65535 ? 12 : 10
    let padding = 63 - (prefix + text.count) % 64
    text += [UInt8](repeating: 32, count: padding) + [10]
    let length = prefix == 10 ? 2 : 4
    return magic + [prefix == 10 ? 1 : 2, 0]
      + (0..<length).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }
}
