import Foundation
import Testing

@testable import Geometry

struct Box3DTests {
  private let box = Box3D(center: Vector3(10, 5, 1), size: Vector3(4, 2, 1.5), yaw: .pi / 2)

  @Test func `corners start at front left and go counter-clockwise, bottom first`() {
    let flat = Box3D(center: .zero, size: Vector3(4, 2, 1), yaw: 0)
    #expect(
      flat.corners == [
        Vector3(2, 1, -0.5), Vector3(-2, 1, -0.5), Vector3(-2, -1, -0.5), Vector3(2, -1, -0.5),
        Vector3(2, 1, 0.5), Vector3(-2, 1, 0.5), Vector3(-2, -1, 0.5), Vector3(2, -1, 0.5),
      ])
    expectNear(box.corners[0], Vector3(9, 7, 0.25))
  }

  @Test func `a turned box holds what lies along its heading`() {
    #expect(box.contains(Vector3(10, 6.9, 1)) && !box.contains(Vector3(11.5, 5, 1)))
    #expect(box.contains(Vector3(10, 5, 1.75)) && !box.contains(Vector3(10, 5, 1.76)))
    for corner in box.corners {
      #expect(box.contains(box.center + (corner - box.center) * 0.999))
      #expect(!box.contains(box.center + (corner - box.center) * 1.001))
    }
  }

  @Test func `local coordinates of the front are half the length`() {
    expectNear(box.local(Vector3(10, 7, 1)), Vector3(2, 0, 0))
  }

  @Test func `ground distance leaves height out`() {
    let other = Box3D(center: Vector3(13, 9, 40), size: .zero, yaw: 0)
    #expect(box.groundDistance(to: other) == 5)
  }
}

struct PlaneTests {
  @Test func `distances are signed and the equation is scaled`() {
    let plane = Plane(normal: Vector3(0, 0, 2), offset: -3)
    #expect(plane.signedDistance(to: Vector3(7, 7, 2)) == 0.5)
    #expect(plane.flipped.signedDistance(to: Vector3(7, 7, 2)) == -0.5)
    let through = Plane(through: Vector3(1, 1, 1), normal: Vector3(1, 1, 1))
    #expect(abs(through.signedDistance(to: .zero) + 3.0.squareRoot()) < 1e-15)
  }
}

struct CameraModelTests {
  @Test func `scaling keeps pixel centres at integers`() {
    let camera = CameraModel(
      width: 640, height: 480, focalLength: Vector2(500, 510),
      principalPoint: Vector2(319.5, 239.5),
      skew: 2)
    let half = camera.scaled(toWidth: 320, height: 240)
    #expect(half.principalPoint == Vector2(159.5, 119.5))
    #expect(half.focalLength == Vector2(250, 255) && half.skew == 1)
    #expect(half.scaled(toWidth: 640, height: 480) == camera)
    #expect(camera.matrix.elements == [500, 2, 319.5, 0, 510, 239.5, 0, 0, 1])
  }
}
