import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct PolygonTests {
  /// A mesh from one polygon by way of OBJ.
  private func mesh(_ corners: [(Double, Double, Double)]) throws -> Mesh {
    let vertices = corners.map { "v \($0.0) \($0.1) \($0.2)\n" }.joined()
    let face = "f " + corners.indices.map { "\($0 + 1)" }.joined(separator: " ") + "\n"
    let reading = try MeshFile.read(Array((vertices + face).utf8), as: .obj, named: "a.obj")
    #expect(reading.problems.isEmpty)
    return reading.mesh
  }

  private func recovered(_ mesh: Mesh) -> [[Int32]] {
    let polygons = PolygonRecovery(mesh)
    let vertices = mesh.triangles.array(of: Int32.self)
    return (0..<polygons.count).map { p in
      polygons.corners[polygons.starts[p]..<polygons.starts[p + 1]].map { vertices[$0] }
    }
  }

  @Test func `a convex polygon becomes a fan and comes back`() throws {
    let mesh = try mesh([(0, 0, 0), (2, 0, 0), (3, 1, 0), (2, 2, 0), (0, 2, 0)])
    #expect(mesh.triangles.array() == [0, 1, 2, 0, 2, 3, 0, 3, 4] as [Int32])
    #expect(recovered(mesh) == [[0, 1, 2, 3, 4]])
  }

  @Test func `a polygon with a dent keeps its area and its order`() throws {
    // An arrow head in a tilted plane; fans from corner 0 would reach outside.
    let flat = [(0.0, 0.0), (4, -1), (1, 1), (-1, 4)]
    let mesh = try mesh(flat.map { ($0.0, $0.1, 0.5 * $0.0 - 0.25 * $0.1) })
    let exact = 2 * (1 + 0.25 + 0.0625).squareRoot() * 0
    #expect(exact == 0)
    var twice = 0.0
    for i in 0..<4 {
      let (a, b) = (flat[i], flat[(i + 1) % 4])
      twice += a.0 * b.1 - a.1 * b.0
    }
    let tilt = (1 + 0.5 * 0.5 + 0.25 * 0.25).squareRoot()
    #expect(abs(mesh.area - abs(twice) / 2 * tilt) < 1e-12)
    #expect(recovered(mesh) == [[0, 1, 2, 3]])
  }

  @Test func `random simple polygons keep area and come back`() throws {
    var generator = SeededGenerator(seed: 21)
    for trial in 0..<60 {
      let count = 4 + generator.uniform(below: 20)
      // A star around the middle is simple; now and then clockwise.
      var ring = (0..<count).map { k -> (Double, Double, Double) in
        let angle = 2 * .pi * (Double(k) + 0.8 * generator.uniform()) / Double(count)
        let radius = 0.2 + generator.uniform()
        return (radius * angle.cosine, radius * angle.sine, 1)
      }
      if trial % 3 == 0 { ring.reverse() }
      var twice = 0.0
      for i in ring.indices {
        let (a, b) = (ring[i], ring[(i + 1) % count])
        twice += a.0 * b.1 - a.1 * b.0
      }
      let mesh = try mesh(ring)
      #expect(mesh.triangleCount == count - 2)
      #expect(abs(mesh.area - abs(twice) / 2) < 1e-9, "\(trial)")
      #expect(recovered(mesh) == [(0..<count).map { Int32($0) }], "\(trial)")
    }
  }

  @Test func `polygons that cross themselves, and huge ones, end in time`() throws {
    let bow = try mesh([(0, 0, 0), (1, 1, 0), (1, 0, 0), (0, 1, 0)])
    #expect(bow.triangleCount == 2 && recovered(bow) == [[0, 1, 2, 3]])
    // A comb with 3000 teeth would take 10^10 steps to clip.
    let comb = (0..<3000).flatMap { k -> [(Double, Double, Double)] in
      [(Double(k), 0, 0), (Double(k) + 0.5, 5, 0)]
    }
    let mesh = try mesh(comb + [(3000, -9, 0), (-1, -9, 0)])
    #expect(mesh.triangleCount == 6000)
  }

  @Test func `triangles taken out of a polygon are written as triangles`() throws {
    var mesh = MeshSamples.cube
    mesh.triangles = mesh.triangles.selectingRows([0, 2, 3])
    mesh.polygons = Tensor([0, 1, 1] as [Int32])
    #expect(recovered(mesh).map(\.count) == [3, 4])
    mesh.polygons = Tensor([1, 1, 1] as [Int32])
    #expect(recovered(mesh).map(\.count) == [3, 3, 3])
  }
}

extension Double {
  fileprivate var cosine: Double { Quaternion(angle: 2 * self, axis: Vector3(0, 0, 1)).w }
  fileprivate var sine: Double { Quaternion(angle: 2 * self, axis: Vector3(0, 0, 1)).vector.z }
}
