import Geometry
import Testing

@testable import Reports

struct CameraModelSegmentsTests {
  private static let plain = CameraModel(
    width: 640, height: 480, focalLength: Vector2(500, 510), principalPoint: Vector2(320, 240),
    skew: 0)

  @Test func `a segment is cut at the near plane at the right place`() throws {
    let (a, b) = try #require(
      CameraModel.clipped(Vector3(0, 0, -1), Vector3(4, 2, 3), nearest: 1))
    #expect(a == Vector3(2, 1, 1))
    #expect(b == Vector3(4, 2, 3))
    #expect(CameraModel.clipped(Vector3(0, 0, -1), Vector3(1, 1, 0.5), nearest: 1) == nil)
  }

  @Test func `a line that reaches behind the camera stays on its own side`() {
    // A lane marking that runs beside the camera: every pixel of it is right of the centre and below it.
    let path = Self.plain.path(from: Vector3(1, 1, -20), to: Vector3(1, 1, 50))
    #expect(path.count == 1)
    #expect(path.flatMap { $0 }.allSatisfy { $0.x > 320 && $0.y > 240 })
  }

  @Test func `a line bends with the lens and stops where the lens model folds back`() throws {
    var camera = Self.plain
    // r (1 - 0.3 r^2) stops growing at r = 1.054.
    camera.distortion = .brownConrady([-0.3, 0, 0, 0, 0])
    let bent = camera.path(from: Vector3(-0.8, 0.5, 1), to: Vector3(0.8, 0.5, 1))
    #expect(bent.map(\.count) == [17])
    let (side, middle) = (try #require(bent.first?.first), try #require(bent.first?[8]))
    // At (-0.8, 0.5) and (0, 0.5) the radial factor is 1 - 0.3 * 0.89 and 1 - 0.3 * 0.25.
    #expect(abs(side.y - (240 + 510 * 0.5 * 0.733)) < 1e-9)
    #expect(abs(middle.y - (240 + 510 * 0.5 * 0.925)) < 1e-9)
    let cut = camera.path(from: Vector3(-2, 0, 1), to: Vector3(2, 0, 1))
    #expect(cut.map(\.count) == [9])
    #expect(camera.path(from: Vector3(1.2, 0, 1), to: Vector3(2, 0, 1)).isEmpty)
  }
}
