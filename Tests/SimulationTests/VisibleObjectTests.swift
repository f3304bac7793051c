import Geometry
import Testing

@testable import Simulation

@Suite struct VisibleObjectTests {
  /// A cube of 2 m at 10 m before a camera that looks along x, and a wall before part of it.
  private func view(y: Double = 0, wall: ClosedRange<Float>? = nil) -> VisibleObject? {
    var table = MaterialTable()
    let plain = table.add(Material(base: Float3(0.5, 0.5, 0.5)))
    var content = SceneContent()
    var shape = SurfaceMesh()
    // Many small faces, so that rays meet it everywhere.
    for i in 0..<10 {
      for j in 0..<10 {
        shape.addBox(
          center: Float3(0, -0.9 + 0.2 * Float(i), -0.9 + 0.2 * Float(j)),
          size: Float3(2, 0.2, 0.2), material: plain)
      }
    }
    content.add("Car", shape, at: Pose(x: 11, y: y))
    var still = SurfaceMesh()
    if let wall {
      still.addQuad(
        Float3(9, wall.lowerBound, -5), Float3(9, wall.upperBound, -5),
        Float3(9, wall.upperBound, 5), Float3(9, wall.lowerBound, 5), material: plain)
    }
    let camera = CameraModel(
      width: 201, height: 101, focalLength: [200, 200], principalPoint: [100, 50])
    let snapshot = SceneSnapshot(
      still: BoundingVolumeHierarchy(still), moving: BoundingVolumeHierarchy(content.mesh),
      materials: table.materials, lighting: RoomWorld(RoomContents(), seed: 1).lighting)
    return ObjectViewer(
      snapshot: snapshot, objects: content.objects, camera: camera,
      worldFromCamera: Mounting.vehicleFromOptical([0, 0, 0], yawDegrees: 0, downDegrees: 0)
    ).objectsInImage().first
  }

  @Test func `a box in the middle is seen whole`() throws {
    let seen = try #require(view())
    // The near face at 10 m: 200 / 10 pixels a metre.
    #expect(abs(seen.box.x1 - 80) < 1e-3 && abs(seen.box.x2 - 120) < 1e-3)
    #expect(abs(seen.box.y1 - 30) < 1e-3 && abs(seen.box.y2 - 70) < 1e-3)
    #expect(seen.truncated == 0 && seen.visible == 1 && seen.occluded == 0)
  }

  @Test func `what reaches over the image's edge is truncated`() throws {
    // Near face from 3.5 to 5.5 m on the left: columns -10 to 30; the far face ends at 41.67.
    let seen = try #require(view(y: 4.5))
    #expect(seen.box.x1 == 0)
    let right = 100 - 200 * 3.5 / 12
    #expect(abs(seen.box.x2 - right) < 1e-3)
    #expect(abs(seen.truncated - 10 / (right + 10)) < 1e-3)
    #expect(view(y: 9) == nil)
  }

  @Test(
    arguments: [
      (-5...5, 0.0, 3), (0...5, 0.5, 1), (-0.6...5, 0.2, 2), (0.8...5, 0.95, 0),
    ] as [(ClosedRange<Float>, Double, Int)])
  func `a wall before it hides a share`(wall: ClosedRange<Float>, share: Double, degree: Int)
    throws
  {
    let seen = try #require(view(wall: wall))
    #expect(abs(seen.visible - share) < 0.12)
    if degree != 1 { #expect(seen.occluded == degree) }
    #expect(seen.truncated == 0)
  }
}
