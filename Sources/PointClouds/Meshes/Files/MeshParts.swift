import Tensors

/// What a file holds of a mesh before its polygons become triangles.
struct MeshParts {
  /// Coordinates x, y, z of the vertices.
  var vertices: [Double] = []
  /// Attributes of the vertices.
  var attributes: [String: Tensor] = [:]
  var polygons = PolygonList()
  /// Table of texture coordinates, `textureWidth` numbers each.
  var textures: [Float] = []
  var textureWidth = 2
  /// Table of normals, three numbers each.
  var normals: [Float] = []
  /// Attributes of the polygons, each of shape `[P, K]`.
  var polygonAttributes: [String: Tensor] = [:]
  /// Names of the polygons; one index for each polygon.
  var polygonLabels: [String: MeshLabels] = [:]
  var materialLibraries: [String] = []

  /// The mesh, with complaints about polygons that cannot be.
  mutating func mesh(_ problems: inout ProblemList) -> Mesh {
    let count = vertices.count / 3
    let (isSound, badAttributes) = polygons.check(
      vertexCount: count, textureCount: textures.count / textureWidth,
      normalCount: normals.count / 3)
    var unsound = 0
    for (polygon, sound) in isSound.enumerated() where !sound {
      unsound += 1
      if unsound > 1 { continue }
      let corners = polygons.corners[polygons.starts[polygon]..<polygons.starts[polygon + 1]]
      let vertex = corners.first { $0 < 0 || Int($0) >= count } ?? -1
      problems.add(
        "face \(polygon): the vertex index \(vertex) (from 0) is out of range, there are \(count) vertices; the face is left out"
      )
    }
    if unsound > 1 { problems.add("\(unsound) faces refer to vertices that do not exist") }
    if badAttributes > 0 {
      problems.add("\(badAttributes) corners refer to texture coordinates or normals out of range")
    }
    let small = (0..<polygons.count).count { polygons.starts[$0 + 1] - polygons.starts[$0] < 3 }
    if small > 0 { problems.add("\(small) faces have fewer than 3 corners and are left out") }

    let parts = PolygonTriangulation(polygons, isSound: isSound, vertices: vertices)
    var mesh = Mesh(
      vertices: Tensor(vertices, shape: [count, 3]),
      triangles: Tensor(
        parts.corners.map { polygons.corners[$0] }, shape: [parts.polygons.count, 3]))
    mesh.attributes = attributes
    mesh.materialLibraries = materialLibraries
    if parts.hasPolygons { mesh.polygons = Tensor(parts.polygons) }
    for (name, values) in polygonAttributes {
      mesh.faceAttributes[name] = values.selectingRows(parts.polygons)
    }
    mesh.labels = polygonLabels.mapValues { labels in
      MeshLabels(names: labels.names, indices: parts.polygons.map { labels.indices[Int($0)] })
    }
    place(
      textures, textureWidth, polygons.textures, parts, in: &mesh, \.textureCoordinates, "texture")
    place(normals, 3, polygons.normals, parts, in: &mesh, \.normals, "normal")
    return mesh
  }

  /// Gives values of corners to the vertices where each vertex has the value of its own number, else to the corners.
  private func place(
    _ values: [Float], _ width: Int, _ indices: [Int32], _ parts: PolygonTriangulation,
    in mesh: inout Mesh, _ path: WritableKeyPath<Mesh, MeshCorners?>, _ name: String
  ) {
    guard !values.isEmpty else { return }
    let table = Tensor(values, shape: [values.count / width, width])
    let ofCorners = parts.corners.map { $0 < indices.count ? indices[$0] : -1 }
    let isOfVertices =
      table.shape[0] == mesh.vertexCount
      && mesh.triangles.withUnsafeElements(of: Int32.self) { $0.elementsEqual(ofCorners) }
    if isOfVertices && mesh.triangleCount > 0 {
      mesh.attributes[name] = table
    } else {
      mesh[keyPath: path] = MeshCorners(
        values: table, indices: Tensor(ofCorners, shape: [mesh.triangleCount, 3]))
    }
  }
}
