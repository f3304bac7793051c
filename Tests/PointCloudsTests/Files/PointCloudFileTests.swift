import Foundation
import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct PointCloudFileTests {
  /// A cloud with every kind of attribute that files keep, and a NaN.
  static func rich(count: Int = 6) -> PointCloud {
    let n = count
    let floats = (0..<3 * n).map { Float($0) * 0.37 - 2.5 }
    return PointCloud(
      positions: Tensor([Float.nan] + floats.dropFirst(), shape: [n, 3]),
      attributes: [
        "intensity": Tensor((0..<n).map { Float($0) / 7 }, shape: [n, 1]),
        "color": Tensor((0..<3 * n).map { UInt8($0 % 251) }, shape: [n, 3]),
        "normal": Tensor((0..<3 * n).map { Float($0 % 3) }, shape: [n, 3]),
        "ring": Tensor((0..<n).map { Int32($0) - 2 }, shape: [n, 1]),
        "time": Tensor((0..<n).map { 1.5e9 + Double($0) / 3 }, shape: [n, 1]),
        "histogram": Tensor((0..<4 * n).map { Float($0) * 1e-30 }, shape: [n, 4]),
      ])
  }

  static let pcdEncodings: [CloudEncoding] = [.ascii, .binary, .binaryCompressed]

  @Test(arguments: pcdEncodings)
  func `a PCD round trip keeps every value`(encoding: CloudEncoding) throws {
    let cloud = Self.rich()
    let bytes = try PointCloudFile.encode(cloud, as: .pcd, encoding: encoding)
    let reading = try PointCloudFile.read(bytes, as: .pcd, named: "a.pcd")
    #expect(reading.problems.isEmpty)
    expectEqual(reading.cloud, cloud)
  }

  @Test(arguments: [CloudEncoding.ascii, .binary, .binaryBigEndian])
  func `a PLY round trip keeps every value, lists of numbers as single ones`(
    encoding: CloudEncoding
  ) throws {
    let cloud = Self.rich()
    let bytes = try PointCloudFile.encode(cloud, as: .ply, encoding: encoding)
    let reading = try PointCloudFile.read(bytes, as: .ply, named: "a.ply")
    #expect(reading.problems.isEmpty)
    var expected = cloud
    expected.attributes["histogram"] = nil
    for k in 0..<4 {
      expected.attributes["histogram_\(k)"] = Tensor(
        (0..<cloud.count).map { Float(4 * $0 + k) * 1e-30 }, shape: [cloud.count, 1])
    }
    expectEqual(reading.cloud, expected)
  }

  @Test func `a compressed organised cloud with alpha comes back`() throws {
    let n = 5000
    var generator = SeededGenerator(seed: 3)
    let cloud = PointCloud(
      positions: Tensor((0..<3 * n).map { _ in Float(generator.normal()) }, shape: [n, 3]),
      attributes: [
        "color": Tensor((0..<3 * n).map { UInt8($0 / 100) }, shape: [n, 3]),
        "alpha": Tensor((0..<n).map { UInt8($0 % 256) }, shape: [n, 1]),
      ], grid: (rows: 50, columns: 100))
    let bytes = try PointCloudFile.encode(cloud, as: .pcd, encoding: .binaryCompressed)
    let read = try PointCloudFile.read(bytes, as: .pcd, named: "a.pcd").cloud
    expectEqual(read, cloud)
    #expect(read.grid?.rows == 50 && read.grid?.columns == 100)
  }

  @Test func `KITTI scans and text keep positions and intensity`() throws {
    let cloud = Self.rich()
    for format in [CloudFormat.kittiBin, .xyz] {
      let bytes = try PointCloudFile.encode(cloud, as: format)
      let read = try PointCloudFile.read(bytes, as: format, named: "a").cloud
      var expected = PointCloud(positions: cloud.positions)
      expected.attributes["intensity"] = cloud.attributes["intensity"]
      expectEqual(read, expected)
    }
    #expect(try PointCloudFile.encode(cloud, as: .kittiBin).count == 96)
  }

  @Test func `an empty cloud survives PCD and PLY`() throws {
    let empty = PointCloud(positions: Tensor([Float](), shape: [0, 3]))
    for encoding in Self.pcdEncodings {
      let bytes = try PointCloudFile.encode(empty, as: .pcd, encoding: encoding)
      #expect(try PointCloudFile.read(bytes, as: .pcd, named: "a").cloud.count == 0)
    }
    let bytes = try PointCloudFile.encode(empty, as: .ply, encoding: .ascii)
    #expect(try PointCloudFile.read(bytes, as: .ply, named: "a").problems == [])
  }

  @Test func `encodings that a format lacks are refused`() {
    let cloud = Self.rich()
    for (format, encoding) in [
      (CloudFormat.ply, CloudEncoding.binaryCompressed), (.kittiBin, .ascii), (.xyz, .binary),
      (.pcd, .binaryBigEndian), (.npy, .ascii),
    ] {
      #expect(throws: CloudFileError.self) {
        try PointCloudFile.encode(cloud, as: format, encoding: encoding)
      }
    }
  }

  @Test func `files are written whole and found by their ending`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.pcd")
    try PointCloudFile.write(Self.rich(), path: path)
    expectEqual(try PointCloudFile.read(path: path).cloud, Self.rich())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.pcd"])
    #expect(throws: CloudFileError.self) {
      try PointCloudFile.write(Self.rich(), path: folder.file("a.doc"))
    }
    #expect(throws: CloudFileError.self) {
      try PointCloudFile.write(Self.rich(), path: folder.file("none/a.pcd"))
    }
  }

  @Test func `directories, links to nothing and loops are named as such`() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.file("d.pcd"), withIntermediateDirectories: false)
    try manager.createSymbolicLink(
      atPath: folder.file("loop.pcd"), withDestinationPath: "loop.pcd")
    try manager.createSymbolicLink(
      atPath: folder.file("gone.pcd"), withDestinationPath: "nowhere.pcd")
    for (name, words) in [
      ("d.pcd", "directory"), ("loop.pcd", "symbolic links"), ("gone.pcd", "No such file"),
      ("missing.pcd", "No such file"),
    ] {
      let error = #expect(throws: CloudFileError.self) {
        try PointCloudFile.read(path: folder.file(name))
      }
      #expect(error?.problem.contains(words) == true, "\(name): \(error?.problem ?? "")")
    }
  }

  @Test(arguments: [
    ("a/b.PCD", CloudFormat.pcd), ("b.ply", .ply), ("000001.bin", .kittiBin), ("x.xyzrgb", .xyz),
    ("n.pcd.bin", nil), ("pcd", nil), ("a.png", nil),
  ])
  func `the name tells the format where the content does not`(name: String, format: CloudFormat?) {
    #expect(CloudFormat.detect([1, 2, 3], fileName: name) == format)
  }

  @Test(
    .enabled(if: SharedData.isPresent, "no recordings"),
    arguments: [
      ("bun0.pcd", 397, 0, ["curvature", "normal"]), ("bun4.pcd", 361, 0, []),
      ("bunny.pcd", 397, 0, []), ("sac_plane_test.pcd", 3283, 0, ["curvature", "normal"]),
      ("colored_cloud.pcd", 1000, 0, ["color", "curvature", "normal"]),
      ("open3d/cloud_bin_0.pcd", nil, 0, nil), ("milk.pcd", 13704, 0, []),
      ("cturtle.pcd", 167198, 0, ["intensity"]), ("car6.pcd", 10031, 0, []),
      ("milk_cartoon_all_small_clorox.pcd", 307200, nil, ["alpha", "color"]),
    ] as [(String, Int?, Int?, [String]?)])
  func `the recordings are read without a problem`(
    name: String, count: Int?, invalid: Int?, attributes: [String]?
  ) throws {
    let reading = try PointCloudFile.read(path: SharedData.path("pcd/" + name))
    #expect(reading.problems == [])
    if let count { #expect(reading.cloud.count == count) }
    if let invalid { #expect(reading.cloud.invalidCount == invalid) }
    if let attributes { #expect(reading.cloud.attributes.keys.sorted() == attributes) }
  }
}

/// Equal positions and attributes, bit for bit except that NaN equals NaN.
func expectEqual(
  _ left: PointCloud, _ right: PointCloud, sourceLocation: SourceLocation = #_sourceLocation
) {
  func bits(_ tensor: Tensor) -> [UInt8] { tensor.withUnsafeBytes { Array($0) } }
  #expect(left.count == right.count, sourceLocation: sourceLocation)
  #expect(bits(left.positions) == bits(right.positions), sourceLocation: sourceLocation)
  #expect(
    left.attributes.keys.sorted() == right.attributes.keys.sorted(), sourceLocation: sourceLocation)
  for (name, values) in left.attributes {
    guard let other = right.attributes[name] else { continue }
    #expect(values.shape == other.shape, "\(name)", sourceLocation: sourceLocation)
    #expect(values.elementType == other.elementType, "\(name)", sourceLocation: sourceLocation)
    #expect(bits(values) == bits(other), "\(name)", sourceLocation: sourceLocation)
  }
}
