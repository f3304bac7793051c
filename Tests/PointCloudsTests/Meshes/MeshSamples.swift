import Geometry
import Tensors

@testable import PointClouds

/// Small meshes with known measures.
enum MeshSamples {
  static func mesh(_ vertices: [Double], _ triangles: [Int32]) -> Mesh {
    Mesh(
      vertices: Tensor(vertices, shape: [vertices.count / 3, 3]),
      triangles: Tensor(triangles, shape: [triangles.count / 3, 3]))
  }

  /// The cube from 0 to 1, as twelve triangles that are six squares.
  static var cube: Mesh {
    let vertices: [Double] = [
      0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1,
    ]
    let squares: [[Int32]] = [
      [0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5],
    ]
    var mesh = mesh(vertices, squares.flatMap { [$0[0], $0[1], $0[2], $0[0], $0[2], $0[3]] })
    mesh.polygons = Tensor((0..<12).map { Int32($0 / 2) })
    return mesh
  }

  /// A cube with everything that formats keep: colours, texture coordinates, normals, names.
  static var house: Mesh {
    var mesh = cube
    let n = mesh.vertexCount
    mesh.attributes["color"] = Tensor((0..<3 * n).map { UInt8($0 * 7) }, shape: [n, 3])
    mesh.textureCoordinates = MeshCorners(
      values: Tensor([0, 0, 1, 0, 1, 1, 0, 1] as [Float], shape: [4, 2]),
      indices: Tensor(
        (0..<6).flatMap { _ in [0, 1, 2, 0, 2, 3] as [Int32] }, shape: [12, 3]))
    mesh.normals = MeshCorners(
      values: mesh.faceNormals(),
      indices: Tensor((0..<36).map { Int32($0 / 3 / 2 * 2) }, shape: [12, 3]))
    mesh.labels["group"] = MeshLabels(
      names: ["floor", "roof", "walls"], indices: [0, 0, 1, 1] + [Int32](repeating: 2, count: 8))
    mesh.labels["material"] = MeshLabels(
      names: ["stone"], indices: [Int32](repeating: 0, count: 12))
    mesh.materialLibraries = ["house.mtl"]
    return mesh
  }

  /// A sphere of radius 1 made of `4^depth` times eight triangles, vertices outwards on it.
  static func sphere(depth: Int) -> Mesh {
    var points: [Vector3] = [
      Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(-1, 0, 0), Vector3(0, -1, 0), Vector3(0, 0, 1),
      Vector3(0, 0, -1),
    ]
    var faces: [[Int32]] = [
      [0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4], [1, 0, 5], [2, 1, 5], [3, 2, 5], [0, 3, 5],
    ]
    for _ in 0..<depth {
      var middles: [Set<Int32>: Int32] = [:]
      func middle(_ a: Int32, _ b: Int32) -> Int32 {
        if let known = middles[[a, b]] { return known }
        points.append((points[Int(a)] + points[Int(b)]).normalized)
        middles[[a, b]] = Int32(points.count - 1)
        return Int32(points.count - 1)
      }
      faces = faces.flatMap { face in
        let (a, b, c) = (face[0], face[1], face[2])
        let (p, q, r) = (middle(a, b), middle(b, c), middle(c, a))
        return [[a, p, r], [p, b, q], [r, q, c], [p, q, r]]
      }
    }
    return mesh(points.flatMap { [$0.x, $0.y, $0.z] }, faces.flatMap { $0 })
  }
}
