import Tensors

/// PLY files with faces.
///
/// Properties `s t`, `u v` or `texture_u texture_v` of vertices are texture coordinates; the list `texcoord` of faces holds
/// those of their corners.
enum PLYMeshFile {
  static func read(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws -> MeshReading {
    var reader = try PLYReader(bytes, file: file, keepsFaces: true)
    let table = try reader.readTable()
    var problems = ProblemList()
    var parts = MeshParts()
    let axes = CloudField.positionIndices(table.columns.map(\.field)) ?? []
    parts.vertices = [Double](unsafeUninitializedCapacity: 3 * table.count) { memory, filled in
      filled = 3 * table.count
      guard let base = memory.baseAddress else { return }
      for (k, axis) in axes.enumerated() { table.columns[axis].copy(to: base + k, stride: 3) }
    }
    let rest = table.columns.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    parts.attributes = attributes(of: rest, count: table.count)
    let claimed = reader.header.elements.first { $0.name == "vertex" }?.count ?? 0
    if let faces = table.faces {
      if table.count == claimed {
        takeFaces(faces, isBigEndian: reader.header.encoding == .bigEndian, into: &parts)
      } else {
        problems.add("the faces are left out, since vertices are missing")
      }
      if faces.degenerateCount > 0 {
        problems.add("\(faces.degenerateCount) faces have fewer than 3 corners and are left out")
      }
    }
    let notes = reader.header.elements.filter { !["vertex", "face"].contains($0.name) }
      .map { "\($0.count) elements '\($0.name)' have no place in a mesh and are left out" }
    let mesh = parts.mesh(&problems)
    return MeshReading(mesh: mesh, problems: table.problems + problems.all, notes: notes)
  }

  private static func takeFaces(_ faces: PLYFaces, isBigEndian: Bool, into parts: inout MeshParts) {
    parts.polygons = faces.polygons
    if let texture = faces.cornerTexture {
      let (owners, firsts) = EqualRows.find(texture, width: 2)
      parts.polygons.numberTextures { !texture[2 * $0].isNaN }
      // The class of corners without coordinates leaves the table.
      var numbers = [Int32](repeating: -1, count: firsts.count)
      for (number, row) in firsts.enumerated() where !texture[2 * row].isNaN {
        numbers[number] = Int32(truncatingIfNeeded: parts.textures.count / 2)
        parts.textures += texture[2 * row..<2 * row + 2]
      }
      parts.polygons.mapTextures(owners.map { numbers[Int($0)] })
    }
    let columns = faces.values.withUnsafeBytes {
      CloudColumn.split(
        $0, fields: faces.fields, pointCount: faces.polygons.count, isBigEndian: isBigEndian)
    }
    parts.polygonAttributes = PointCloud.attributes(of: columns, count: faces.polygons.count)
  }

  private static func attributes(of columns: [CloudColumn], count: Int) -> [String: Tensor] {
    for names in [["s", "t"], ["u", "v"], ["texture_u", "texture_v"]] {
      let pair = names.compactMap { name in columns.first { $0.field.name == name } }
      guard pair.count == 2 else { continue }
      var result = PointCloud.attributes(
        of: columns.filter { !names.contains($0.field.name) }, count: count)
      result["texture"] = Tensor(shape: [count, 2], of: Float.self) { memory in
        guard let base = memory.baseAddress else { return }
        for (k, column) in pair.enumerated() { column.copy(to: base + k, stride: 2) }
      }
      return result
    }
    return PointCloud.attributes(of: columns, count: count)
  }

  // MARK: - Writing

  static func encode(_ mesh: Mesh, encoding: CloudEncoding, file: String) throws -> [UInt8] {
    var vertexAttributes = mesh.attributes
    var textureColumns: [CloudColumn] = []
    if let texture = mesh.attributes["texture"], texture.elementType == .float32,
      texture.shape[1] == 2
    {
      vertexAttributes["texture"] = nil
      textureColumns = PointCloud.components(texture, names: ["s", "t"])
    }
    let vertexColumns =
      PointCloud.components(coordinates(mesh), names: ["x", "y", "z"])
      + (try PointCloud.columns(
        of: vertexAttributes, count: mesh.vertexCount, style: .ply, file: file)) + textureColumns
    let polygons = PolygonRecovery(mesh)
    let faceColumns = try PointCloud.columns(
      of: mesh.faceAttributes.mapValues { $0.selectingRows(polygons.triangles) },
      count: polygons.count, style: .ply, file: file)
    let texture = mesh.textureCoordinates.flatMap { $0.values.shape[1] >= 2 ? $0 : nil }
    let longest = (0..<polygons.count).map { polygons.starts[$0 + 1] - polygons.starts[$0] }.max()
    let lengthType = (longest ?? 0) * 2 > 255 ? "int" : "uchar"
    let header =
      PLYWriter.head(encoding, comments: [])
      + PLYWriter.element("vertex", count: mesh.vertexCount, vertexColumns)
      + ["element face \(polygons.count)", "property list \(lengthType) int vertex_indices"]
      + (texture == nil ? [] : ["property list \(lengthType) float texcoord"])
      + PLYWriter.element("face", count: polygons.count, faceColumns).dropFirst()
      + ["end_header", ""]
    var bytes = Array(header.joined(separator: "\n").utf8)
    bytes += PLYWriter.rows(vertexColumns, count: mesh.vertexCount, encoding: encoding)
    var writer = PLYFaceWriter(
      mesh: mesh, polygons: polygons, texture: texture, hasLongLists: lengthType == "int",
      encoding: encoding)
    writer.append(columns: faceColumns, to: &bytes)
    return bytes
  }

  /// The vertices as Float where that loses nothing, else as they are.
  private static func coordinates(_ mesh: Mesh) -> Tensor {
    let values = mesh.vertices.array(of: Double.self)
    let areFloats = values.allSatisfy { Double(Float($0)) == $0 || $0.isNaN }
    return areFloats ? Tensor(values.map { Float($0) }, shape: mesh.vertices.shape) : mesh.vertices
  }
}

/// Writes the rows of the element `face`: lists of corners, then single values.
private struct PLYFaceWriter {
  let mesh: Mesh
  let polygons: PolygonRecovery
  let texture: MeshCorners?
  let hasLongLists: Bool
  let encoding: CloudEncoding

