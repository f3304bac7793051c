import Tensors

/// Writes text files in the Object File Format.
enum OFFWriter {
  static func encode(_ mesh: Mesh) -> [UInt8] {
    let polygons = PolygonRecovery(mesh)
    let colors = bytes(mesh.attributes, mesh.vertexCount)
    let normals = floats(mesh.attributes["normal"], width: 3)
    let textures = floats(mesh.attributes["texture"], width: 2)
    let kind =
      (textures == nil ? "" : "ST") + (colors == nil ? "" : "C") + (normals == nil ? "" : "N")
    var text = Array("\(kind)OFF\n\(mesh.vertexCount) \(polygons.count) 0\n".utf8)
    mesh.vertices.withUnsafeElements(of: Double.self) { vertices in
      for i in 0..<mesh.vertexCount {
        for k in 0..<3 { append(vertices[3 * i + k], to: &text) }
        if let normals { for k in 0..<3 { append(normals[3 * i + k], to: &text) } }
        if let colors { for k in 0..<4 { append(colors[4 * i + k], to: &text) } }
        if let textures { for k in 0..<2 { append(textures[2 * i + k], to: &text) } }
        text[text.count - 1] = 10
      }
    }
    let vertices = mesh.triangles.array(of: Int32.self)
    let faceColors = bytes(mesh.faceAttributes, mesh.triangleCount)
    for polygon in 0..<polygons.count {
      let corners = polygons.corners[polygons.starts[polygon]..<polygons.starts[polygon + 1]]
      append(corners.count, to: &text)
      for corner in corners { append(vertices[corner], to: &text) }
      if let faceColors {
        let triangle = Int(polygons.triangles[polygon])
        for k in 0..<4 { append(faceColors[4 * triangle + k], to: &text) }
      }
      text[text.count - 1] = 10
    }
    return text
  }

  /// Red, green, blue, alpha of every entry; nil without a colour.
  private static func bytes(_ attributes: [String: Tensor], _ count: Int) -> [UInt8]? {
    guard let colors = attributes["color"], colors.elementType == .uint8, colors.shape[1] == 3
    else { return nil }
    let alpha = attributes["alpha"].flatMap {
      $0.elementType == .uint8 && $0.shape[1] == 1 ? $0.array(of: UInt8.self) : nil
    }
    let channels = colors.array(of: UInt8.self)
    return (0..<4 * count).map {
      $0 % 4 < 3 ? channels[$0 / 4 * 3 + $0 % 4] : alpha?[$0 / 4] ?? 255
    }
  }

  private static func floats(_ values: Tensor?, width: Int) -> [Float]? {
    guard let values, values.elementType == .float32, values.shape[1] == width else { return nil }
    return values.array(of: Float.self)
  }

  private static func append(
    _ value: some BinaryFloatingPoint & CustomStringConvertible, to text: inout [UInt8]
  ) {
    NumberText.append(value, to: &text)
    text.append(32)
  }

  private static func append(_ value: some BinaryInteger, to text: inout [UInt8]) {
    text += value.description.utf8
    text.append(32)
  }
}
