import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

/// Clouds with coordinates of UTM's size.
struct OriginTests {
  private static let origin = Vector3(448_262, 5_428_517, 0)

  /// Places in whole millimetres around a city, and their cloud.
  static func city(count: Int = 200) -> (places: [Double], cloud: PointCloud) {
    var generator = SeededGenerator(seed: 5)
    let places = (0..<count).flatMap { _ in
      [448_262.0, 5_428_517, 112].map { middle in
        (middle * 1000 + Double(generator.uniform(below: 400_000)) - 200_000) / 1000
      }
    }
    let columns = (0..<3).map { k in
      let values = (0..<count).map { places[3 * $0 + k] }
      return CloudColumn(
        field: CloudField(name: ["x", "y", "z"][k], type: .float64),
        bytes: values.withUnsafeBytes { Array($0) })
    }
    return (places, PointCloud(columns: columns, count: count) ?? PointCloudFileTests.rich())
  }

  private func expectNear(_ cloud: PointCloud, _ places: [Double], within: Double = 2e-5) {
    let found = cloud.places().array(of: Double.self)
    #expect(found.count == places.count)
    #expect(zip(found, places).allSatisfy { abs($0 - $1) <= within })
  }

  @Test func `large coordinates get an origin in whole metres and lose nothing that matters`() {
    let (places, cloud) = Self.city()
    #expect(cloud.origin.x == cloud.origin.x.rounded() && abs(cloud.origin.x - 448_262) < 200)
    #expect(abs(cloud.origin.y - 5_428_517) < 200 && cloud.origin.z == 0)
    expectNear(cloud, places)
  }

  @Test(arguments: [
    (CloudFormat.pcd, CloudEncoding.ascii), (.pcd, .binary), (.pcd, .binaryCompressed),
    (.ply, .ascii), (.ply, .binary), (.ply, .binaryBigEndian), (.npy, .binary), (.xyz, .ascii),
  ])
  func `a round trip keeps places, and positions bit for bit where the file names the origin`(
    format: CloudFormat, encoding: CloudEncoding
  ) throws {
    let (places, cloud) = Self.city()
    let bytes = try PointCloudFile.encode(cloud, as: format, encoding: encoding)
    let read = try PointCloudFile.read(bytes, as: format, named: "a.\(format.rawValue)").cloud
    expectNear(read, places)
    if format == .pcd || format == .ply {
      #expect(read.origin == cloud.origin)
      expectEqual(read, cloud)
    }
  }

  @Test func `a few wild points do not move the origin, and Float columns need none`() throws {
    let (places, _) = Self.city()
    let wild = places + [1e300, -1e38, .nan]
    let columns = (0..<3).map { k in
      let values = (0..<201).map { wild[3 * $0 + k] }
      return CloudColumn(
        field: CloudField(name: ["x", "y", "z"][k], type: .float64),
        bytes: values.withUnsafeBytes { Array($0) })
    }
    let cloud = try #require(PointCloud(columns: columns, count: 201))
    #expect(abs(cloud.origin.x - 448_262) < 200)
    expectNear(cloud.selecting((0..<200).map { Int32($0) }), places)
    let floats = PointCloud(positions: Tensor([5e5, 4e6, 0] as [Float], shape: [1, 3]))
    let bytes = try PointCloudFile.encode(floats, as: .ply)
    #expect(try PointCloudFile.read(bytes, as: .ply, named: "a").cloud.origin == .zero)
  }

  @Test func `KITTI scans cannot hold large coordinates`() {
    #expect(throws: CloudFileError.self) {
      try PointCloudFile.encode(Self.city().cloud, as: .kittiBin)
    }
  }

  @Test func `operations work on places`() throws {
    let (places, cloud) = Self.city()
    let origin = Self.origin
    func count(where isChosen: (Vector3) -> Bool) -> Int {
      (0..<200).count { isChosen(Vector3(places[3 * $0], places[3 * $0 + 1], places[3 * $0 + 2])) }
    }
    let box = cloud.cropped(from: origin, to: origin + Vector3(500, 500, 500))
    #expect(box.origin == cloud.origin && box.count > 0)
    #expect(box.count == count { $0.x >= origin.x && $0.y >= origin.y && $0.z >= 0 })
    #expect(
      cloud.cropped(toRange: 0...100, of: origin).count == count { ($0 - origin).length <= 100 })
    let upright = Box3D(center: origin, size: Vector3(100, 60, 1000), yaw: 0.7)
    #expect(cloud.cropped(to: upright).count == cloud.pointCount(in: upright))
    #expect(cloud.pointCount(in: upright) > 0)
    #expect(try cloud.voxelDownsampled(voxelSize: 0.5).origin == cloud.origin)
    let bounds = try #require(cloud.bounds())
    let xs = (0..<200).map { places[3 * $0] }
    #expect(abs(bounds.lower.x - (xs.min() ?? 0)) < 1e-5)
    let plain = cloud.moved(toOrigin: .zero)
    expectNear(plain, places, within: 0.25)
    expectNear(PointCloud.concatenating([cloud, cloud.moved(toOrigin: origin)]), places + places)
  }

  @Test func `a transform to the world and back keeps millimetres`() {
    let local = PointCloudFileTests.rich(count: 50).removingInvalidPoints()
    let pose = Pose(
      rotation: Quaternion(angle: 1.2, axis: Vector3(1, 2, 3)), translation: Self.origin)
    let world = local.transformed(by: pose)
    #expect(world.origin.x != 0 && world.origin.z == 0)
    let expected = (0..<local.count).flatMap { i -> [Double] in
      let p = local.positions.array(of: Float.self)[3 * i..<3 * i + 3].map(Double.init)
      let q = pose * Vector3(p[0], p[1], p[2])
      return [q.x, q.y, q.z]
    }
    expectNear(world, expected)
    let back = world.transformed(by: pose.inverse)
    #expect(back.origin == .zero)
    expectNear(back, local.places().array(), within: 2e-5)
  }

  @Test func `a plane of a city lies at its places`() throws {
    var generator = SeededGenerator(seed: 8)
    let flat = (0..<300).flatMap { _ in
      [Float(generator.uniform() * 20), Float(generator.uniform() * 20), 0]
    }
    let cloud = PointCloud(
      positions: Tensor(flat, shape: [300, 3]), origin: Vector3(448_262, 5_428_517, 5112))
    let fit = try #require(
      cloud.fittingPlane(PlaneSearch(distance: 0.01), using: &generator))
    #expect(fit.inliers.count == 300)
    #expect(abs(fit.plane.signedDistance(to: cloud.origin + Vector3(3, 4, 0))) < 1e-6)
    #expect(cloud.inliers(of: fit.plane, within: 0.01).count == 300)
  }
}
