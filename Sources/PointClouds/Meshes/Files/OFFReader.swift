import Tensors

/// Reads text files in the Object File Format, with normals, colours and texture coordinates of vertices and colours of faces.
///
/// The counts may follow the word OFF without a line break, as in ModelNet. Faces without a colour among coloured ones are grey.
///
/// - Note: Source: Geomview manual, "OFF files".
struct OFFReader {
  private let file: String
  private var words: TextWords
  private var problems = ProblemList()
  private var parts = MeshParts()
  private var hasNormals = false
  private var hasColors = false
  private var hasTextures = false
  private var colors = ColorTable()
  private var faceColors = ColorTable()
  private var normals: [Float] = []
  private var textures: [Float] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.file = file
    words = TextWords(bytes)
  }

  mutating func read() throws -> MeshReading {
    let (vertexCount, faceCount) = try readHead()
    var done = 0
    while done < vertexCount, let x = words.next() {
      readVertex(x)
      done += 1
    }
    if done < vertexCount {
      let problem = "truncated: \(done) of \(vertexCount) vertices could be read"
      if done == 0 { throw CloudFileError(file: file, place: "data", problem: problem) }
      problems.add("\(problem), and no face")
    } else {
      readFaces(faceCount)
    }
    if hasNormals { parts.attributes["normal"] = Tensor(normals, shape: [done, 3]) }
    if hasTextures { parts.attributes["texture"] = Tensor(textures, shape: [done, 2]) }
    colors.attributes(count: done).forEach { parts.attributes[$0] = $1 }
    parts.polygonAttributes = faceColors.attributes(count: parts.polygons.count)
    let notes =
      faceColors.indexCount > 0
      ? ["\(faceColors.indexCount) faces name colours by number in a table, which is left out"] : []
    let mesh = parts.mesh(&problems)
    return MeshReading(mesh: mesh, problems: problems.all, notes: notes)
  }

  // MARK: - Head

  private mutating func readHead() throws -> (vertices: Int, faces: Int) {
    func failure(_ problem: String) -> CloudFileError {
      CloudFileError(file: file, place: "header line \(words.lineNumber)", problem: problem)
    }
    let first = words.next().map { String(decoding: $0.prefix(64), as: UTF8.self) } ?? ""
    guard let range = first.range(of: "OFF") else {
      throw failure("this is not an OFF file: it does not start with OFF")
    }
    var prefix = first[..<range.lowerBound]
    hasTextures = prefix.hasPrefix("ST")
    if hasTextures { prefix = prefix.dropFirst(2) }
    hasColors = prefix.hasPrefix("C")
    if hasColors { prefix = prefix.dropFirst() }
    hasNormals = prefix.hasPrefix("N")
    if hasNormals { prefix = prefix.dropFirst() }
    guard prefix.isEmpty else {
      throw failure(
        "files of the kind '\(first.prefix(12))' (4 or n dimensions) are not read; convert to plain OFF"
      )
    }
    let glued = first[range.upperBound...]
    var counts: [Int] = []
    if !glued.isEmpty {
      guard let count = Int(glued) else { throw failure("'\(first.prefix(12))' is no kind of OFF") }
      counts.append(count)
    }
    while counts.count < 2 {
      guard let word = words.next() else { throw failure("the file ends before its counts") }
      if word.elementsEqual("BINARY".utf8) {
        throw failure("binary OFF is not read; convert it to text, PLY or OBJ")
      }
      guard case .integer(let value, false) = NumberText.parse(word),
        let count = Int(exactly: value)
      else { throw failure("the counts of vertices and faces are not two whole numbers") }
      counts.append(count)
    }
    // The count of edges is of no use and missing in some files.
    words.skipLine()
    guard counts.allSatisfy({ $0 >= 0 && $0 < 1 << 31 }) else {
      throw failure("counts of \(counts[0]) vertices and \(counts[1]) faces are not possible")
    }
    return (counts[0], counts[1])
  }

  // MARK: - Vertices and faces

  private mutating func number(_ word: UnsafeBufferPointer<UInt8>?, of what: String) -> Double {
    guard let word else {
      problems.add("line \(words.lineNumber): \(what) is truncated")
      return .nan
    }
    switch NumberText.parse(word) {
    case .integer(let magnitude, let isNegative):
      return isNegative ? -Double(magnitude) : Double(magnitude)
    case .real(let value): return value
    case .invalid:
      problems.add("line \(words.lineNumber): \(what) holds a word in place of a number")
      return .nan
    }
  }

  private mutating func readVertex(_ x: UnsafeBufferPointer<UInt8>) {
    parts.vertices.append(number(x, of: "a vertex"))
    for _ in 0..<2 { parts.vertices.append(number(words.next(), of: "a vertex")) }
    if hasNormals {
      for _ in 0..<3 { normals.append(Float(number(words.next(), of: "a normal"))) }
    }
    var rest: [NumberText.Value] = []
    while hasColors || hasTextures, let word = words.nextOnLine() {
      if rest.count < 8 { rest.append(NumberText.parse(word)) }
    }
    if hasTextures {
      let pair = rest.suffix(2).map(ColorTable.real)
      textures += pair.count == 2 ? pair.map(Float.init) : [0, 0]
      rest.removeLast(min(2, rest.count))
    }
    if hasColors { colors.append(rest) }
  }

  private mutating func readFaces(_ count: Int) {
    var corners: [Int32] = []
    var done = 0
    faces: while done < count, let word = words.next() {
      guard case .integer(let claimed, false) = NumberText.parse(word),
        claimed <= UInt64(words.bytesLeft / 2 + 1)
      else {
        let shown = String(decoding: word.prefix(20).map { $0 < 32 ? 63 : $0 }, as: UTF8.self)
        problems.add(
          "line \(words.lineNumber): a face claims '\(shown)' corners, which the file does not hold"
        )
        break
      }
      corners.removeAll(keepingCapacity: true)
      for _ in 0..<claimed {
        guard let corner = words.next() else {
          problems.add("the file ends inside face \(done)")
          break faces
        }
        if case .integer(let index, false) = NumberText.parse(corner) {
          corners.append(Int32(exactly: index) ?? -1)
        } else {
          corners.append(-1)
        }
      }
      var color: [NumberText.Value] = []
      while let word = words.nextOnLine() {
        if color.count < 8 { color.append(NumberText.parse(word)) }
      }
      if !color.isEmpty || !faceColors.isEmpty { faceColors.fill(upTo: done) }
      parts.polygons.append(corners)
      if !color.isEmpty || !faceColors.isEmpty { faceColors.append(color) }
      done += 1
    }
    if done < count {
      problems.add("truncated or damaged: \(done) of \(count) faces could be read")
    }
  }
}

