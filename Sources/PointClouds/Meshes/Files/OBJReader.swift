import Tensors

/// Reads Wavefront OBJ files: vertices with colours, texture coordinates, normals, polygons, names of groups and materials.
///
/// Indices count from 1, or from the end when negative. Lines, points and free-form surfaces are left out.
struct OBJReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private var parts = MeshParts()
  private var problems = ProblemList()
  private var colors: [Float] = []
  private var textureWidths: [Int] = []
  private var textures: [Float] = []
  private var leftOut: [String: Int] = [:]
  private var labels = ["object", "group", "material", "smoothing"].map { LabelTrack(kind: $0) }
  private var words: [Range<Int>] = []
  private var lineNumber = 0
  private var hasWeights = false

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
  }

  mutating func read() throws -> MeshReading {
    var lines = TextLines(bytes)
    while let line = lines.next() {
      lineNumber = lines.number
      guard line.last == UInt8(ascii: "\\") else {
        statement(line)
        continue
      }
      // A backslash at the end joins the next line.
      var joined = [UInt8](line.dropLast())
      while let more = lines.next() {
        joined.append(32)
        joined += more.last == UInt8(ascii: "\\") ? more.dropLast() : more[...]
        if more.last != UInt8(ascii: "\\") { break }
      }
      joined.withUnsafeBufferPointer { statement($0) }
    }
    guard !parts.vertices.isEmpty else {
      let why = problems.all + ["there is no vertex ('v x y z'); is this an OBJ file?"]
      throw CloudFileError(file: file, problem: why.joined(separator: "; "))
    }
    finishTables()
    var notes = leftOut.sorted { $0.key < $1.key }
      .map { "\($0.value) statements '\($0.key)' have no place in a mesh and are left out" }
    if hasWeights { notes.append("weights w of vertices are left out") }
    let mesh = parts.mesh(&problems)
    return MeshReading(mesh: mesh, problems: problems.all, notes: notes)
  }

  // MARK: - Statements

  private mutating func statement(_ line: UnsafeBufferPointer<UInt8>) {
    split(line)
    guard let first = words.first, line[first.lowerBound] != UInt8(ascii: "#") else { return }
    let word = String(decoding: line[first], as: UTF8.self)
    if ["v", "vt", "vn", "f", "fo"].contains(word) { dropComment(line) }
    switch word {
    case "v": vertex(line)
    case "vt": texture(line)
    case "vn": normal(line)
    case "f", "fo": face(line)
    case "o": setLabel(0, line)
    case "g": setLabel(1, line)
    case "usemtl": setLabel(2, line)
    case "s": setLabel(3, line)
    case "mtllib": parts.materialLibraries.append(rest(line))
    case let word where Self.known.contains(word): leftOut[word, default: 0] += 1
    case let word:
      let shown = String(
        word.unicodeScalars.prefix(20).map { $0.value < 32 || $0.value > 126 ? "?" : Character($0) }
      )
      problems.add("line \(lineNumber): '\(shown)' is no statement of OBJ")
    }
  }

  /// Statements of the format that are passed over.
  private static let known: Set<String> = [
    "vp", "cstype", "deg", "bmat", "step", "p", "l", "curv", "curv2", "surf", "parm", "trim",
    "hole", "scrv", "sp", "end", "con", "mg", "bevel", "c_interp", "d_interp", "lod", "usemap",
    "maplib", "shadow_obj", "trace_obj", "ctech", "stech", "call", "csh", "bsp", "bzp", "cdc",
    "cdp", "res",
  ]

  private mutating func split(_ line: UnsafeBufferPointer<UInt8>) {
    words.removeAll(keepingCapacity: true)
    var start = 0
    while start < line.count {
      while start < line.count, line[start] == 32 || line[start] == 9 { start += 1 }
      var end = start
      while end < line.count, line[end] != 32, line[end] != 9 { end += 1 }
      if end > start { words.append(start..<end) }
      start = end
    }
  }

  /// What follows a # in a line of numbers is a comment.
  private mutating func dropComment(_ line: UnsafeBufferPointer<UInt8>) {
    if let comment = words.firstIndex(where: { line[$0.lowerBound] == UInt8(ascii: "#") }) {
      words.removeSubrange(comment...)
    }
  }

  private func rest(_ line: UnsafeBufferPointer<UInt8>) -> String {
    words.dropFirst().map { String(decoding: line[$0], as: UTF8.self) }.joined(separator: " ")
  }

  private mutating func setLabel(_ kind: Int, _ line: UnsafeBufferPointer<UInt8>) {
    labels[kind].set(rest(line))
  }

  // MARK: - Tables

  /// The number in a word; NaN and a complaint when it is none.
  private mutating func number(_ line: UnsafeBufferPointer<UInt8>, _ word: Int) -> Double {
    guard word < words.count else {
      problems.add("line \(lineNumber) is truncated: \(words.count - 1) numbers")
      return .nan
    }
    switch NumberText.parse(UnsafeBufferPointer(rebasing: line[words[word]])) {
    case .integer(let magnitude, let isNegative):
      return isNegative ? -Double(magnitude) : Double(magnitude)
    case .real(let value): return value
    case .invalid:
      problems.add("line \(lineNumber) holds a word in place of a number")
      return .nan
    }
  }

  /// A vertex that cannot be read becomes invalid (NaN): the numbers of those after it must not shift.
  private mutating func vertex(_ line: UnsafeBufferPointer<UInt8>) {
    for k in 1...3 { parts.vertices.append(number(line, k)) }
    if words.count == 5 || words.count == 8 { hasWeights = true }
    if words.count >= 7 {
      let missing = parts.vertices.count - 3 - colors.count
      if missing > 0 { colors += [Float](repeating: 1, count: missing) }
      let first = words.count == 8 ? 5 : 4
      for k in first..<first + 3 { colors.append(Float(number(line, k))) }
    }
  }

  private mutating func texture(_ line: UnsafeBufferPointer<UInt8>) {
    let width = min(max(words.count - 1, 1), 3)
    textureWidths.append(width)
    for k in 1...3 { textures.append(k <= width ? Float(number(line, k)) : 0) }
  }

  private mutating func normal(_ line: UnsafeBufferPointer<UInt8>) {
    for k in 1...3 { parts.normals.append(Float(number(line, k))) }
  }

  private mutating func finishTables() {
    let count = parts.vertices.count / 3
    if !colors.isEmpty {
      colors += [Float](repeating: 1, count: 3 * count - colors.count)
      parts.attributes["color"] = Tensor(colors.map(ColorText.byte), shape: [count, 3])
    }
    parts.textureWidth = textureWidths.contains(3) ? 3 : 2
    parts.textures =
      parts.textureWidth == 3
      ? textures : textures.enumerated().filter { $0.offset % 3 < 2 }.map(\.element)
    for track in labels where !track.names.isEmpty {
      parts.polygonLabels[track.kind] = MeshLabels(names: track.names, indices: track.indices)
    }
  }

  // MARK: - Faces

  private var corners: [Int32] = []
  private var cornerTextures: [Int32] = []
  private var cornerNormals: [Int32] = []

  private mutating func face(_ line: UnsafeBufferPointer<UInt8>) {
    corners.removeAll(keepingCapacity: true)
    cornerTextures.removeAll(keepingCapacity: true)
    cornerNormals.removeAll(keepingCapacity: true)
    let counts = [parts.vertices.count / 3, textureWidths.count, parts.normals.count / 3]
    for word in words.dropFirst() {
      var indices: [Int32] = [-1, -1, -1]
      var isSound = true
      for (k, part) in line[word].split(
        separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false
      ).enumerated() where isSound && !(part.isEmpty && k > 0) {
        let index = k < 3 ? Self.index(UnsafeBufferPointer(rebasing: part), counts[k]) : nil
        isSound = index != nil
        if let index { indices[k] = index }
      }
      guard isSound else {
        problems.add("line \(lineNumber) is no face: an index is no whole number other than 0")
        return
      }
      corners.append(indices[0])
      cornerTextures.append(indices[1])
      cornerNormals.append(indices[2])
    }
    parts.polygons.append(corners, textures: cornerTextures, normals: cornerNormals)
    for k in labels.indices { labels[k].addPolygon() }
  }

  /// An index from 0, or beyond Int32's reach the largest, which no vertex has.
  private static func index(_ text: UnsafeBufferPointer<UInt8>, _ count: Int) -> Int32? {
    guard case .integer(let magnitude, let isNegative) = NumberText.parse(text), magnitude > 0
    else { return nil }
    guard magnitude < UInt64(Int32.max) else { return .max }
    let index = isNegative ? count - Int(magnitude) : Int(magnitude) - 1
    return index < 0 ? .max : Int32(exactly: index) ?? .max
  }
}

/// Names of one kind that polygons bear while a file is read.
private struct LabelTrack {
  let kind: String
  private(set) var names: [String] = []
  private(set) var indices: [Int32] = []
  private var numbers: [String: Int32] = [:]
  private var current: Int32 = -1

  init(kind: String) { self.kind = kind }

  mutating func set(_ name: String) {
    if let number = numbers[name] {
      current = number
    } else {
      current = Int32(truncatingIfNeeded: names.count)
      numbers[name] = current
      names.append(name)
    }
  }

  mutating func addPolygon() { indices.append(current) }
}

/// Colours in text: channels from 0 to 1.
enum ColorText {
  static func byte(_ value: Float) -> UInt8 {
    let scaled = (value * 255).rounded()
    return scaled >= 255 ? 255 : scaled > 0 ? UInt8(scaled) : 0
  }
}