  mutating func append(columns: [CloudColumn], to bytes: inout [UInt8]) {
    let vertices = mesh.triangles.array(of: Int32.self)
    let textureIndices = texture?.indices.array(of: Int32.self) ?? []
    let textureValues = texture?.values.array(of: Float.self) ?? []
    let textureWidth = texture?.values.shape[1] ?? 2
    let rows =
      encoding == .ascii ? [] : PLYWriter.rows(columns, count: polygons.count, encoding: encoding)
    let rowSize = polygons.count == 0 ? 0 : rows.count / polygons.count
    let rowTexts =
      encoding == .ascii && !columns.isEmpty
      ? CloudColumn.text(columns, count: polygons.count).split(separator: 10) : []
    for polygon in 0..<polygons.count {
      let corners = polygons.corners[polygons.starts[polygon]..<polygons.starts[polygon + 1]]
      appendLength(corners.count, to: &bytes)
      for corner in corners { append(vertices[corner], to: &bytes) }
      if texture != nil {
        let isGiven = corners.allSatisfy { textureIndices[$0] >= 0 }
        appendLength(isGiven ? 2 * corners.count : 0, to: &bytes)
        for corner in corners where isGiven {
          let first = Int(textureIndices[corner]) * textureWidth
          append(textureValues[first], to: &bytes)
          append(textureValues[first + 1], to: &bytes)
        }
      }
      if encoding == .ascii {
        if !rowTexts.isEmpty { bytes += rowTexts[polygon] } else { bytes.removeLast() }
        bytes.append(10)
      } else {
        bytes += rows[polygon * rowSize..<(polygon + 1) * rowSize]
      }
    }
  }

  private func appendLength(_ length: Int, to bytes: inout [UInt8]) {
    if encoding == .ascii || hasLongLists {
      append(Int32(truncatingIfNeeded: length), to: &bytes)
    } else {
      bytes.append(UInt8(truncatingIfNeeded: length))
    }
  }

  private func append(_ value: Int32, to bytes: inout [UInt8]) {
    if encoding == .ascii {
      bytes += value.description.utf8
      bytes.append(32)
    } else {
      append(UInt32(bitPattern: value), to: &bytes)
    }
  }

  private func append(_ value: Float, to bytes: inout [UInt8]) {
    if encoding == .ascii {
      NumberText.append(value, to: &bytes)
      bytes.append(32)
    } else {
      append(value.bitPattern, to: &bytes)
    }
  }

  private func append(_ word: UInt32, to bytes: inout [UInt8]) {
    let ordered = encoding == .binaryBigEndian ? word.bigEndian : word.littleEndian
    withUnsafeBytes(of: ordered) { bytes.append(contentsOf: $0) }
  }
}
