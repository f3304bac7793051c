import Tensors

/// How the triangles of a mesh hang together.
public struct MeshTopology: Sendable, Equatable {
  /// Vertices that a triangle uses.
  public var usedVertices = 0
  /// Edges: pairs of vertices that some triangle joins.
  public var edges = 0
  /// Edges with one triangle only.
  public var boundaryEdges = 0
  /// Edges with more than two triangles.
  public var nonManifoldEdges = 0
  /// Edges with two triangles that run along it in the same direction: one of them is flipped.
  public var flippedEdges = 0
  /// Triangles that use a vertex twice.
  public var degenerateTriangles = 0
  /// Vertices - edges + triangles, of used vertices and triangles that are not degenerate.
  ///
  /// 2 - 2 g for a closed surface of genus g; less 1 for each hole.
  public var eulerCharacteristic = 0

  /// Whether the surface is closed: every edge has exactly two triangles, which run along it in opposite directions.
  public var isWatertight: Bool {
    edges > 0 && boundaryEdges == 0 && nonManifoldEdges == 0 && flippedEdges == 0
      && degenerateTriangles == 0
  }
}

extension Mesh {
  /// Counts edges by the triangles at them.
  ///
  /// Vertices with equal places count as different ones: see ``mergingEqualVertices()``.
  ///
  /// - Returns: The counts.
  /// - Complexity: O(T log T).
  public func topology() -> MeshTopology {
    var result = MeshTopology()
    var isUsed = [Bool](repeating: false, count: vertexCount)
    // Each side of a triangle: lower vertex, higher vertex, direction.
    var sides: [UInt64] = []
    sides.reserveCapacity(3 * triangleCount)
    triangles.withUnsafeElements(of: Int32.self) { indices in
      for face in 0..<triangleCount {
        let corners = (indices[3 * face], indices[3 * face + 1], indices[3 * face + 2])
        if corners.0 == corners.1 || corners.1 == corners.2 || corners.2 == corners.0 {
          result.degenerateTriangles += 1
          continue
        }
        for (a, b) in [(corners.0, corners.1), (corners.1, corners.2), (corners.2, corners.0)] {
          isUsed[Int(a)] = true
          let (low, high) = (UInt64(min(a, b)), UInt64(max(a, b)))
          sides.append(low << 32 | high << 1 | (a < b ? 0 : 1))
        }
      }
    }
    sides.sort()
    var first = 0
    while first < sides.count {
      var end = first + 1
      while end < sides.count && sides[end] >> 1 == sides[first] >> 1 { end += 1 }
      result.edges += 1
      switch end - first {
      case 1: result.boundaryEdges += 1
      case 2: result.flippedEdges += sides[first] == sides[first + 1] ? 1 : 0
      default: result.nonManifoldEdges += 1
      }
      first = end
    }
    result.usedVertices = isUsed.count { $0 }
    result.eulerCharacteristic =
      result.usedVertices - result.edges + triangleCount - result.degenerateTriangles
    return result
  }

  /// The mesh with one vertex for each place: vertices with equal coordinates become the first of them.
  ///
  /// Attributes are those of the first. Normals and texture coordinates of vertices that differ become those of corners.
  ///
  /// - Returns: A mesh with as many triangles.
  public func mergingEqualVertices() -> Mesh {
    let (owners, firsts) = EqualRows.find(vertices.array(of: Double.self), width: 3)
    if firsts.count == vertexCount { return self }
    var result = self
    let rows = firsts.map { Int32(truncatingIfNeeded: $0) }
    result.vertices = vertices.selectingRows(rows)
    result.triangles = Tensor(
      triangles.array(of: Int32.self).map { owners[Int($0)] }, shape: triangles.shape)
    result.attributes = attributes.mapValues { $0.selectingRows(rows) }
    for (name, path) in [("normal", \Mesh.normals), ("texture", \Mesh.textureCoordinates)] {
      guard let values = attributes[name], values.elementType == .float32,
        self[keyPath: path] == nil
      else { continue }
      let merged = values.selectingRows(rows).selectingRows(owners)
      if !merged.withUnsafeBytes({ a in values.withUnsafeBytes { a.elementsEqual($0) } }) {
        result.attributes[name] = nil
        result[keyPath: path] = MeshCorners(values: values, indices: triangles)
      }
    }
    return result
  }
}
