import Tensors

/// Writes Wavefront OBJ files.
enum OBJWriter {
  static func encode(_ mesh: Mesh) -> [UInt8] {
    var text = Array("# made by Parallax\n".utf8)
    for library in mesh.materialLibraries { text += Array("mtllib \(library)\n".utf8) }
    let colors = mesh.attributes["color"].flatMap {
      $0.elementType == .uint8 && $0.shape[1] == 3 ? $0.array(of: UInt8.self) : nil
    }
    let vertices = mesh.vertices.array(of: Double.self)
    for i in 0..<mesh.vertexCount {
      text.append(UInt8(ascii: "v"))
      for k in 0..<3 { append(vertices[3 * i + k], to: &text) }
      if let colors { for k in 0..<3 { append(Float(colors[3 * i + k]) / 255, to: &text) } }
      text.append(10)
    }
    let textures = table(mesh.textureCoordinates, mesh, "texture", widths: 1...3)
    let normals = table(mesh.normals, mesh, "normal", widths: 3...3)
    append(textures?.values, "vt", to: &text)
    append(normals?.values, "vn", to: &text)
    appendFaces(mesh, textures?.indices, normals?.indices, to: &text)
    return text
  }

  /// Values with the index of each corner: the corners' own, or the vertices'.
  private static func table(
    _ corners: MeshCorners?, _ mesh: Mesh, _ name: String, widths: ClosedRange<Int>
  ) -> (values: Tensor, indices: [Int32])? {
    if let corners, widths.contains(corners.values.shape[1]) {
      return (corners.values, corners.indices.array(of: Int32.self))
    }
    guard let values = mesh.attributes[name], values.elementType == .float32,
      widths.contains(values.shape[1])
    else { return nil }
    return (values, mesh.triangles.array(of: Int32.self))
  }

  private static func append(
    _ value: some BinaryFloatingPoint & CustomStringConvertible, to text: inout [UInt8]
  ) {
    text.append(32)
    NumberText.append(value, to: &text)
  }

  private static func append(_ values: Tensor?, _ word: String, to text: inout [UInt8]) {
    guard let values else { return }
    let width = values.shape[1]
    values.withUnsafeElements(of: Float.self) { numbers in
      for i in 0..<values.shape[0] {
        text += word.utf8
        for k in 0..<width { append(numbers[i * width + k], to: &text) }
        text.append(10)
      }
    }
  }

  private static func appendFaces(
    _ mesh: Mesh, _ textures: [Int32]?, _ normals: [Int32]?, to text: inout [UInt8]
  ) {
    let polygons = PolygonRecovery(mesh)
    let vertices = mesh.triangles.array(of: Int32.self)
    let kinds = [("object", "o"), ("group", "g"), ("material", "usemtl"), ("smoothing", "s")]
      .compactMap { kind, word in mesh.labels[kind].map { (word, $0) } }
    var current = [Int32](repeating: -1, count: kinds.count)
    for polygon in 0..<polygons.count {
      let triangle = Int(polygons.triangles[polygon])
      for (k, (word, labels)) in kinds.enumerated() {
        let label = labels.indices[triangle]
        guard label != current[k], label >= 0 else { continue }
        current[k] = label
        text += "\(word) \(labels.names[Int(label)])\n".utf8
      }
      text.append(UInt8(ascii: "f"))
      for corner in polygons.corners[polygons.starts[polygon]..<polygons.starts[polygon + 1]] {
        text.append(32)
        text += String(vertices[corner] + 1).utf8
        let texture = textures?[corner] ?? -1
        let normal = normals?[corner] ?? -1
        if texture < 0 && normal < 0 { continue }
        text.append(UInt8(ascii: "/"))
        if texture >= 0 { text += String(texture + 1).utf8 }
        if normal >= 0 { text += "/\(normal + 1)".utf8 }
      }
      text.append(10)
    }
  }
}
