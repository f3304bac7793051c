import Foundation
import Geometry
import Tensors
import Testing

@testable import PointClouds

/// A cloud out of coordinates, x y z point after point.
func cloud(_ coordinates: [Float], _ attributes: [String: Tensor] = [:]) -> PointCloud {
  PointCloud(
    positions: Tensor(coordinates, shape: [coordinates.count / 3, 3]), attributes: attributes)
}

/// Points spread evenly over a box, with `normal` noise added.
func scattered(_ count: Int, seed: UInt64, scale: Double = 1) -> PointCloud {
  var generator = SeededGenerator(seed: seed)
  return cloud((0..<3 * count).map { _ in Float((generator.uniform() - 0.5) * scale) })
}

struct SelectionTests {
  private let numbered = cloud(
    [0, 0, 0, 1, 0, 0, .nan, 0, 0, 3, 3, .infinity],
    [
      "id": Tensor([0, 1, 2, 3] as [Int32], shape: [4, 1]),
      "pair": Tensor((0..<8).map { Double($0) }, shape: [4, 2]),
    ])

  @Test func `attributes follow their points`() {
    let chosen = numbered.selecting([3, 1, 1])
    #expect(chosen.positions.array() == [3, 3, .infinity, 1, 0, 0, 1, 0, 0] as [Float])
    #expect(chosen.attributes["id"]?.array() == [3, 1, 1] as [Int32])
    #expect(chosen.attributes["pair"]?.array() == [6, 7, 2, 3, 2, 3] as [Double])
  }

  @Test func `points that are not finite go`() {
    #expect(numbered.invalidCount == 2)
    #expect(numbered.removingInvalidPoints().attributes["id"]?.array() == [0, 1] as [Int32])
  }

  @Test func `joined clouds keep what all of them know`() {
    var other = cloud([9, 9, 9], ["id": Tensor([Int32(7)], shape: [1, 1])])
    var joined = PointCloud.concatenating([numbered, other])
    #expect(joined.count == 5 && joined.attributes.keys.sorted() == ["id"])
    #expect(joined.attributes["id"]?.array() == [0, 1, 2, 3, 7] as [Int32])
    other.attributes["id"] = Tensor([Float(7)], shape: [1, 1])
    joined = PointCloud.concatenating([numbered, other])
    #expect(joined.attributes.isEmpty)
    #expect(PointCloud.concatenating([]).count == 0)
  }

  @Test func `a box keeps its faces and drops invalid points on both sides`() {
    let points = cloud([0, 0, 0, 1, 1, 1, 1.1, 1, 1, .nan, 0, 0])
    let (low, high) = (Vector3(0, 0, 0), Vector3(1, 1, 1))
    #expect(points.cropped(from: low, to: high).positions.array() == [0, 0, 0, 1, 1, 1] as [Float])
    #expect(
      points.cropped(from: low, to: high, keepsInside: false).positions.array()
        == [1.1, 1, 1] as [Float])
  }

  @Test func `a range keeps both ends, on the ground or in space`() {
    let points = cloud([3, 4, 0, 3, 4, 12, 0.5, 0, 0, .nan, 1, 1])
    #expect(points.cropped(toRange: 1...5, onGround: true).count == 2)
    #expect(points.cropped(toRange: 1...5).count == 1)
    #expect(points.cropped(toRange: 13...20).positions.array() == [3, 4, 12] as [Float])
  }

  @Test func `a camera sees what lies in its image and in front of it`() {
    let camera = CameraModel(
      width: 10, height: 10, focalLength: Vector2(10, 10), principalPoint: Vector2(4.5, 4.5))
    // Pixel column 4.5 + 10 x / z: 9.4 is inside the last pixel, 9.6 beyond it.
    let points = cloud([0, 0, 2, 0, 0, -2, 0.49, 0, 1, 0.51, 0, 1, 0, -0.49, 1, 0, 0, 0.05])
    let seen = points.cropped(toViewOf: camera, cameraFromCloud: .identity)
    #expect(seen.positions.array() == [0, 0, 2, 0.49, 0, 1, 0, -0.49, 1] as [Float])
  }

  @Test func `a pose moves positions and turns normals`() {
    let pose = Pose(
      rotation: Quaternion(angle: .pi / 2, axis: Vector3(0, 0, 1)), translation: Vector3(1, 2, 3))
    let moved = cloud(
      [1, 0, 0, .nan, 0, 0], ["normal": Tensor([1, 0, 0, 0, 0, 1] as [Float], shape: [2, 3])]
    )
    .transformed(by: pose)
    let p: [Float] = moved.positions.array()
    #expect(abs(p[0] - 1) < 1e-6 && abs(p[1] - 3) < 1e-6 && p[2] == 3 && p[3].isNaN)
    let n: [Float] = moved.attributes["normal"]?.array() ?? []
    #expect(abs(n[0]) < 1e-6 && abs(n[1] - 1) < 1e-6 && n[5] == 1)
  }

  @Test func `points in a turned box are those the box contains`() {
    let points = scattered(500, seed: 4, scale: 4)
    let box = Box3D(center: Vector3(0.2, -0.1, 0.3), size: Vector3(2, 1, 1.5), yaw: 0.7)
    let p: [Float] = points.positions.array()
    let expected = (0..<500).filter {
      box.contains(Vector3(Double(p[3 * $0]), Double(p[3 * $0 + 1]), Double(p[3 * $0 + 2])))
    }
    #expect(points.indices(in: box) == expected.map { Int32($0) })
    #expect(expected.count > 10)
  }
}

