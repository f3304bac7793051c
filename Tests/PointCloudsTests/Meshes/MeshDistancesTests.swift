import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct MeshDistancesTests {
  private func cloud(_ positions: [Float]) -> PointCloud {
    PointCloud(positions: Tensor(positions, shape: [positions.count / 3, 3]))
  }

  @Test func `distances to a cube are those to faces, edges and corners`() {
    let result = MeshSamples.cube.distances(
      to: cloud([0.5, 0.5, 3, 0.5, 0.5, 0.9, 2, 2, 0.5, 2, 2, 2, 1, 1, 1, .nan, 0, 0]))
    let found = result.distances.array(of: Double.self)
    for (distance, exact) in zip(found, [2, 0.1, 2.0.squareRoot(), 3.0.squareRoot(), 0]) {
      #expect(abs(distance - exact) < 1e-7)
    }
    #expect(found[5].isNaN && result.triangles.array(of: Int32.self)[5] == -1)
    #expect(abs(result.largest - 2) < 1e-12)
    #expect(result.places.array(of: Double.self)[..<3] == [0.5, 0.5, 1])
  }

  @Test func `the tree finds what looking at every triangle finds`() throws {
    var generator = SeededGenerator(seed: 31)
    // A soup of triangles, some of them without area, and a sphere.
    var corners = (0..<900).map { _ in generator.uniform() * 4 - 2 }
    for k in 0..<9 { corners[k] = corners[k % 3] }
    for k in 15..<18 { corners[k] = corners[k - 3] }
    let soup = MeshSamples.mesh(corners, (0..<300).map { Int32($0) })
    for mesh in [soup, MeshSamples.sphere(depth: 2)] {
      let points = cloud((0..<300).map { _ in Float(generator.uniform() * 6 - 3) })
      let result = mesh.distances(to: points)
      let (found, triangles) = (
        result.distances.array(of: Double.self), result.triangles.array(of: Int32.self)
      )
      let p = points.positions.array(of: Float.self).map(Double.init)
      mesh.withCorners { corners in
        for i in 0..<100 {
          let point = Vector3(p[3 * i], p[3 * i + 1], p[3 * i + 2])
          var best = (Double.infinity, Int32(-1))
          for face in 0..<mesh.triangleCount {
            let (a, b, c) = corners[face]
            let place = TriangleTree.nearestPlace(to: point, a, b, c)
            let square = (place - point).dot(place - point)
            if square < best.0 { best = (square, Int32(face)) }
          }
          #expect(found[i] == best.0.squareRoot() && triangles[i] == best.1)
        }
      }
    }
  }

  @Test func `the nearest place of a triangle is no farther than any other place on it`() {
    var generator = SeededGenerator(seed: 32)
    func vector() -> Vector3 {
      Vector3(generator.uniform(), generator.uniform(), generator.uniform()) * 2 - 1
    }
    for _ in 0..<200 {
      let (a, b, c, p) = (vector(), vector(), vector(), vector() * 2)
      let nearest = TriangleTree.nearestPlace(to: p, a, b, c)
      for i in 0...10 {
        for j in 0...10 - i {
          let place = a + Double(i) / 10 * (b - a) + Double(j) / 10 * (c - a)
          #expect((nearest - p).length <= (place - p).length + 1e-12)
        }
      }
    }
  }

  @Test func `samples of a mesh lie on it, also far from the origin`() throws {
    var generator = SeededGenerator(seed: 33)
    let far = MeshSamples.sphere(depth: 3).transformed(
      by: Pose(rotation: .identity, translation: Vector3(448_262, 5_428_517, 0)))
    let samples = try far.sampledUniformly(count: 300, using: &generator)
    #expect(far.distances(to: samples).largest < 1e-6)
    let larger = MeshSamples.sphere(depth: 3)
    var scaled = larger
    scaled.vertices = Tensor(
      larger.vertices.array(of: Double.self).map { $0 * 1.5 }, shape: larger.vertices.shape)
    let outer = try scaled.sampledEvenly(count: 200, using: &generator)
    let distances = larger.distances(to: outer)
    #expect(abs(distances.mean - 0.5) < 0.01 && distances.largest < 0.52)
    #expect(abs(distances.rootMeanSquare - distances.mean) < 0.001)
  }

  @Test func `without triangles everything is infinitely far`() {
    let empty = MeshSamples.mesh([0, 0, 0], [])
    let result = empty.distances(to: cloud([0, 0, 0]))
    #expect(result.distances.array() == [Double.infinity])
    #expect(result.triangles.array() == [-1] as [Int32])
    #expect(MeshSamples.cube.distances(to: cloud([])).largest == 0)
  }
}
