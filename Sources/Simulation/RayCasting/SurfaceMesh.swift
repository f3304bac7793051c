/// A triangle with what shading needs: corner normals, surface coordinates in metres, material and object.
struct Triangle: Sendable {
  var a: Float3
  var b: Float3
  var c: Float3
  var normalA: Float3
  var normalB: Float3
  var normalC: Float3
  var surfaceA: Float2
  var surfaceB: Float2
  var surfaceC: Float2
  /// Index into the scene's materials.
  var material: Int32
  /// Index into the scene's objects; -1 for the background.
  var object: Int32
}

/// Triangles in one frame; built from shapes, then placed.
struct SurfaceMesh: Sendable {
  var triangles: [Triangle] = []
  /// Where the parts of a shape begin: triangles from `start` on belong to `part`, until the next one begins.
  var partStarts: [(start: Int, part: Int32)] = []

  /// Adds another mesh, moved and assigned to an object.
  mutating func append(_ mesh: SurfaceMesh, at placement: Placement, object: Int32? = nil) {
    appendParts(of: mesh)
    for var triangle in mesh.triangles {
      triangle.a = placement.point(triangle.a)
      triangle.b = placement.point(triangle.b)
      triangle.c = placement.point(triangle.c)
      triangle.normalA = placement.direction(triangle.normalA)
      triangle.normalB = placement.direction(triangle.normalB)
      triangle.normalC = placement.direction(triangle.normalC)
      if let object { triangle.object = object }
      triangles.append(triangle)
    }
  }

  /// A flat triangle.
  mutating func addTriangle(
    _ a: Float3, _ b: Float3, _ c: Float3, surface: (Float2, Float2, Float2), material: Int32
  ) {
    let crossed = (b - a).cross(c - a)
    let length = crossed.length
    guard length > 1e-12 else { return }
    addSmoothTriangle(
      a, b, c, normals: (crossed / length, crossed / length, crossed / length), surface: surface,
      material: material)
  }

  /// A triangle with its own normal at each corner.
  mutating func addSmoothTriangle(
    _ a: Float3, _ b: Float3, _ c: Float3, normals: (Float3, Float3, Float3),
    surface: (Float2, Float2, Float2), material: Int32
  ) {
    triangles.append(
      Triangle(
        a: a, b: b, c: c, normalA: normals.0, normalB: normals.1, normalC: normals.2,
        surfaceA: surface.0, surfaceB: surface.1, surfaceC: surface.2, material: material,
        object: -1))
  }

  /// Lowest and highest coordinates; nil when empty.
  var bounds: (low: Float3, high: Float3)? {
    guard let first = triangles.first else { return nil }
    var (low, high) = (first.a, first.a)
    for triangle in triangles {
      low = pointwiseMin(pointwiseMin(low, triangle.a), pointwiseMin(triangle.b, triangle.c))
      high = pointwiseMax(pointwiseMax(high, triangle.a), pointwiseMax(triangle.b, triangle.c))
    }
    return (low, high)
  }
}
