import Foundation
public import Geometry
public import Tensors

/// How much each face around a vertex counts in the vertex's normal.
public enum NormalWeighting: Sendable {
  /// By its angle at the vertex: does not depend on how polygons are cut into triangles.
  case angle
  /// By its area, as Open3D does.
  case area
}

extension Mesh {
  /// Sum of the triangles' areas; square metres.
  public var area: Double { faceAreas().reduce(0, +) }

  /// The volume inside; cubic metres, negative when the triangles run clockwise seen from outside.
  ///
  /// Means something for closed meshes only: see ``MeshTopology/isWatertight``.
  public var volume: Double {
    // From the first vertex instead of the origin: the sum keeps its digits far away.
    guard vertexCount > 0 else { return 0 }
    return withCorners { corners in
      let anchor = corners.vertex(0)
      var sum = 0.0
      for face in 0..<triangleCount {
        let (a, b, c) = corners[face]
        sum += (a - anchor).dot((b - anchor).cross(c - anchor))
      }
      return sum / 6
    }
  }

  /// Areas of the triangles; square metres.
  ///
  /// - Returns: One for each triangle.
  public func faceAreas() -> [Double] {
    withCorners { corners in
      (0..<triangleCount).map { face in
        let (a, b, c) = corners[face]
        return (b - a).cross(c - a).length / 2
      }
    }
  }

  /// The smallest box around the vertices, whether triangles use them or not.
  ///
  /// - Returns: Its two corners, or nil when no vertex is finite; metres.
  public func bounds() -> (lower: Vector3, upper: Vector3)? {
    var low = Vector3(repeating: .infinity)
    var high = -low
    withCorners { corners in
      for i in 0..<vertexCount {
        let p = corners.vertex(i)
        guard p.x.isFinite, p.y.isFinite, p.z.isFinite else { continue }
        low = pointwiseMin(low, p)
        high = pointwiseMax(high, p)
      }
    }
    return low.x <= high.x ? (low, high) : nil
  }

  /// Directions of length 1 perpendicular to the triangles, outwards; zero for triangles without area.
  ///
  /// - Returns: Shape `[T, 3]`, Float.
  public func faceNormals() -> Tensor {
    Tensor(shape: [triangleCount, 3], of: Float.self) { target in
      withCorners { corners in
        for face in 0..<triangleCount {
          let (a, b, c) = corners[face]
          let normal = Self.unit((b - a).cross(c - a))
          for k in 0..<3 { target[3 * face + k] = Float(normal[k]) }
        }
      }
    }
  }

  /// Directions of length 1 perpendicular to the surface at the vertices, outwards; zero where no triangle is.
  ///
  /// - Parameter weighting: How much each face around a vertex counts.
  /// - Returns: Shape `[V, 3]`, Float; to be kept as the attribute `normal`.
  public func vertexNormals(_ weighting: NormalWeighting = .angle) -> Tensor {
    var sums = [Vector3](repeating: .zero, count: vertexCount)
    let indices = triangles.array(of: Int32.self)
    withCorners { corners in
      for face in 0..<triangleCount {
        let (a, b, c) = corners[face]
        let normal = (b - a).cross(c - a)
        let ends = [a, b, c]
        for k in 0..<3 {
          let vertex = Int(indices[3 * face + k])
          switch weighting {
          case .area: sums[vertex] += normal
          case .angle:
            let (p, q) = (ends[(k + 1) % 3] - ends[k], ends[(k + 2) % 3] - ends[k])
            sums[vertex] += Self.unit(normal) * Self.angle(p, q)
          }
        }
      }
    }
    return Tensor(shape: [vertexCount, 3], of: Float.self) { target in
      for (i, sum) in sums.enumerated() {
        let normal = Self.unit(sum)
        for k in 0..<3 { target[3 * i + k] = Float(normal[k]) }
      }
    }
  }

  static func unit(_ vector: Vector3) -> Vector3 {
    let length = vector.length
    return length > 0 && length.isFinite ? vector / length : .zero
  }

  /// The mesh in another frame: vertices are moved, normals turned.
  ///
  /// - Parameter targetFromSource: Maps the mesh's frame to the other frame; metres.
  /// - Returns: The same mesh in the other frame.
  public func transformed(by targetFromSource: Pose) -> Mesh {
    var result = self
    result.vertices = Tensor(shape: vertices.shape, of: Double.self) { target in
      withCorners { corners in
        for i in 0..<vertexCount {
          let p = targetFromSource * corners.vertex(i)
          (target[3 * i], target[3 * i + 1], target[3 * i + 2]) = (p.x, p.y, p.z)
        }
      }
    }
    let turn = targetFromSource.rotation
    result.attributes["normal"] = attributes["normal"].map { Self.turned($0, by: turn) }
    result.faceAttributes["normal"] = faceAttributes["normal"].map { Self.turned($0, by: turn) }
    if let normals {
      result.normals?.values = Self.turned(normals.values, by: turn)
    }
    return result
  }

  private static func turned(_ normals: Tensor, by rotation: Quaternion) -> Tensor {
    guard normals.elementType == .float32, normals.shape[1] == 3 else { return normals }
    return Tensor(shape: normals.shape, of: Float.self) { target in
      normals.withUnsafeElements(of: Float.self) { source in
        for i in stride(from: 0, to: source.count, by: 3) {
          let n = rotation.rotate(
            Vector3(Double(source[i]), Double(source[i + 1]), Double(source[i + 2])))
          (target[i], target[i + 1], target[i + 2]) = (Float(n.x), Float(n.y), Float(n.z))
        }
      }
    }
  }

  /// Angle between two directions; stays exact where they are nearly parallel.
  private static func angle(_ p: Vector3, _ q: Vector3) -> Double {
    atan2(p.cross(q).length, p.dot(q))
  }

  /// Calls `body` with fast access to the corners of triangles.
  func withCorners<Result>(_ body: (MeshCornerPoints) throws -> Result) rethrows -> Result {
    try vertices.withUnsafeElements(of: Double.self) { vertices in
      try triangles.withUnsafeElements(of: Int32.self) { triangles in
        try body(MeshCornerPoints(vertices: vertices, triangles: triangles))
      }
    }
  }
}

/// The corners of triangles as points.
struct MeshCornerPoints {
  let vertices: UnsafeBufferPointer<Double>
  let triangles: UnsafeBufferPointer<Int32>

  @inline(__always)
  func vertex(_ index: Int) -> Vector3 {
    Vector3(vertices[3 * index], vertices[3 * index + 1], vertices[3 * index + 2])
  }

  @inline(__always)
  subscript(face: Int) -> (Vector3, Vector3, Vector3) {
    (
      vertex(Int(triangles[3 * face])), vertex(Int(triangles[3 * face + 1])),
      vertex(Int(triangles[3 * face + 2]))
    )
  }
}
