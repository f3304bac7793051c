import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct MeshMeasuresTests {
  @Test func `a cube has area 6, volume 1 and is closed`() throws {
    let cube = MeshSamples.cube
    #expect(cube.area == 6 && cube.volume == 1)
    let bounds = try #require(cube.bounds())
    #expect(bounds.lower == Vector3(0, 0, 0) && bounds.upper == Vector3(1, 1, 1))
    let topology = cube.topology()
    #expect(topology.isWatertight && topology.edges == 18 && topology.eulerCharacteristic == 2)
  }

  @Test func `far from the origin measures keep their digits`() {
    let far = MeshSamples.cube.transformed(
      by: Pose(rotation: .identity, translation: Vector3(448_262, 5_428_517, 100)))
    #expect(abs(far.volume - 1) < 1e-9 && abs(far.area - 6) < 1e-9)
  }

  @Test func `holes, flipped faces, extra faces and flat faces are counted`() {
    func cube(_ change: (inout [Int32]) -> Void) -> MeshTopology {
      var triangles = MeshSamples.cube.triangles.array(of: Int32.self)
      change(&triangles)
      return MeshSamples.mesh(MeshSamples.cube.vertices.array(), triangles).topology()
    }
    let open = cube { $0.removeLast(3) }
    #expect(open.boundaryEdges == 3 && !open.isWatertight && open.eulerCharacteristic == 1)
    let flipped = cube { $0.swapAt(0, 1) }
    #expect(flipped.flippedEdges == 3 && !flipped.isWatertight)
    let extra = cube { $0 += [0, 3, 7] }
    #expect(extra.nonManifoldEdges == 2 && extra.boundaryEdges == 1)
    let flat = cube { $0 += [1, 1, 2] }
    #expect(flat.degenerateTriangles == 1 && !flat.isWatertight)
    #expect(!MeshSamples.mesh([0, 0, 0], []).topology().isWatertight)
  }

  @Test
  func `normals of a sphere point outwards, and angles weigh the same however squares are cut`() {
    let sphere = MeshSamples.sphere(depth: 4)
    let points = sphere.vertices.array(of: Double.self)
    for weighting in [NormalWeighting.angle, .area] {
      let normals = sphere.vertexNormals(weighting).array(of: Float.self)
      #expect(zip(normals, points).allSatisfy { abs(Double($0) - $1) < 0.02 })
    }
    // At a cube's corner each face has a right angle, whether one triangle or two share it.
    let normals = MeshSamples.cube.vertexNormals().array(of: Float.self)
    #expect(normals.allSatisfy { abs(abs($0) - Float(1 / 3.0.squareRoot())) < 1e-6 })
    #expect(MeshSamples.mesh([0, 0, 0], []).vertexNormals().array() == [0, 0, 0] as [Float])
  }

  @Test func `a sphere's measures approach the true ones from below`() {
    let sphere = MeshSamples.sphere(depth: 5)
    #expect(abs(sphere.area / (4 * .pi) - 1) < 0.002 && sphere.area < 4 * .pi)
    #expect(abs(sphere.volume / (4 / 3 * .pi) - 1) < 0.003)
    #expect(sphere.topology().eulerCharacteristic == 2)
  }

  @Test func `a turned mesh keeps measures and turns its normals`() throws {
    var mesh = MeshSamples.house
    mesh.faceAttributes["normal"] = mesh.faceNormals()
    let pose = Pose(
      rotation: Quaternion(angle: 0.9, axis: Vector3(1, -2, 0.5)), translation: Vector3(1, 2, 3))
    let moved = mesh.transformed(by: pose)
    #expect(abs(moved.area - 6) < 1e-12 && abs(moved.volume - 1) < 1e-12)
    let given = try #require(moved.faceAttributes["normal"]).array(of: Float.self)
    #expect(
      zip(given, moved.faceNormals().array(of: Float.self)).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func `equal vertices merge and their different normals stay with the corners`() throws {
    let cube = MeshSamples.cube
    let corners = cube.triangles.array(of: Int32.self)
    let vertices = cube.vertices.array(of: Double.self)
    var soup = MeshSamples.mesh(
      corners.flatMap {
        [vertices[3 * Int($0)], vertices[3 * Int($0) + 1], vertices[3 * Int($0) + 2]]
      },
      (0..<36).map { Int32($0) })
    soup.attributes["normal"] = cube.faceNormals().selectingRows((0..<36).map { Int32($0 / 3) })
    #expect(!soup.topology().isWatertight)
    let merged = soup.mergingEqualVertices()
    #expect(merged.vertexCount == 8 && merged.topology().isWatertight)
    let normals = try #require(merged.normals)
    #expect(
      merged.attributes["normal"] == nil && normals.indices.array() == (0..<36).map { Int32($0) })
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"))
  func `the Stanford bunny's counts and area are the known ones`() throws {
    let reading = try MeshFile.read(path: SharedData.path("mesh/stanford-bunny.obj"))
    let (mesh, topology) = (reading.mesh, reading.mesh.topology())
    #expect(mesh.vertexCount == 35947 && mesh.triangleCount == 69451)
    #expect(topology.usedVertices == 35947 - 1113 && topology.edges == 104_288)
    #expect(topology.boundaryEdges == 223 && topology.eulerCharacteristic == -3)
    #expect(abs(mesh.area - 0.0571287861) < 1e-10)
  }
}
