import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

/// Sound files with bytes changed, inserted, doubled and cut away: whatever comes, readers neither trap nor swell nor hang.
struct MutationTests {
  private static let countPerFile = 1500

  /// Bytes that mean something in many formats.
  private static let telling: [UInt8] = [0, 255, 127, 128, 45, 46, 47, 10, 32]

  private static func mutated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var result = bytes
    for _ in 0...generator.uniform(below: 4) {
      guard !result.isEmpty else { break }
      let place = generator.uniform(below: result.count)
      switch generator.uniform(below: 8) {
      case 0: result.removeSubrange(place...)
      case 1:
        let end = min(result.count, place + 1 + generator.uniform(below: 16))
        result.removeSubrange(place..<end)
      case 2:
        let digits = (0...generator.uniform(below: 12)).map { _ in
          UInt8(48 + generator.uniform(below: 10))
        }
        result.insert(contentsOf: digits, at: place)
      case 3:
        let end = min(result.count, place + 1 + generator.uniform(below: 64))
        result.insert(contentsOf: result[place..<end], at: place)
      case 4: result[place] = telling[generator.uniform(below: telling.count)]
      default: result[place] = UInt8(generator.uniform(below: 256))
      }
    }
    return result
  }

  static let clouds: [(CloudFormat, CloudEncoding)] = [
    (.pcd, .ascii), (.pcd, .binary), (.pcd, .binaryCompressed), (.ply, .ascii), (.ply, .binary),
    (.ply, .binaryBigEndian), (.npy, .binary), (.xyz, .ascii), (.kittiBin, .binary),
  ]

  @Test(arguments: clouds)
  func `damaged clouds are refused or read in part`(format: CloudFormat, encoding: CloudEncoding)
    throws
  {
    var generator = SeededGenerator(seed: 11)
    let bytes = try PointCloudFile.encode(
      PointCloudFileTests.rich(count: 9), as: format, encoding: encoding)
    for _ in 0..<Self.countPerFile {
      let file = Self.mutated(bytes, &generator)
      guard let reading = try? PointCloudFile.read(file, as: format, named: "m") else { continue }
      #expect(reading.cloud.count <= file.count)
    }
  }

  @Test func `damaged arrays of NumPy are refused or read in part`() {
    var generator = SeededGenerator(seed: 12)
    for bytes in [
      NumPyReferenceFiles.fields, NumPyReferenceFiles.padded, NumPyReferenceFiles.fortran,
      NumPyReferenceFiles.organised, NumPyReferenceFiles.half, NumPyReferenceFiles.bigEndian,
    ] {
      for _ in 0..<Self.countPerFile / 2 {
        let file = Self.mutated(bytes, &generator)
        guard let reading = try? PointCloudFile.read(file, as: .npy, named: "m") else { continue }
        #expect(reading.cloud.count <= file.count)
      }
    }
  }

  static let meshes: [(MeshFormat, CloudEncoding)] = [
    (.obj, .ascii), (.off, .ascii), (.stl, .ascii), (.stl, .binary), (.ply, .ascii),
    (.ply, .binary), (.ply, .binaryBigEndian),
  ]

  @Test(arguments: meshes)
  func `damaged meshes are refused or read in part`(format: MeshFormat, encoding: CloudEncoding)
    throws
  {
    var generator = SeededGenerator(seed: 13)
    let bytes = try MeshFile.encode(MeshSamples.house, as: format, encoding: encoding)
    for _ in 0..<Self.countPerFile {
      let file = Self.mutated(bytes, &generator)
      guard let reading = try? MeshFile.read(file, as: format, named: "m") else { continue }
      #expect(reading.mesh.vertexCount <= file.count)
      #expect(reading.mesh.triangleCount <= file.count)
      // What was read can be written and measured.
      _ = try? MeshFile.encode(reading.mesh, as: .obj)
      _ = reading.mesh.topology()
      _ = try? reading.mesh.sampledEvenly(count: 5, using: &generator)
      _ = reading.mesh.distances(to: MeshSamples.cube.vertexCloud())
    }
  }
}
