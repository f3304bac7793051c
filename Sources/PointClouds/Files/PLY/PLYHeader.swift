import Geometry

/// The text header of a PLY file.
struct PLYHeader {
  /// One property of an element.
  struct Property {
    var name: String
    /// Type of the value, or of the members of a list.
    var type: CloudScalarType
    /// Type of a list's length; nil for a single value.
    var lengthType: CloudScalarType?
  }

  /// A kind of thing that the file lists, such as `vertex` or `face`.
  struct Element {
    var name: String
    var count: Int
    var properties: [Property] = []

    var hasLists: Bool { properties.contains { $0.lengthType != nil } }
    /// Bytes of one element without lists.
    var stride: Int { properties.reduce(0) { $0 + $1.type.byteCount } }
    var fields: [CloudField] { properties.map { CloudField(name: $0.name, type: $0.type) } }
  }

  enum Encoding: String {
    case ascii
    case littleEndian = "binary_little_endian"
    case bigEndian = "binary_big_endian"
  }

  var encoding: Encoding
  var elements: [Element] = []
  /// The origin, the viewpoint and the grid that comments of ours name.
  var origin: SIMD3<Double>?
  var viewpoint: Pose = .identity
  var grid: (rows: Int, columns: Int)?
  /// The body, set at its start.
  var body: TextLines

  /// Reads and checks a header.
  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws {
    if bytes.isEmpty { throw CloudFileError(file: file, problem: "the file is empty") }
    var lines = TextLines(bytes)
    if bytes.count > 4, bytes[3] == 13, bytes[4] != 10 { lines.endsWithReturn = true }
    func error(_ problem: String) -> CloudFileError {
      CloudFileError(file: file, place: "header line \(lines.number)", problem: problem)
    }
    guard lines.nextWords() == ["ply"] else {
      throw error("this is not a PLY file: it does not start with the line 'ply'")
    }
    var encoding: Encoding?
    var isComplete = false
    while !isComplete {
      guard let words = lines.nextWords() else {
        throw error("the header ends without end_header")
      }
      switch words.first {
      case nil, "obj_info": continue
      case "comment":
        origin = origin ?? CloudComment.origin(words.dropFirst())
        grid = grid ?? CloudComment.grid(words.dropFirst())
        viewpoint = CloudComment.viewpoint(words.dropFirst()) ?? viewpoint
      case "end_header": isComplete = true
      case "format":
        encoding = words.dropFirst().first.flatMap { Encoding(rawValue: $0) }
        if encoding == nil {
          throw error("the format '\(words.dropFirst().joined(separator: " "))' is unknown")
        }
      case "element":
        guard words.count == 3, let count = Int(words[2]) else {
          throw error("an element line needs a name and a count")
        }
        if count < 0 { throw error("the count of '\(words[1])' is negative: \(count)") }
        elements.append(Element(name: words[1], count: count))
      case "property":
        guard !elements.isEmpty else { throw error("a property comes before any element") }
        let property = try Self.property(words, error: error)
        elements[elements.count - 1].properties.append(property)
      default: throw error("this is no header entry; end_header is missing")
      }
    }
    guard let encoding else { throw error("the format line is missing") }
    self.encoding = encoding
    body = lines
  }

  private static func property(
    _ words: [String], error: (String) -> CloudFileError
  ) throws -> Property {
    func type(_ word: String) throws -> CloudScalarType {
      guard let type = types[word] else { throw error("the property type '\(word)' is unknown") }
      return type
    }
    if words.count == 5 && words[1] == "list" {
      let lengthType = try type(words[2])
      guard lengthType.isInteger else { throw error("a list's length cannot be a \(words[2])") }
      return Property(name: words[4], type: try type(words[3]), lengthType: lengthType)
    }
    guard words.count == 3 else { throw error("a property line needs a type and a name") }
    return Property(name: words[2], type: try type(words[1]))
  }

  private static let types: [String: CloudScalarType] = [
    "char": .int8, "uchar": .uint8, "short": .int16, "ushort": .uint16, "int": .int32,
    "uint": .uint32, "float": .float32, "double": .float64, "int8": .int8, "uint8": .uint8,
    "int16": .int16, "uint16": .uint16, "int32": .int32, "uint32": .uint32, "float32": .float32,
    "float64": .float64, "int64": .int64, "uint64": .uint64,
  ]
}
