import Geometry
import Testing

@testable import Reports

struct CameraProjectionTests {
  private static let plain = CameraModel(
    width: 640, height: 480, focalLength: Vector2(500, 510), principalPoint: Vector2(320, 240),
    skew: 0)

  @Test func `a point on the axis falls on the principal point`() {
    let pixel = CameraProjection(Self.plain).pixel(Vector3(0, 0, 3))
    #expect(pixel == Vector2(320, 240))
  }

  @Test func `points at or behind the camera have no pixel`() {
    let projection = CameraProjection(Self.plain)
    #expect(projection.pixel(Vector3(1, 1, 0)) == nil)
    #expect(projection.pixel(Vector3(1, 1, -2)) == nil)
    #expect(projection.pixel(Vector3(.nan, 1, 2)) == nil)
  }

  /// cv2.projectPoints of OpenCV 4.6, no rotation or translation, K = [[500 0 320] [0 510 240] [0 0 1]]:
  /// `cv2.projectPoints(np.array([[0.4,-0.3,1.5]]), 0, 0, K, D)`; fisheye: `cv2.fisheye.projectPoints`.
  @Test(arguments: [
    (
      Distortion.brownConrady([-0.28, 0.07, 0.001, -0.0005, 0]),
      Vector2(449.1837448559671, 141.20985185185185)
    ),
    (
      Distortion.brownConrady([0.2, -0.1, 0.001, 0.002, 0.03, 0.1, 0.02, -0.01]),
      Vector2(454.81011569709875, 137.01192815838613)
    ),
    (
      Distortion.fisheye([0.02, -0.01, 0.003, -0.001]),
      Vector2(448.9533121549837, 141.35071620143748)
    ),
  ])
  func `distorted pixels agree with OpenCV`(distortion: Distortion, expected: Vector2) throws {
    var camera = Self.plain
    camera.distortion = distortion
    let pixel = try #require(CameraProjection(camera).pixel(Vector3(0.4, -0.3, 1.5)))
    #expect(abs(pixel.x - expected.x) < 1e-9 && abs(pixel.y - expected.y) < 1e-9)
  }

  @Test func `far outside the picture a folded polynomial gives no pixel`() {
    var camera = Self.plain
    camera.distortion = .brownConrady([-0.3, 0, 0, 0, 0])
    let projection = CameraProjection(camera)
    #expect(projection.pixel(Vector3(0.5, 0, 1)) != nil)
    // x (1 - 0.3 x^2) stops growing at x = 1.054.
    #expect(projection.pixel(Vector3(1.2, 0, 1)) == nil)
  }

  @Test func `a segment is cut at the near plane at the right place`() throws {
    let (a, b) = try #require(
      CameraProjection.clipped(Vector3(0, 0, -1), Vector3(4, 2, 3), nearest: 1))
    #expect(a == Vector3(2, 1, 1))
    #expect(b == Vector3(4, 2, 3))
    #expect(CameraProjection.clipped(Vector3(0, 0, -1), Vector3(1, 1, 0.5), nearest: 1) == nil)
  }

  @Test func `a line that reaches behind the camera stays on its own side`() {
    // A lane marking that runs beside the camera: every pixel of it is right of the centre and below it.
    let path = CameraProjection(Self.plain).path(from: Vector3(1, 1, -20), to: Vector3(1, 1, 50))
    #expect(path.count == 1)
    #expect(path.flatMap { $0 }.allSatisfy { $0.x > 320 && $0.y > 240 })
  }
}
