public import Tensors

/// A surface of triangles with attributes of vertices, of faces and of corners.
///
/// Triangles run counter-clockwise seen from outside. Attribute names that readers use where they apply: of vertices `normal`
/// `[V, 3]` Float, `color` `[V, 3]` UInt8, `texture` `[V, 2]` Float; of faces `normal` and `color` likewise. Normals and texture
/// coordinates that differ between the faces at a vertex are ``normals`` and ``textureCoordinates``. Polygons of files become
/// triangles; ``polygons`` remembers which triangles were one, so that writers can restore them.
public struct Mesh: Sendable {
  /// Coordinates of the vertices, shape `[V, 3]`, Double, metres.
  public var vertices: Tensor
  /// Numbers of the three vertices of each triangle, shape `[T, 3]`, Int32.
  public var triangles: Tensor
  /// Attributes of the vertices by name, each of shape `[V, K]`.
  public var attributes: [String: Tensor] = [:]
  /// Attributes of the triangles by name, each of shape `[T, K]`.
  public var faceAttributes: [String: Tensor] = [:]
  /// Texture coordinates of the corners, where vertices do not have just one.
  public var textureCoordinates: MeshCorners?
  /// Normals of the corners, where vertices do not have just one.
  public var normals: MeshCorners?
  /// Names that triangles bear by kind: `object`, `group`, `material`, `smoothing`.
  public var labels: [String: MeshLabels] = [:]
  /// Files with the materials that the label `material` names, as OBJ's `mtllib` gives them.
  public var materialLibraries: [String] = []
  /// The polygon that each triangle is a part of, shape `[T]`, Int32; nil when all are triangles.
  ///
  /// Triangles of one polygon follow each other.
  public var polygons: Tensor?

  /// A mesh without attributes.
  ///
  /// - Parameters:
  ///   - vertices: Shape `[V, 3]`, Double, metres.
  ///   - triangles: Shape `[T, 3]`, Int32, each from 0 to V - 1; counter-clockwise seen from outside.
  public init(vertices: Tensor, triangles: Tensor) {
    precondition(
      vertices.rank == 2 && vertices.shape[1] == 3 && vertices.elementType == .float64,
      "vertices are [V, 3] of Double, not \(vertices.shape) of \(vertices.elementType)")
    precondition(
      triangles.rank == 2 && triangles.shape[1] == 3 && triangles.elementType == .int32,
      "triangles are [T, 3] of Int32, not \(triangles.shape) of \(triangles.elementType)")
    let count = Int32(truncatingIfNeeded: vertices.shape[0])
    triangles.withUnsafeElements(of: Int32.self) { indices in
      var areSound = true
      for index in indices { areSound = areSound && index >= 0 && index < count }
      precondition(areSound, "a triangle refers to a vertex that is not among \(count)")
    }
    self.vertices = vertices
    self.triangles = triangles
  }

  /// Number of vertices.
  public var vertexCount: Int { vertices.shape[0] }
  /// Number of triangles.
  public var triangleCount: Int { triangles.shape[0] }
  /// Number of faces: triangles of one polygon count once.
  public var faceCount: Int {
    guard let numbers = polygons?.array(of: Int32.self) else { return triangleCount }
    return numbers.indices.count { $0 == 0 || numbers[$0] != numbers[$0 - 1] }
  }
}

/// Values that the corners of triangles refer to, each corner to one.
public struct MeshCorners: Sendable {
  /// The values, shape `[K, D]`, Float.
  public var values: Tensor
  /// For each corner of each triangle the number of its value, shape `[T, 3]`, Int32; -1 = none.
  public var indices: Tensor

  /// Values and who refers to them.
  ///
  /// - Parameters:
  ///   - values: Shape `[K, D]`, Float.
  ///   - indices: Shape `[T, 3]`, Int32, each from -1 to K - 1.
  public init(values: Tensor, indices: Tensor) {
    precondition(values.rank == 2 && values.elementType == .float32, "values are [K, D] of Float")
    precondition(
      indices.rank == 2 && indices.shape[1] == 3 && indices.elementType == .int32,
      "indices are [T, 3] of Int32")
    self.values = values
    self.indices = indices
  }
}

/// Names that triangles bear.
public struct MeshLabels: Sendable, Equatable {
  /// The names, in the order in which they first occur.
  public var names: [String]
  /// For each triangle the number of its name, -1 = none.
  public var indices: [Int32]

  /// Names and who bears them.
  ///
  /// - Parameters:
  ///   - names: The names.
  ///   - indices: For each triangle the number of its name, -1 = none.
  public init(names: [String], indices: [Int32]) {
    self.names = names
    self.indices = indices
  }
}
