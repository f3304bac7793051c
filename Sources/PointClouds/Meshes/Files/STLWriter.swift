import Geometry
import Tensors

/// Writes STL files; coordinates are rounded to Float.
enum STLWriter {
  static func binary(_ mesh: Mesh, file: String) throws -> [UInt8] {
    let count = mesh.triangleCount
    guard let claimed = UInt32(exactly: count) else {
      throw CloudFileError(file: file, problem: "\(count) facets are too many for STL (2^32)")
    }
    // A binary file that begins with 'solid' passes for text with many readers.
    var head = Array((mesh.labels["object"]?.names.first ?? "").utf8.prefix(80))
    if head.starts(with: "solid".utf8) { head[0] = UInt8(ascii: "S") }
    head += [UInt8](repeating: 0, count: 80 - head.count)
    var bytes = head
    bytes.reserveCapacity(84 + 50 * count)
    append(claimed, to: &bytes)
    let attribute = mesh.faceAttributes["attribute"].flatMap {
      $0.elementType == .int32 && $0.shape[1] == 1 ? $0.array(of: Int32.self) : nil
    }
    forEachFacet(mesh) { facet, numbers in
      for number in numbers { append(number.bitPattern, to: &bytes) }
      let word = UInt16(truncatingIfNeeded: attribute?[facet] ?? 0)
      bytes.append(UInt8(truncatingIfNeeded: word))
      bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    }
    return bytes
  }

  private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
    for k in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt32(k)))) }
  }

  static func text(_ mesh: Mesh) -> [UInt8] {
    let labels = mesh.labels["object"]
    var current: Int32?
    var text: [UInt8] = []
    func name(_ label: Int32?) -> String {
      guard let label, label >= 0, let labels else { return "" }
      return " " + labels.names[Int(label)]
    }
    forEachFacet(mesh) { facet, numbers in
      let label = labels?.indices[facet] ?? -1
      if label != current {
        if current != nil { text += "endsolid\(name(current))\n".utf8 }
        current = label
        text += "solid\(name(label))\n".utf8
      }
      text += "facet normal".utf8
      append(numbers[..<3], to: &text)
      text += "outer loop\n".utf8
      for k in 1...3 {
        text += "vertex".utf8
        append(numbers[3 * k..<3 * k + 3], to: &text)
      }
      text += "endloop\nendfacet\n".utf8
    }
    if current == nil { text += "solid\n".utf8 }
    text += "endsolid\(name(current))\n".utf8
    return text
  }

  private static func append(_ numbers: ArraySlice<Float>, to text: inout [UInt8]) {
    for number in numbers {
      text.append(32)
      NumberText.append(number, to: &text)
    }
    text.append(10)
  }

  /// Calls `body` with the normal and the three corners of each facet.
  private static func forEachFacet(_ mesh: Mesh, _ body: (Int, [Float]) -> Void) {
    let given = mesh.faceAttributes["normal"].flatMap {
      $0.elementType == .float32 && $0.shape[1] == 3 ? $0.array(of: Float.self) : nil
    }
    let normals = given ?? mesh.faceNormals().array(of: Float.self)
    let triangles = mesh.triangles.array(of: Int32.self)
    mesh.vertices.withUnsafeElements(of: Double.self) { vertices in
      for facet in 0..<mesh.triangleCount {
        var numbers = Array(normals[3 * facet..<3 * facet + 3])
        for corner in triangles[3 * facet..<3 * facet + 3] {
          for k in 0..<3 { numbers.append(Float(vertices[3 * Int(corner) + k])) }
        }
        body(facet, numbers)
      }
    }
  }
}
