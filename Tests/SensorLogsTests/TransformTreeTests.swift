import Geometry
import SensorLogs
import Testing

struct TransformTreeTests {
  private static func pose(_ angle: Double, _ x: Double, _ y: Double) -> Pose {
    Pose(rotation: Quaternion(angle: angle, axis: Vector3(0, 0, 1)), translation: Vector3(x, y, 0))
  }

  private static let tree = TransformTree(
    FrameTransforms(edges: [
      .init(parent: "map", child: "base", parentFromChild: pose(.pi / 2, 10, 0)),
      .init(parent: "base", child: "lidar", parentFromChild: pose(0, 1, 0)),
      .init(parent: "base", child: "cam", parentFromChild: pose(0, 0, 2)),
    ]))

  private func near(_ a: Vector3, _ b: Vector3) -> Bool { (a - b).length < 1e-12 }

  @Test func `a chain is joined from child to root`() throws {
    let pose = try Self.tree.pose(of: "map", from: "lidar")
    // The LiDAR's origin: 1 m ahead of a base that looks along +y at (10, 0).
    #expect(near(pose * .zero, Vector3(10, 1, 0)))
    #expect(near(pose * Vector3(1, 0, 0), Vector3(10, 2, 0)))
  }

  @Test func `siblings are joined through their parent`() throws {
    let pose = try Self.tree.pose(of: "cam", from: "lidar")
    #expect(near(pose * .zero, Vector3(1, -2, 0)))
  }

  @Test(arguments: [("map", "lidar"), ("cam", "map"), ("lidar", "cam")])
  func `there and back is the identity`(a: String, b: String) throws {
    let round = try Self.tree.pose(of: a, from: b) * Self.tree.pose(of: b, from: a)
    #expect(near(round * Vector3(1, 2, 3), Vector3(1, 2, 3)))
  }

  @Test func `a frame joins itself even when unknown, with or without a slash`() throws {
    #expect(try Self.tree.pose(of: "x", from: "x") == .identity)
    #expect(try Self.tree.pose(of: "/base", from: "base") == .identity)
  }

  @Test func `a missing frame is an error that names both and what is known`() {
    do {
      _ = try Self.tree.pose(of: "cam", from: "radar")
      Issue.record("no error")
    } catch {
      #expect(
        "\(error)" == "no transform leads from frame 'radar' to frame 'cam'; "
          + "known frames: base, cam, lidar, map")
    }
  }

  @Test func `a later transform replaces the earlier one, and loops end`() throws {
    var tree = Self.tree
    tree.add(.init(parent: "base", child: "lidar", parentFromChild: Self.pose(0, 5, 0)))
    tree.add(.init(parent: "lidar", child: "cam", parentFromChild: Self.pose(0, 0, 0)))
    tree.add(.init(parent: "map", child: "map", parentFromChild: Self.pose(0, 1, 0)))
    #expect(near(try tree.pose(of: "base", from: "lidar") * .zero, Vector3(5, 0, 0)))
    #expect(throws: TransformError.self) { try tree.pose(of: "nowhere", from: "cam") }
  }
}
