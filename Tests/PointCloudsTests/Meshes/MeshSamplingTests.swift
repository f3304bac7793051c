import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct MeshSamplingTests {
  /// Triangles of areas 1, 2, 3, …, 20 apart from each other, and one without area.
  private static var stairs: Mesh {
    let vertices = (0..<20).flatMap { k -> [Double] in
      let (x, height) = (Double(4 * k), Double(k + 1))
      return [x, 0, 0, x + 2, 0, 0, x, height, 0]
    }
    var mesh = MeshSamples.mesh(
      vertices + [100, 0, 0], (0..<60).map { Int32($0) } + [60, 60, 60])
    mesh.faceAttributes["number"] = Tensor((0..<21).map { Int32($0) }, shape: [21, 1])
    return mesh
  }

  @Test func `triangles get points by their area`() throws {
    var generator = SeededGenerator(seed: 1)
    let count = 42_000
    let cloud = try Self.stairs.sampledUniformly(count: count, using: &generator)
    #expect(cloud.count == count)
    var counts = [Double](repeating: 0, count: 21)
    for face in try #require(cloud.attributes["number"]).array(of: Int32.self) {
      counts[Int(face)] += 1
    }
    #expect(counts[20] == 0)
    var chiSquare = 0.0
    for k in 0..<20 {
      let expected = Double(count) * Double(k + 1) / 210
      chiSquare += (counts[k] - expected) * (counts[k] - expected) / expected
    }
    // 19 degrees of freedom: 99.9 % of all draws lie below 43.8.
    #expect(chiSquare < 43.8, "\(chiSquare)")
  }

  @Test func `points are uniform inside a triangle`() throws {
    // Four similar quarters of one triangle.
    var generator = SeededGenerator(seed: 2)
    let mesh = MeshSamples.mesh([0, 0, 0, 1, 0, 0, 0, 1, 0], [0, 1, 2])
    let cloud = try mesh.sampledUniformly(count: 20_000, using: &generator)
    let p = cloud.positions.array(of: Float.self)
    var counts = [0.0, 0, 0, 0]
    for i in 0..<20_000 {
      let (x, y) = (p[3 * i], p[3 * i + 1])
      #expect(x >= 0 && y >= 0 && x + y <= 1.000001)
      counts[x > 0.5 ? 0 : y > 0.5 ? 1 : x + y < 0.5 ? 2 : 3] += 1
    }
    let chiSquare = counts.map { ($0 - 5000) * ($0 - 5000) / 5000 }.reduce(0, +)
    // 3 degrees of freedom: 99.9 % lie below 16.3.
    #expect(chiSquare < 16.3, "\(chiSquare)")
  }

  @Test func `evenly spread points keep apart and leave no gaps`() throws {
    let sphere = MeshSamples.sphere(depth: 4)
    var generator = SeededGenerator(seed: 3)
    let count = 500
    let even = try sphere.sampledEvenly(count: count, using: &generator)
    let random = try sphere.sampledUniformly(count: count, using: &generator)
    #expect(even.count == count)
    let (gapEven, gapRandom) = (Self.smallestGap(even), Self.smallestGap(random))
    // The densest packing of discs has a gap of 2 sqrt(A / (2 sqrt(3) n)).
    let ideal = 2 * (sphere.area / (2 * 3.0.squareRoot() * Double(count))).squareRoot()
    #expect(gapEven > 0.6 * ideal, "\(gapEven / ideal)")
    #expect(gapRandom < 0.2 * ideal)
    // A place that no point is near would have let one more point in.
    let probes = try sphere.sampledUniformly(count: 2000, using: &generator)
    #expect(Self.largestHole(even, probes) < 1.0 * ideal)
  }

  private static func smallestGap(_ cloud: PointCloud) -> Double {
    let p = cloud.places().array(of: Double.self)
    var least = Double.infinity
    for i in 0..<cloud.count {
      for j in 0..<i {
        let d = Vector3(
          p[3 * i] - p[3 * j], p[3 * i + 1] - p[3 * j + 1], p[3 * i + 2] - p[3 * j + 2])
        least = min(least, d.dot(d))
      }
    }
    return least.squareRoot()
  }

  private static func largestHole(_ cloud: PointCloud, _ probes: PointCloud) -> Double {
    let (p, q) = (cloud.places().array(of: Double.self), probes.places().array(of: Double.self))
    var worst = 0.0
    for i in 0..<probes.count {
      var least = Double.infinity
      for j in 0..<cloud.count {
        let d = Vector3(
          q[3 * i] - p[3 * j], q[3 * i + 1] - p[3 * j + 1], q[3 * i + 2] - p[3 * j + 2])
        least = min(least, d.dot(d))
      }
      worst = max(worst, least)
    }
    return worst.squareRoot()
  }

  @Test func `sample elimination takes the worst point, as the slow way does`() {
    var generator = SeededGenerator(seed: 4)
    let points = (0..<60).map { _ in Vector3(generator.uniform(), generator.uniform(), 0) }
    let fast = SampleElimination(points: points, area: 1, count: 12).kept
    // The definition: weights summed anew for every point taken.
    let reach = 2 * (1 / (2 * 3.0.squareRoot() * 12)).squareRoot()
    let least = 0.5 * reach * (1 - Double(12.0 / 60).squareRoot() * 12 / 60)
    var left = Array(points.indices)
    while left.count > 12 {
      func crowding(_ i: Int) -> Double {
        left.reduce(0) { sum, j in
          let distance = (points[i] - points[j]).length
          guard i != j, distance < reach else { return sum }
          let closeness = 1 - max(distance, least) / reach
          return sum + (0..<8).reduce(1) { product, _ in product * closeness }
        }
      }
      let worst = left.map { ($0, crowding($0)) }.max { $0.1 < $1.1 }?.0
      left.removeAll { $0 == worst }
    }
    #expect(fast == left)
  }

  @Test func `normals and colours lie between those of the corners`() throws {
    var mesh = MeshSamples.sphere(depth: 3)
    mesh.attributes["normal"] = mesh.vertexNormals()
    let p = mesh.vertices.array(of: Double.self)
    mesh.attributes["color"] = Tensor(
      p.map { UInt8(($0 + 1) * 100) }, shape: [mesh.vertexCount, 3])
    mesh.attributes["heat"] = Tensor(p.map { $0 * 2 }, shape: [mesh.vertexCount, 3])
    mesh.attributes["id"] = Tensor(
      (0..<mesh.vertexCount).map { Int64($0) }, shape: [mesh.vertexCount, 1])
    var generator = SeededGenerator(seed: 5)
    let cloud = try mesh.sampledUniformly(count: 500, using: &generator)
    let places = cloud.places().array(of: Double.self)
    let normals = try #require(cloud.attributes["normal"]).array(of: Float.self)
    #expect(zip(normals, places).allSatisfy { abs(Double($0) - $1) < 0.05 })
    let colors = try #require(cloud.attributes["color"]).array(of: UInt8.self)
    #expect(zip(colors, places).allSatisfy { abs(Double($0) - ($1 + 1) * 100) < 1.6 })
    let heat = try #require(cloud.attributes["heat"]).array(of: Double.self)
    #expect(zip(heat, places).allSatisfy { abs($0 - 2 * $1) < 1e-6 })
    let ids = try #require(cloud.attributes["id"]).array(of: Int64.self)
    for i in 0..<500 {
      let vertex = Int(ids[i])
      let offset = (0..<3).map { abs(p[3 * vertex + $0] - places[3 * i + $0]) }
      #expect(offset.allSatisfy { $0 < 0.2 })
    }
  }

  @Test func `corners' own normals win, and without any the triangle's is taken`() throws {
    var generator = SeededGenerator(seed: 6)
    let plain = try MeshSamples.cube.sampledUniformly(count: 300, using: &generator)
    let house = try MeshSamples.house.sampledUniformly(count: 300, using: &generator)
    for cloud in [plain, house] {
      let normals = try #require(cloud.attributes["normal"]).array(of: Float.self)
      let places = cloud.places().array(of: Double.self)
      for i in 0..<300 {
        let axis = try #require((0..<3).first { abs(normals[3 * i + $0]) == 1 })
        #expect(places[3 * i + axis] == (normals[3 * i + axis] > 0 ? 1 : 0))
      }
    }
    #expect(house.attributes["texture"]?.shape == [300, 2])
  }

  @Test func `the same seed gives the same points, large coordinates an origin`() throws {
    let far = MeshSamples.cube.transformed(
      by: Pose(rotation: .identity, translation: Vector3(448_262, 5_428_517, 0)))
    var (a, b) = (SeededGenerator(seed: 7), SeededGenerator(seed: 7))
    let first = try far.sampledEvenly(count: 100, using: &a)
    expectEqual(first, try far.sampledEvenly(count: 100, using: &b))
    #expect(abs(first.origin.x - 448_262) <= 1)
    #expect(try #require(first.bounds()).lower.x >= 448_262 - 1e-6)
  }

  @Test func `invalid and enormous vertices spoil their own triangles only`() throws {
    var generator = SeededGenerator(seed: 9)
    let cube = MeshSamples.cube
    let mesh = MeshSamples.mesh(
      cube.vertices.array() + [.nan, 0, 0, 1e308, -1e308, 1e308, -.infinity, 0, 0],
      cube.triangles.array() + [0, 1, 8, 0, 9, 1, 2, 10, 3])
    #expect(try mesh.sampledEvenly(count: 50, using: &generator).count == 50)
    #expect(mesh.distances(to: cube.vertexCloud()).largest == 0)
    #expect(mesh.vertexNormals().shape == [11, 3] && mesh.bounds() != nil)
  }

  @Test func `no area, no points`() throws {
    var generator = SeededGenerator(seed: 8)
    let flat = MeshSamples.mesh([0, 0, 0, 1, 1, 1], [0, 1, 0])
    #expect(throws: PointCloudError.self) {
      try flat.sampledUniformly(count: 1, using: &generator)
    }
    #expect(throws: PointCloudError.self) { try flat.sampledEvenly(count: 1, using: &generator) }
    #expect(try flat.sampledEvenly(count: 0, using: &generator).count == 0)
    #expect(try MeshSamples.cube.sampledEvenly(count: 1, using: &generator).count == 1)
  }
}
