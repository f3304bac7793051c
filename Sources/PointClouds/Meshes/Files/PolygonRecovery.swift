/// The polygons that a mesh's triangles came from, for files that hold polygons.
struct PolygonRecovery {
  /// For each corner of each polygon, its number among the corners of the triangles.
  private(set) var corners: [Int] = []
  /// Where each polygon starts among the corners; one more than polygons.
  private(set) var starts: [Int] = [0]
  /// For each polygon, its first triangle.
  private(set) var triangles: [Int32] = []

  /// Number of polygons.
  var count: Int { triangles.count }

  init(_ mesh: Mesh) {
    let vertices = mesh.triangles.array(of: Int32.self)
    let total = vertices.count / 3
    let numbers = mesh.polygons?.array(of: Int32.self)
    corners.reserveCapacity(vertices.count)
    var first = 0
    while first < total {
      var end = first + 1
      if let numbers {
        while end < total && numbers[end] == numbers[first] { end += 1 }
      }
      add(first..<end, vertices)
      first = end
    }
  }

  private mutating func add(_ range: Range<Int>, _ vertices: [Int32]) {
    let joined =
      range.count == 1
      ? nil : Self.fan(range, vertices) ?? Self.boundary(range, vertices)
    if let joined {
      corners += joined
      starts.append(corners.count)
      triangles.append(Int32(truncatingIfNeeded: range.lowerBound))
      return
    }
    for triangle in range {
      corners += [3 * triangle, 3 * triangle + 1, 3 * triangle + 2]
      starts.append(corners.count)
      triangles.append(Int32(truncatingIfNeeded: triangle))
    }
  }

  /// The polygon of triangles that share their first corner, each beginning where the last ended.
  private static func fan(_ range: Range<Int>, _ vertices: [Int32]) -> [Int]? {
    let first = 3 * range.lowerBound
    for triangle in range.dropFirst() {
      guard vertices[3 * triangle] == vertices[first],
        vertices[3 * triangle + 1] == vertices[3 * triangle - 1]
      else { return nil }
    }
    return [first, first + 1] + range.map { 3 * $0 + 2 }
  }

  /// The boundary of triangles that form one simple polygon, from the first corner of the first.
  private static func boundary(_ range: Range<Int>, _ vertices: [Int32]) -> [Int]? {
    var inner: Set<UInt64> = []
    func key(_ a: Int32, _ b: Int32) -> UInt64 {
      UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
    }
    for triangle in range {
      for k in 0..<3 {
        inner.insert(key(vertices[3 * triangle + k], vertices[3 * triangle + (k + 1) % 3]))
      }
    }
    guard inner.count == 3 * range.count else { return nil }
    var next: [Int32: (corner: Int, vertex: Int32)] = [:]
    for triangle in range {
      for k in 0..<3 {
        let (a, b) = (vertices[3 * triangle + k], vertices[3 * triangle + (k + 1) % 3])
        if inner.contains(key(b, a)) { continue }
        guard next.updateValue((3 * triangle + k, b), forKey: a) == nil else { return nil }
      }
    }
    let start = vertices[3 * range.lowerBound]
    var corners: [Int] = []
    var vertex = start
    repeat {
      guard let step = next[vertex], corners.count < next.count else { return nil }
      corners.append(step.corner)
      vertex = step.vertex
    } while vertex != start
    return corners.count == range.count + 2 ? corners : nil
  }
}
