import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct NumPyCloudFileTests {
  private static let positions = (0..<4).flatMap { [Float($0) + 0.5, -Float($0), 10 * Float($0)] }

  private func read(_ bytes: [UInt8]) throws -> PointCloud {
    let reading = try PointCloudFile.read(bytes, as: .npy, named: "a.npy")
    #expect(reading.problems.isEmpty)
    return reading.cloud
  }

  @Test func `fields of a structured array become attributes of their types`() throws {
    #expect(CloudFormat.detect(NumPyReferenceFiles.fields, fileName: "") == .npy)
    let cloud = try read(NumPyReferenceFiles.fields)
    #expect(cloud.positions.array() == Self.positions)
    #expect(cloud.attributes["intensity"]?.array() == [0, 50, 100, 150] as [Float])
    #expect(cloud.attributes["ring"]?.array() == [1000, 1001, 1002, 1003] as [Int32])
    #expect(cloud.attributes["time"]?.array() == (0..<4).map { Double($0) / 3 })
  }

  @Test func `padding, a field of three coordinates and big-endian integers are read`() throws {
    let cloud = try read(NumPyReferenceFiles.padded)
    #expect(cloud.positions.array() == Self.positions)
    #expect(cloud.attributes.keys.sorted() == ["label"])
    #expect(cloud.attributes["label"]?.array() == [0, -1, -2, -3] as [Int32])
  }

  @Test func `Fortran order, big-endian and half-precision numbers, and grids are read`() throws {
    #expect(try read(NumPyReferenceFiles.fortran).positions.array() == Self.positions)
    #expect(try read(NumPyReferenceFiles.half).positions.array() == Self.positions)
    let wide = try read(NumPyReferenceFiles.bigEndian)
    #expect(wide.positions.array() == Self.positions)
    #expect(
      wide.attributes["intensity"]?.array() == (0..<4).map { (Float($0) + 0.5) / 4 })
    let organised = try read(NumPyReferenceFiles.organised)
    #expect(organised.positions.array() == Self.positions)
    #expect(organised.grid?.rows == 2 && organised.grid?.columns == 2)
  }

  @Test func `a round trip keeps every value, numbers in lists as lists`() throws {
    let cloud = PointCloudFileTests.rich()
    let bytes = try PointCloudFile.encode(cloud, as: .npy)
    expectEqual(try read(bytes), cloud)
    #expect(bytes.count % 64 == (cloud.count * 59) % 64)
    var grid = PointCloud(positions: cloud.positions, grid: (rows: 2, columns: 3))
    expectEqual(try read(PointCloudFile.encode(grid, as: .npy)), grid)
    grid = PointCloud(positions: Tensor([Float](), shape: [0, 3]))
    #expect(try read(PointCloudFile.encode(grid, as: .npy)).count == 0)
  }

  @Test func `arrays that are no clouds are refused with a remedy`() throws {
    func array(_ descr: String, _ shape: [Int], _ count: Int) -> [UInt8] {
      NumPyHeader.bytes(descr: descr, shape: shape) + [UInt8](repeating: 0, count: count)
    }
    for (bytes, words) in [
      (NumPyReferenceFiles.objects, "Python objects"),
      (array("'<f4'", [3, 100], 1200), ""), (array("'<f4'", [3, 9999], 12), "array.T"),
      (array("'<f4'", [7], 28), "[N, 3]"), (array("'<f4'", [1, 1, 2, 3], 24), "reshape"),
      (array("'<c8'", [2, 3], 48), "integers or floats"), (array("'<U4'", [2, 3], 96), "'<U4'"),
      (array("[('x', '<f4'), ('y', '<f4')]", [2], 16), "no position"),
      (array("[('p', [('x', '<f4')])]", [2], 8), "flat"),
      (array("'<f4'", [1 << 40, 1 << 40], 0), "not possible"),
      (array("'<f4'", [1 << 40, 3], 8), "truncated"), (array("[]", [4], 0), "no bytes"),
      ([], "empty"), (Array("NUMPY".utf8), "does not start"),
    ] where !words.isEmpty {
      let error = #expect(throws: CloudFileError.self) {
        try PointCloudFile.read(bytes, as: .npy, named: "a.npy")
      }
      #expect(error?.problem.contains(words) == true, "\(words): \(error?.description ?? "")")
    }
  }

  @Test func `whole points of a truncated array are saved`() throws {
    let bytes = try PointCloudFile.encode(PointCloudFileTests.rich(), as: .npy)
    let reading = try PointCloudFile.read(Array(bytes.dropLast(70)), as: .npy, named: "a.npy")
    #expect(reading.cloud.count == 4)
    #expect(reading.problems == ["truncated: 284 bytes of data hold 4 of 6 points"])
  }
}
