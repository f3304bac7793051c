import Geometry
import Testing

@testable import PointClouds

/// What other programs write is read to the values that they were given.
struct ReferenceFileTests {
  private static let positions: [Float] = [0.5, -1.25, 2, 1e-3, 100.125, -7, 3, 3, 3]

  @Test(arguments: [
    (ReferenceFiles.pcdASCII, CloudFormat.pcd), (ReferenceFiles.pcdBinary, .pcd),
    (ReferenceFiles.pcdCompressed, .pcd), (ReferenceFiles.plyASCII, .ply),
    (ReferenceFiles.plyBinary, .ply),
  ])
  func `Open3D's files`(bytes: [UInt8], format: CloudFormat) throws {
    #expect(CloudFormat.detect(bytes, fileName: "") == format)
    let reading = try PointCloudFile.read(bytes, as: format, named: "open3d")
    #expect(reading.problems.isEmpty)
    let cloud = reading.cloud
    #expect(cloud.positions.array() == Array(repeating: Self.positions, count: 4).flatMap { $0 })
    #expect(Set(cloud.attributes.keys) == ["normal", "color"])
    let normals: [Float] = [0, 0, 1, 1, 0, 0, 0, -1, 0]
    #expect(
      cloud.attributes["normal"]?.array(of: Float.self)
        == Array(repeating: normals, count: 4).flatMap { $0 })
    let colors: [UInt8] = [255, 0, 0, 0, 128, 0, 10, 20, 30]
    #expect(
      cloud.attributes["color"]?.array(of: UInt8.self)
        == Array(repeating: colors, count: 4).flatMap { $0 })
  }

  @Test(arguments: [
    ReferenceFiles.pclASCII, ReferenceFiles.pclBinary, ReferenceFiles.pclCompressed,
  ])
  func `PCL's organised files`(bytes: [UInt8]) throws {
    let reading = try PointCloudFile.read(bytes, as: .pcd, named: "pcl")
    let cloud = reading.cloud
    #expect(reading.problems.isEmpty)
    #expect(cloud.grid?.rows == 3 && cloud.grid?.columns == 4)
    #expect(reading.viewpoint.translation == Vector3(1, 2, 3))
    var expected = Array(repeating: Self.positions, count: 4).flatMap { $0 }
    for k in 15..<18 {
      #expect(cloud.positions.array(of: Float.self)[k].isNaN)
      expected[k] = 0
    }
    #expect(cloud.positions.array(of: Float.self).map { $0.isNaN ? 0 : $0 } == expected)
    for i in 0..<12 {
      let color = cloud.attributes["color"]?.array(of: UInt8.self)[3 * i..<3 * i + 3]
      #expect(color.map { Array($0) } == [UInt8(10 * i), UInt8(2 * i), UInt8(255 - i)])
      let normal = cloud.attributes["normal"]?.array(of: Float.self)[3 * i..<3 * i + 3]
      #expect(normal.map { Array($0) } == [0, 0, 1])
      #expect(cloud.attributes["curvature"]?.array(of: Float.self)[i] == Float(i) * 0.1)
    }
  }
}
