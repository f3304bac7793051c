import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

/// Every recorded cloud and mesh, written in every encoding and read again.
@Suite(.enabled(if: SharedData.isPresent, "no recordings"))
struct RoundTripTests {
  static let encodings: [(CloudFormat, CloudEncoding)] = [
    (.pcd, .ascii), (.pcd, .binary), (.pcd, .binaryCompressed), (.ply, .ascii), (.ply, .binary),
    (.ply, .binaryBigEndian), (.npy, .binary),
  ]

  private static func files(_ folder: String, _ endings: [String]) -> [String] {
    let root = SharedData.path(folder)
    let names = FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []
    return names.filter { name in endings.contains { name.hasSuffix($0) } }.sorted()
      .map { folder + "/" + $0 }
  }

  @Test func `every cloud survives every encoding with all attributes, its grid and its viewpoint`()
    throws
  {
    let files =
      Self.files("pcd", [".pcd"]) + ["pointcloud2_cdr/lidar.pcd", "registration/source.ply"]
    #expect(files.count >= 13)
    for file in files {
      let first = try PointCloudFile.read(path: SharedData.path(file))
      // Text of the largest files takes long in a debug build; their first points stand for them.
      let cloud = first.cloud.count > 5_000 ? Self.thinned(first.cloud) : first.cloud
      let viewpoint = Pose(
        rotation: Quaternion(angle: 0.3, axis: Vector3(1, 1, 0)), translation: Vector3(1, 2, 3))
      for (format, encoding) in Self.encodings {
        let bytes = try PointCloudFile.encode(
          cloud, as: format, encoding: encoding, viewpoint: viewpoint)
        let again = try PointCloudFile.read(bytes, as: format, named: file)
        #expect(again.problems.isEmpty, "\(file) \(format) \(encoding)")
        expectEqual(again.cloud, cloud)
        #expect(again.cloud.grid?.rows == cloud.grid?.rows, "\(file) \(format) \(encoding)")
        if format != .npy { #expect(again.viewpoint == viewpoint) }
      }
    }
  }

  /// Every 80th row of an organised cloud, else the first points.
  private static func thinned(_ cloud: PointCloud) -> PointCloud {
    guard let grid = cloud.grid else { return cloud.selecting((0..<5_000).map { Int32($0) }) }
    let rows = stride(from: 0, to: grid.rows, by: 80)
    var part = cloud.selecting(
      rows.flatMap { row in (0..<grid.columns).map { Int32(row * grid.columns + $0) } })
    part.grid = (rows: part.count / grid.columns, columns: grid.columns)
    return part
  }

  @Test func `every mesh survives every format that has a place for it`() throws {
    let files = Self.files("mesh", [".obj", ".off"])
    #expect(files.count >= 7)
    for file in files {
      let reading = try MeshFile.read(path: SharedData.path(file))
      #expect(reading.problems.isEmpty, "\(file): \(reading.problems)")
      let mesh = Self.thinned(reading.mesh)
      for (format, encoding) in [
        (MeshFormat.obj, CloudEncoding.ascii), (.off, .ascii), (.ply, .ascii), (.ply, .binary),
        (.ply, .binaryBigEndian), (.stl, .ascii), (.stl, .binary),
      ] {
        let losses = MeshFile.losses(of: mesh, in: format)
        let bytes = try MeshFile.encode(mesh, as: format, encoding: encoding)
        let again = try MeshFile.read(bytes, as: format, named: file)
        #expect(again.problems.isEmpty, "\(file) \(format): \(again.problems)")
        if format == .stl {
          expectSameFacets(again.mesh, mesh)
        } else {
          expectEqual(again.mesh, mesh, onlyShape: !losses.isEmpty, "\(file) \(format) \(encoding)")
        }
        let third = try MeshFile.encode(again.mesh, as: format, encoding: encoding)
        #expect(third == bytes, "\(file) \(format) \(encoding): a second trip changes the bytes")
      }
    }
  }

  /// The triangles among the first vertices of a large mesh.
  private static func thinned(_ mesh: Mesh) -> Mesh {
    guard mesh.triangleCount > 6_000 else { return mesh }
    let count: Int32 = 3_000
    let indices = mesh.triangles.array(of: Int32.self)
    let near = (0..<mesh.triangleCount).filter { face in
      indices[3 * face..<3 * face + 3].allSatisfy { $0 < count }
    }
    return Mesh(
      vertices: mesh.vertices.selectingRows((0..<count).map { $0 }),
      triangles: mesh.triangles.selectingRows(near.map { Int32($0) }))
  }
}

/// Equal vertices, triangles and, unless only the shape counts, everything else.
func expectEqual(
  _ left: Mesh, _ right: Mesh, onlyShape: Bool = false, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  func same(_ a: Tensor?, _ b: Tensor?) -> Bool {
    guard let a, let b else { return (a == nil) == (b == nil) }
    return a.shape == b.shape && a.elementType == b.elementType
      && a.withUnsafeBytes { x in b.withUnsafeBytes { x.elementsEqual($0) } }
  }
  func same(_ a: [String: Tensor], _ b: [String: Tensor]) -> Bool {
    a.keys.sorted() == b.keys.sorted() && a.allSatisfy { same($0.value, b[$0.key]) }
  }
  #expect(same(left.vertices, right.vertices), "\(what)", sourceLocation: sourceLocation)
  #expect(same(left.triangles, right.triangles), "\(what)", sourceLocation: sourceLocation)
  #expect(same(left.polygons, right.polygons), "\(what)", sourceLocation: sourceLocation)
  if onlyShape { return }
  #expect(same(left.attributes, right.attributes), "\(what)", sourceLocation: sourceLocation)
  #expect(
    same(left.faceAttributes, right.faceAttributes), "\(what)", sourceLocation: sourceLocation)
  #expect(left.labels == right.labels, "\(what)", sourceLocation: sourceLocation)
  #expect(
    left.materialLibraries == right.materialLibraries, "\(what)", sourceLocation: sourceLocation)
  #expect(
    values(left.normals) == values(right.normals), "\(what)", sourceLocation: sourceLocation)
  #expect(
    values(left.textureCoordinates) == values(right.textureCoordinates), "\(what)",
    sourceLocation: sourceLocation)
}

/// The value of each corner: tables may be in another order.
private func values(_ corners: MeshCorners?) -> [[Float]] {
  guard let corners else { return [] }
  let (table, width) = (corners.values.array(of: Float.self), corners.values.shape[1])
  return corners.indices.array(of: Int32.self).map { index in
    index < 0 ? [] : Array(table[Int(index) * width..<Int(index + 1) * width])
  }
}

/// The same corners, rounded to Float, of the same facets.
func expectSameFacets(
  _ left: Mesh, _ right: Mesh, sourceLocation: SourceLocation = #_sourceLocation
) {
  func corners(_ mesh: Mesh) -> [Float] {
    let vertices = mesh.vertices.array(of: Double.self)
    return mesh.triangles.array(of: Int32.self).flatMap { vertex in
      (0..<3).map { Float(vertices[3 * Int(vertex) + $0]) }
    }
  }
  #expect(corners(left) == corners(right), sourceLocation: sourceLocation)
}
