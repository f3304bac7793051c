import Foundation
import Geometry
import PointClouds
import TestSupport
import Tensors
import Testing

struct RegisterTests {
  /// A corner of a room, seen twice: `shift` apart.
  private static func write(_ path: String, shift: Vector3, walls: Int = 3) throws {
    var generator = SeededGenerator(seed: 5)
    var points: [Float] = []
    for i in 0..<3000 {
      let (u, v) = (4 * generator.uniform(), 4 * generator.uniform())
      let p =
        switch i % walls {
        case 0: Vector3(u, v, 0)
        case 1: Vector3(0, u, v)
        default: Vector3(u, 0, v)
        }
      for axis in 0..<3 { points.append(Float(p[axis] - shift[axis])) }
    }
    try PointCloudFile.write(
      PointCloud(positions: Tensor(points, shape: [3000, 3])), path: path)
  }

  private static func translation(_ json: String) throws -> [Double] {
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    return object?["translation"] as? [Double] ?? []
  }

  @Test(arguments: ["gicp", "plane", "icp"])
  func `a shifted copy is found, and its pose starts the next search`(method: String) throws {
    let folder = try TemporaryFolder()
    let (a, b) = (folder.file("a.pcd"), folder.file("b.ply"))
    try Self.write(a, shift: Vector3(0.08, -0.05, 0.03))
    try Self.write(b, shift: .zero)
    let pose = folder.file("pose.txt")
    let first = try Tool.run(["register", a, b, "--method", method, "--json", "--out", pose])
    #expect(first.status == 0, "\(first.messages)")
    let t = try Self.translation(first.output)
    #expect(
      t.count == 3 && abs(t[0] - 0.08) < 1e-3 && abs(t[1] + 0.05) < 1e-3 && abs(t[2] - 0.03) < 1e-3)
    let moved = folder.file("moved.ply")
    let second = try Tool.run([
      "register", a, b, "--method", method, "--initial", pose, "--out", moved,
    ])
    #expect(second.status == 0)
    #expect(second.output.hasPrefix("target_from_source\n"))
    #expect(second.output.contains("converged"))
    let distances = try PointCloudFile.read(path: moved).cloud
      .nearestDistances(to: PointCloudFile.read(path: b).cloud)
    #expect((distances.max() ?? 1) < 2e-3)
    let again = try Tool.run(["register", a, b, "--method", method, "--json", "--threads", "3"])
    #expect(again.output == first.output)
  }

  @Test func `what cannot be aligned is refused with the reason`() throws {
    let folder = try TemporaryFolder()
    let (floor, corner, far) = (
      folder.file("floor.pcd"), folder.file("corner.pcd"), folder.file("far.pcd")
    )
    try Self.write(floor, shift: .zero, walls: 1)
    try Self.write(corner, shift: .zero)
    try Self.write(far, shift: Vector3(50, 0, 0))
    let open = try Tool.run("register", floor, floor)
    #expect(open.status == 1)
    #expect(open.messages.contains("the clouds' shape leaves open: "))
    #expect(open.messages.contains("translation along ("))
    let apart = try Tool.run("register", far, corner)
    #expect(apart.status == 1)
    #expect(apart.messages.contains("0 source points have a target point within 1.0 m"))
  }

  @Test func `wrong usage and files that are no poses or clouds`() throws {
    let folder = try TemporaryFolder()
    let (corner, pose) = (folder.file("corner.pcd"), folder.file("pose.txt"))
    try Self.write(corner, shift: .zero)
    for (arguments, status, message) in [
      (["register", corner], 2, "TARGET is missing"),
      (["register", corner, corner, "--method", "ndt"], 2, "takes gicp, plane or icp, not 'ndt'"),
      (["register", corner, corner, "--kernel", "cauchy"], 2, "not 'cauchy'"),
      (["register", corner, corner, "--voxel", "0"], 2, "takes a number above 0"),
      (["register", corner, corner, "--out", "moved.xyy"], 2, "names no cloud format"),
      (["register", corner, folder.file("absent.pcd")], 5, "absent.pcd"),
      (["register", corner, corner, "--initial", folder.file("absent.txt")], 5, "no such file"),
    ] as [([String], Int32, String)] {
      let result = try Tool.run(arguments)
      #expect(result.status == status)
      #expect(result.messages.contains(message), "\(result.messages)")
      #expect(result.output.isEmpty)
    }
    for text in ["1 2 3", "1 0 0 0 0 1 0 0 0 0 2 0", "1 0 0 x 0 1 0 0 0 0 1 0", ""] {
      try text.write(toFile: pose, atomically: true, encoding: .utf8)
      #expect(try Tool.run("register", corner, corner, "--initial", pose).status == 5)
    }
  }
}