struct VoxelGridTests {
  @Test func `points in one cube become their mean, in the order of first points`() throws {
    let points = cloud(
      [0.9, 0.9, 0.9, -0.1, 0.1, 0.1, 0.1, 0.5, 0.7, .nan, 0, 0],
      [
        "color": Tensor([10, 20, 30, 1, 2, 3, 13, 21, 31, 0, 0, 0] as [UInt8], shape: [4, 3]),
        "normal": Tensor([1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0] as [Float], shape: [4, 3]),
        "time": Tensor([1.0, 5, 2, 0], shape: [4, 1]),
      ])
    let thin = try points.voxelDownsampled(voxelSize: 1)
    let expected: [Float] = [0.5, 0.7, 0.8, -0.1, 0.1, 0.1]
    #expect(zip(thin.positions.array(of: Float.self), expected).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(thin.count == 2)
    // Whole numbers: 11.5 and 20.5 and 30.5 away from zero.
    #expect(thin.attributes["color"]?.array() == [12, 21, 31, 1, 2, 3] as [UInt8])
    #expect(thin.attributes["time"]?.array() == [1.5, 5] as [Double])
    let normal: [Float] = thin.attributes["normal"]?.array() ?? []
    #expect(abs(normal[0] - 0.5.squareRoot().f) < 1e-6 && normal[5] == 1)
  }

  @Test func `agrees with a dictionary of cubes`() throws {
    let points = scattered(3000, seed: 9, scale: 3)
    let p: [Float] = points.positions.array()
    var order: [SIMD3<Int>] = []
    var sums: [SIMD3<Int>: (sum: SIMD3<Double>, n: Double)] = [:]
    for i in 0..<3000 {
      let q = SIMD3(p[3 * i], p[3 * i + 1], p[3 * i + 2])
      let scaled = q * Float(1 / 0.25)
      let cube = SIMD3(
        Int(scaled.x.rounded(.down)), Int(scaled.y.rounded(.down)), Int(scaled.z.rounded(.down)))
      if sums[cube] == nil { order.append(cube) }
      let old = sums[cube] ?? (.zero, 0)
      sums[cube] = (old.sum + SIMD3<Double>(q), old.n + 1)
    }
    let expected = order.flatMap { cube -> [Float] in
      let mean = sums[cube].map { $0.sum / $0.n } ?? .zero
      return [Float(mean.x), Float(mean.y), Float(mean.z)]
    }
    let found: [Float] = try points.voxelDownsampled(voxelSize: 0.25).positions.array()
    #expect(found.count == expected.count)
    // The mean is multiplied by 1 / n, here divided by n: one unit in the last place of a Float at most.
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 2e-7 * max(1, abs($1)) })
  }

  @Test func `the first point of each cube keeps its attributes`() throws {
    let points = cloud(
      [0.9, 0.9, 0.9, -0.1, 0.1, 0.1, 0.1, 0.5, 0.7, .nan, 0, 0],
      ["ring": Tensor([7, 8, 9, 10] as [Int32], shape: [4, 1])])
    let thin = try points.voxelDownsampled(voxelSize: 1, keeping: .first)
    #expect(thin.positions.array() == [0.9, 0.9, 0.9, -0.1, 0.1, 0.1] as [Float])
    #expect(thin.attributes["ring"]?.array() == [7, 8] as [Int32])
  }

  @Test func `cubes of hard clouds are those of a dictionary, on any number of threads`() throws {
    let clouds = SamplingClouds.all.filter { $0.name != "huge" }
    let utm = SamplingClouds.random(20_000, scale: 20, offset: 4_000_000)
    for (name, points) in clouds + [("UTM", utm)] {
      let size = 0.3
      var order: [SIMD3<Double>] = []
      var firsts: [SIMD3<Double>: Int] = [:]
      for i in stride(from: 0, to: points.count, by: 3) {
        let p = SIMD3(Double(points[i]), Double(points[i + 1]), Double(points[i + 2]))
        let cube = (p / size).rounded(.down)
        if firsts[cube] == nil {
          firsts[cube] = i / 3
          order.append(cube)
        }
      }
      let expected = order.compactMap { firsts[$0].map { Int32($0) } }
      let cloud = cloud(points)
      let means = try cloud.voxelDownsampled(voxelSize: size, threads: 1).positions
      for threads in [1, 2, 5] {
        let filter = try GridFilter(cloud.positions, voxelSize: size, threads: threads)
        #expect(filter.firsts() == expected, "\(name)")
        #expect(filter.means().array(of: Float.self) == means.array(of: Float.self))
        #expect(filter.sizes().reduce(0, +) == Int32(points.count / 3))
        let owners = filter.owners()
        for (cube, first) in expected.enumerated() { #expect(owners[Int(first)] == Int32(cube)) }
      }
    }
  }

  @Test func `a cloud too large for the voxels is refused, an empty one stays`() throws {
    #expect(throws: PointCloudError.self) {
      try cloud([0, 0, 0, 1e9, 0, 0]).voxelDownsampled(voxelSize: 0.1)
    }
    #expect(try cloud([]).voxelDownsampled(voxelSize: 0.1).count == 0)
    #expect(try cloud([.nan, 0, 0, .infinity, 0, 0]).voxelDownsampled(voxelSize: 1).count == 0)
  }
}

extension Double {
  fileprivate var f: Float { Float(self) }
}
