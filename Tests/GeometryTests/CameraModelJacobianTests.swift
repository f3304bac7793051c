import Foundation
import Testing

@testable import Geometry

struct CameraModelJacobianTests {
  static let cameras: [CameraModel] = [
    camera(.none), camera(.brownConrady([-0.28, 0.07, 0.0011, -0.0004, 0.05])),
    camera(.brownConrady([0.4, -0.3, -0.002, 0.0015, 0.1, 0.3, -0.1, 0.02])),
    camera(.fisheye([-0.02, 0.01, -0.004, 0.0006])),
  ]

  static func camera(_ distortion: Distortion) -> CameraModel {
    CameraModel(
      width: 640, height: 480, focalLength: Vector2(533, 527), principalPoint: Vector2(342, 234),
      skew: 1.5, distortion: distortion)
  }

  static let points = [
    Vector3(0.3, -0.2, 1.1), Vector3(-0.4, 0.35, 0.9), Vector3(0.02, 0.01, 2), Vector3(0, 0.5, 1.4),
    Vector3(-0.6, -0.5, 1.2), Vector3(1e-3, -2e-3, 3),
  ]

  /// Pixel coordinate as a function of one number, differentiated by Richardson's extrapolation of central differences.
  private func derivative(at x: Double, step: Double, _ f: (Double) -> Double) -> Double {
    func central(_ h: Double) -> Double { (f(x + h) - f(x - h)) / (2 * h) }
    return (4 * central(step / 2) - central(step)) / 3
  }

  @Test(arguments: cameras)
  func `derivatives by the point and by all parameters agree with finite differences`(
    _ camera: CameraModel
  ) throws {
    for point in Self.points {
      let jacobian = try #require(camera.projectWithJacobian(point))
      let expected = try #require(camera.project(point))
      #expect((jacobian.pixel - expected).max() < 1e-10)
      #expect((jacobian.pixel - expected).min() > -1e-10)
      for side in 0..<2 {
        let row = side == 0 ? jacobian.point.u : jacobian.point.v
        for axis in 0..<3 {
          let numeric = derivative(at: point[axis], step: 1e-3 * point.z) {
            var moved = point
            moved[axis] = $0
            return camera.project(moved)?[side] ?? .nan
          }
          #expect(abs(row[axis] - numeric) <= 1e-6 * max(row.length, 1))
        }
        let all = side == 0 ? jacobian.parameters.u : jacobian.parameters.v
        for place in all.indices {
          let values = camera.parameters
          let numeric = derivative(at: values[place], step: 1e-3 * max(1, abs(values[place]))) {
            var moved = values
            moved[place] = $0
            let other = CameraModel(width: 640, height: 480, lens: camera.lens, parameters: moved)
            return other.project(point)?[side] ?? .nan
          }
          #expect(abs(all[place] - numeric) <= 1e-6 * max(abs(numeric), 1))
        }
      }
    }
  }

  @Test func `close to the axis a fisheye's derivatives join without a step`() throws {
    let camera = try #require(Self.cameras.last)
    let inside = try #require(camera.projectWithJacobian(Vector3(0.99e-4, 0, 1)))
    let outside = try #require(camera.projectWithJacobian(Vector3(1.01e-4, 0, 1)))
    for axis in 0..<3 {
      #expect(abs(inside.point.u[axis] - outside.point.u[axis]) < 2e-3)
      #expect(abs(inside.point.v[axis] - outside.point.v[axis]) < 2e-3)
    }
    let centre = try #require(camera.projectWithJacobian(Vector3(0, 0, 2)))
    #expect(centre.pixel == Vector2(342, 234))
    #expect(abs(centre.point.u.x - 533.0 / 2) < 1e-12 && abs(centre.point.u.y - 0.75) < 1e-12)
  }

  @Test func `where nothing is projected there is no derivative`() {
    for camera in Self.cameras.dropLast() {
      #expect(camera.projectWithJacobian(Vector3(0.1, 0.1, -1)) == nil)
      #expect(camera.projectWithJacobian(Vector3(0.1, 0.1, 0)) == nil)
    }
    #expect(Self.cameras[3].projectWithJacobian(.zero) == nil)
  }

  @Test(arguments: cameras)
  func `parameters and back give the same camera`(_ camera: CameraModel) {
    let lens = camera.lens
    #expect(camera.parameters.count == lens.parameterNames.count)
    let back = CameraModel(width: 640, height: 480, lens: lens, parameters: camera.parameters)
    #expect(back == camera)
  }
}
