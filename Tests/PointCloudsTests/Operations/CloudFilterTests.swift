import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct CloudFilterTests {
  /// Points on a 4 x 5 grid with rings, intensities and a NaN.
  private static var scan: PointCloud {
    var positions = (0..<20).flatMap { [Float($0 % 5), Float($0 / 5), 0] as [Float] }
    positions[21] = .nan
    return PointCloud(
      positions: Tensor(positions, shape: [20, 3]),
      attributes: [
        "ring": Tensor((0..<20).map { Int32($0 / 5) }, shape: [20, 1]),
        "intensity": Tensor((0..<20).map { Float($0) }, shape: [20, 1]),
        "color": Tensor((0..<60).map { UInt8($0) }, shape: [20, 3]),
      ], grid: (rows: 4, columns: 5))
  }

  private func numbers(_ cloud: PointCloud) -> [Float] {
    cloud.attributes["intensity"]?.array() ?? []
  }

  /// Numbers of the points that are not invalid.
  private func valid(_ cloud: PointCloud) -> [Float] {
    let p = cloud.positions.array(of: Float.self)
    return numbers(cloud).enumerated().filter { !p[3 * $0.offset].isNaN }.map(\.element)
  }

  @Test func `rings are chosen by number and by step`() throws {
    #expect(numbers(try Self.scan.choosingRings([1])) == [5, 6, 7, 8, 9])
    #expect(
      numbers(try Self.scan.choosingRings(every: 2)).map { Int($0) / 5 % 2 }
        == [Int](repeating: 0, count: 10))
    #expect(try Self.scan.choosingRings([0, 1, 3], every: 2, from: 1).count == 10)
    #expect(try Self.scan.choosingRings([17]).count == 0)
    let plain = PointCloud(positions: Self.scan.positions)
    let error = #expect(throws: PointCloudError.self) { try plain.choosingRings([1]) }
    #expect(error?.description.contains("no attribute 'ring'; it has none") == true)
  }

  @Test func `fields of any type are filtered, inside or outside`() throws {
    #expect(numbers(try Self.scan.filtered(by: "intensity", in: 2...4)) == [2, 3, 4])
    #expect(try Self.scan.filtered(by: "intensity", in: 2...4, keepsInside: false).count == 17)
    #expect(numbers(try Self.scan.filtered(by: "color", component: 1, in: 0...7)) == [0, 1, 2])
    #expect(throws: PointCloudError.self) {
      try Self.scan.filtered(by: "color", component: 3, in: 0...7)
    }
    #expect(throws: PointCloudError.self) { try Self.scan.filtered(by: "time", in: 0...7) }
    var nan = Self.scan
    nan.attributes["intensity"] = Tensor(repeating: Float.nan, shape: [20, 1])
    #expect(try nan.filtered(by: "intensity", in: 0...1, keepsInside: false).count == 0)
  }

  @Test func `organised clouds keep their grid when points are invalidated`() throws {
    let low = Vector3(1, 1, -1)
    let high = Vector3(3, 2, 1)
    let left = Self.scan.cropped(from: low, to: high)
    let kept = Self.scan.cropped(from: low, to: high, unchosen: .invalidated)
    #expect(left.grid == nil && numbers(left) == [6, 8, 11, 12, 13])
    #expect(kept.grid?.rows == 4 && kept.count == 20 && valid(kept) == numbers(left))
    for (a, b) in [
      (try Self.scan.choosingRings([2]), try Self.scan.choosingRings([2], unchosen: .invalidated)),
      (
        try Self.scan.filtered(by: "intensity", in: 0...3),
        try Self.scan.filtered(by: "intensity", in: 0...3, unchosen: .invalidated)
      ),
      (
        Self.scan.cropped(toRange: 1...2),
        Self.scan.cropped(toRange: 1...2, unchosen: .invalidated)
      ),
    ] {
      #expect(valid(b) == numbers(a) && b.grid?.columns == 5)
    }
  }

  @Test func `an oriented box chooses what its axes enclose`() {
    let box = Box3D(center: Vector3(2, 1.5, 0), size: Vector3(4, 0.8, 1), yaw: .pi / 4)
    let inside = Self.scan.cropped(to: box)
    #expect(numbers(inside) == [6, 11, 12, 18].map { Float($0) } || inside.count > 0)
    let expected = (0..<20).filter { i in
      let d = Vector3(Double(i % 5) - 2, Double(i / 5) - 1.5, 0)
      let (along, across) = ((d.x + d.y) / 2.0.squareRoot(), (d.y - d.x) / 2.0.squareRoot())
      return i != 7 && abs(along) <= 2 && abs(across) <= 0.4
    }
    #expect(numbers(inside) == expected.map { Float($0) })
    let outside = Self.scan.cropped(to: box, keepsInside: false)
    #expect(inside.count + outside.count == 19)
    // Turned about x by a right angle the box stands upright.
    let pose = Pose(
      rotation: Quaternion(angle: .pi / 2, axis: Vector3(1, 0, 0)), translation: Vector3(2, 2, 0))
    let upright = Self.scan.cropped(toBox: pose, size: Vector3(10, 0.1, 2.001))
    #expect(
      Set(
        upright.positions.array(of: Float.self).enumerated().filter { $0.offset % 3 == 1 }.map(
          \.element)) == [1, 2, 3])
  }

  @Test func `distances are taken from the sensor, on the ground or in space`() {
    let cloud = PointCloud(
      positions: Tensor([3, 0, 4, 0, 0, 1, .nan, 0, 0, .infinity, 0, 0] as [Float], shape: [4, 3]))
    #expect(cloud.cropped(toRange: 5...5).count == 1)
    #expect(cloud.cropped(toRange: 3...3, onGround: true).count == 1)
    #expect(cloud.cropped(toRange: 0...2, of: Vector3(3, 0, 3)).count == 1)
    #expect(cloud.cropped(toRange: 0...Double.infinity).count == 2)
  }

  @Test func `a camera's view ends at its depth`() {
    let camera = CameraModel(
      width: 20, height: 20, focalLength: Vector2(10, 10), principalPoint: Vector2(10, 10))
    let cloud = PointCloud(
      positions: Tensor([0, 0, 1, 0, 0, 9, 0, 0, -1, 5, 0, 1] as [Float], shape: [4, 3]))
    #expect(cloud.cropped(toViewOf: camera, cameraFromCloud: .identity).count == 2)
    #expect(cloud.cropped(toViewOf: camera, cameraFromCloud: .identity, maxDepth: 5).count == 1)
  }
}
