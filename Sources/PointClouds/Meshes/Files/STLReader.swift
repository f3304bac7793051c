import Tensors

/// Reads STL files, text and binary.
///
/// A binary file may begin with `solid` as well: its size, 84 bytes and 50 for each facet, tells.
struct STLReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
  }

  func read() throws -> MeshReading {
    let claimed = bytes.count >= 84 ? Int(word(80)) : 0
    if bytes.count >= 84 && bytes.count == 84 + 50 * claimed { return readBinary(claimed, []) }
    if let start = bytes.firstIndex(where: { $0 > 32 }),
      bytes[start...].prefix(5).elementsEqual("solid".utf8), !bytes.prefix(512).contains(0)
    {
      return try readText()
    }
    guard bytes.count >= 84 else {
      throw CloudFileError(
        file: file,
        problem:
          "this is no STL file: neither text that begins with 'solid' nor 84 bytes of a binary head"
      )
    }
    let held = (bytes.count - 84) / 50
    let count = min(claimed, held)
    if count == 0 && claimed > 0 {
      throw CloudFileError(
        file: file, place: "byte 80",
        problem:
          "\(claimed) facets are claimed, but \(bytes.count - 84) bytes follow, 50 make a facet")
    }
    let problem =
      count < claimed
      ? "truncated: \(bytes.count - 84) bytes hold \(count) of \(claimed) facets"
      : "\(bytes.count - 84 - 50 * claimed) bytes follow the last of \(claimed) facets"
    return readBinary(count, [problem])
  }

  private func word(_ offset: Int) -> UInt32 {
    UInt32(
      littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(
        fromByteOffset: offset, as: UInt32.self))
  }

  private func readBinary(_ count: Int, _ problems: [String]) -> MeshReading {
    var corners: [Float] = []
    var normals: [Float] = []
    var attributes: [Int32] = []
    corners.reserveCapacity(9 * count)
    normals.reserveCapacity(3 * count)
    attributes.reserveCapacity(count)
    for facet in 0..<count {
      let start = 84 + 50 * facet
      for k in 0..<3 { normals.append(Float(bitPattern: word(start + 4 * k))) }
      for k in 3..<12 { corners.append(Float(bitPattern: word(start + 4 * k))) }
      attributes.append(Int32(bytes[start + 48]) | Int32(bytes[start + 49]) << 8)
    }
    var mesh = Self.mesh(corners, normals)
    if attributes.contains(where: { $0 != 0 }) {
      mesh.faceAttributes["attribute"] = Tensor(attributes, shape: [count, 1])
    }
    let name = String(
      decoding: bytes.prefix(80).prefix { $0 != 0 }.map { $0 < 127 ? $0 : 63 }, as: UTF8.self)
    let words = name.split(separator: " ")
    let trimmed = (words.first == "solid" ? words.dropFirst() : words[...]).joined(separator: " ")
    if !trimmed.isEmpty && count > 0 {
      mesh.labels["object"] = MeshLabels(
        names: [trimmed], indices: [Int32](repeating: 0, count: count))
    }
    return MeshReading(mesh: mesh, problems: problems)
  }

  private static func mesh(_ corners: [Float], _ normals: [Float]) -> Mesh {
    let (owners, firsts) = EqualRows.find(corners, width: 3)
    var vertices: [Double] = []
    vertices.reserveCapacity(3 * firsts.count)
    for row in firsts { for k in 0..<3 { vertices.append(Double(corners[3 * row + k])) } }
    var mesh = Mesh(
      vertices: Tensor(vertices, shape: [firsts.count, 3]),
      triangles: Tensor(owners, shape: [owners.count / 3, 3]))
    mesh.faceAttributes["normal"] = Tensor(normals, shape: [normals.count / 3, 3])
    return mesh
  }

  // MARK: - Text

  private func readText() throws -> MeshReading {
    var lines = TextLines(bytes)
    var problems = ProblemList()
    var (corners, normals): ([Float], [Float]) = ([], [])
    var facet: [Float] = []
    var normal: [Float] = [0, 0, 0]
    var names: [String] = []
    var indices: [Int32] = []
    var isOpen = false
    while let line = lines.next() {
      let words = line.split { $0 == 32 || $0 == 9 }
      guard let first = words.first else { continue }
      switch String(decoding: first, as: UTF8.self).lowercased() {
      case "solid":
        names.append(
          words.dropFirst().map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
        isOpen = true
      case "facet":
        normal = words.dropFirst(2).map(Self.number)
        if normal.count != 3 {
          problems.add("line \(lines.number): a facet needs a normal of 3 numbers")
          normal = [0, 0, 0]
        }
        facet.removeAll(keepingCapacity: true)
      case "vertex":
        let values = words.dropFirst().map(Self.number)
        if values.count == 3 && !values.contains(where: \.isNaN) {
          facet += values
        } else {
          problems.add("line \(lines.number): a vertex needs 3 numbers; its facet is left out")
        }
      case "endfacet":
        if facet.count == 9 {
          corners += facet
          normals += normal
          indices.append(Int32(truncatingIfNeeded: names.count - 1))
        } else {
          problems.add("line \(lines.number): a facet of \(facet.count / 3) vertices is left out")
        }
        facet.removeAll(keepingCapacity: true)
      case "endsolid": isOpen = false
      case "outer", "endloop": continue
      default: problems.add("line \(lines.number) is no statement of STL")
      }
    }
    if !facet.isEmpty { problems.add("truncated inside a facet, which is left out") }
    if isOpen && facet.isEmpty { problems.add("truncated: the line 'endsolid' is missing") }
    if indices.isEmpty && !problems.all.isEmpty {
      throw CloudFileError(
        file: file, place: "data",
        problem: (problems.all + ["no facet could be read"]).joined(separator: "; "))
    }
    var mesh = Self.mesh(corners, normals)
    if names.contains(where: { !$0.isEmpty }) {
      mesh.labels["object"] = MeshLabels(names: names, indices: indices)
    }
    return MeshReading(mesh: mesh, problems: problems.all)
  }

  private static func number(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Float {
    Float(ColorTable.real(NumberText.parse(UnsafeBufferPointer(rebasing: word))))
  }
}