/// Colours of text files: three or four whole numbers from 0 to 255 or others from 0 to 1.
struct ColorTable {
  private var channels: [UInt8] = []
  private var alphas: [UInt8] = []
  /// Entries that name a colour by its number in a table.
  private(set) var indexCount = 0

  var isEmpty: Bool { channels.isEmpty }

  /// Gives grey to the entries up to `count` that have no colour.
  mutating func fill(upTo count: Int) {
    while alphas.count < count { append([]) }
  }

  mutating func append(_ values: [NumberText.Value]) {
    if values.count == 1 { indexCount += 1 }
    guard values.count == 3 || values.count == 4 else {
      // Geomview's colour of what has none.
      channels += [170, 170, 170]
      alphas.append(255)
      return
    }
    let areWhole = values.allSatisfy { if case .integer = $0 { true } else { false } }
    let bytes = values.map { value in
      ColorText.byte(Float(Self.real(value)) / (areWhole ? 255 : 1))
    }
    channels += bytes[..<3]
    alphas.append(bytes.count == 4 ? bytes[3] : 255)
  }

  static func real(_ value: NumberText.Value) -> Double {
    switch value {
    case .integer(let magnitude, let isNegative):
      isNegative ? -Double(magnitude) : Double(magnitude)
    case .real(let value): value
    case .invalid: .nan
    }
  }

  /// The attribute `color`, and `alpha` where anything is transparent; nothing when no entry has a colour.
  func attributes(count: Int) -> [String: Tensor] {
    guard !isEmpty, alphas.count > indexCount else { return [:] }
    var filled = self
    filled.fill(upTo: count)
    var result = ["color": Tensor(filled.channels, shape: [count, 3])]
    if alphas.contains(where: { $0 != 255 }) {
      result["alpha"] = Tensor(filled.alphas, shape: [count, 1])
    }
    return result
  }
}
