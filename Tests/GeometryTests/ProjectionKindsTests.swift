import Foundation
import TestSupport
import Testing

@testable import Geometry

@Suite struct ProjectionKindsTests {
  @Test func `parallel lines meet at infinity, others where they cross`() {
    let down = HomogeneousLine(through: .init([1, 0]), .init([1, 5]))
    let across = HomogeneousLine(through: .init([0, 2]), .init(direction: [1, 0]))
    #expect(HomogeneousPoint(on: down, across).point == [1, 2])
    let other = HomogeneousLine(through: .init([3, 0]), .init([3, 1]))
    let meeting = HomogeneousPoint(on: down, other)
    #expect(meeting.point == nil && meeting.isSame(as: .init(direction: [0, -2])))
    #expect(HomogeneousLine.infinity.contains(meeting) && !across.contains(meeting))
    #expect(abs(abs(across.distance(to: [5, 3])) - 1) < 1e-15)
    #expect(across.contains(.init([77, 2])))
  }

  @Test func `a direction turns with a pose and does not move`() {
    let pose = Pose(
      rotation: Quaternion(angle: .pi / 2, axis: [0, 0, 1]), translation: [1, 2, 3])
    let point = pose * HomogeneousSpacePoint([1, 0, 0])
    #expect(point.point.map { ($0 - [1, 3, 3]).length < 1e-15 } == true)
    let direction = pose * HomogeneousSpacePoint(direction: [1, 0, 0])
    #expect(direction.point == nil && abs(direction.coordinates.y - 1) < 1e-15)
  }

  static let camera = CameraModel(
    width: 640, height: 480, focalLength: [500, 510], principalPoint: [320, 240])

  @Test func `weak perspective is exact at its depth and off by offset times relative depth`()
    throws
  {
    let points: [Vector3] = [[0.1, -0.2, 4], [0.3, 0.1, 6]]
    let weak = try #require(WeakPerspectiveCamera(approximating: Self.camera, for: points))
    #expect(weak.referenceDepth == 5)
    let at = Vector3(0.4, 0.3, 5)
    let pixel = try #require(Self.camera.project(at))
    #expect(abs(weak.project(at).x - pixel.x) < 1e-12 && weak.error(at: at) == 0)
    for point in points {
      let perspective = try #require(Self.camera.project(point))
      let off = weak.project(point) - perspective
      let length = (off * off).sum().squareRoot()
      #expect(abs(length - (weak.error(at: point) ?? 0)) < 1e-12)
      let fromCentre = perspective - [320, 240]
      let expected = (fromCentre * fromCentre).sum().squareRoot() * abs(point.z - 5) / 5
      #expect(abs(length - expected) < 1e-12)
    }
    #expect(WeakPerspectiveCamera(approximating: Self.camera, for: [[0, 0, -1]]) == nil)
    #expect(weak.error(at: [0, 0, -1]) == nil)
  }

  @Test func `orthographic projection forgets depth and comes back with it`() {
    let camera = OrthographicCamera(scale: [100, 50], principalPoint: [10, 20])
    #expect(camera.project([1, 2, 3]) == [110, 120])
    #expect(camera.project([1, 2, -300]) == [110, 120])
    #expect(camera.unproject([110, 120], depth: 7) == [1, 2, 7])
  }

  static func shape(_ distortion: Distortion) -> RadialDistortion {
    var camera = camera
    camera.distortion = distortion
    return camera.radialDistortion
  }

  @Test func `barrel and pincushion follow the sign of the radial displacement`() {
    #expect(
      Self.shape(.none)
        == RadialDistortion(
          shape: .none, percentAtCorner: 0, percentRange: 0...0))
    let barrel = Self.shape(.brownConrady([-0.2, 0, 0, 0, 0]))
    #expect(barrel.shape == .barrel && barrel.percentAtCorner < -5)
    #expect(barrel.percentRange.upperBound == 0)
    #expect(Self.shape(.brownConrady([0.1, 0, 0, 0, 0])).shape == .pincushion)
    #expect(Self.shape(.brownConrady([-0.3, 0.9, 0, 0, 0])).shape == .moustache)
    // An equidistant lens against the tangent.
    #expect(Self.shape(.fisheye([0, 0, 0, 0])).shape == .barrel)
    // The tangential part alone is neither.
    #expect(Self.shape(.brownConrady([0, 0, 0.01, 0.01, 0])).shape == .none)
  }

  @Test func `the corner's per cent are those of the formula`() throws {
    var camera = Self.camera
    camera.distortion = .brownConrady([-0.1, 0, 0, 0, 0])
    let ideal = try #require(camera.undistort([-320.0 / 500, -240.0 / 510]))
    let expected = 100 * -0.1 * (ideal * ideal).sum()
    #expect(abs(camera.radialDistortion.percentAtCorner - expected) < 1e-9)
    var fisheye = Self.camera
    fisheye.distortion = .fisheye([0, 0, 0, 0])
    let angle = (320.0 * 320 / 250_000 + 240.0 * 240 / 260_100).squareRoot()
    let percent = 100 * (angle / tan(angle) - 1)
    #expect(abs(fisheye.radialDistortion.percentAtCorner - percent) < 1e-9)
  }

  @Test func `depth's deviation has the parts of focal length, baseline and disparity`() {
    let rig = StereoRig(
      left: Self.camera, right: Self.camera,
      rightFromLeft: Pose(rotation: .identity, translation: [-0.1, 0, 0]))
    let focal = StereoUncertainty(focalLength: 5, baseline: 0, disparityOffset: 0)
    #expect(abs(focal.depthStandardDeviation(at: 10, of: rig) - 0.1) < 1e-15)
    let baseline = StereoUncertainty(focalLength: 0, baseline: 0.001, disparityOffset: 0)
    #expect(abs(baseline.depthStandardDeviation(at: 10, of: rig) - 0.1) < 1e-15)
    // Z² / (f B) per pixel.
    let offset = StereoUncertainty(focalLength: 0, baseline: 0, disparityOffset: 0.3)
    #expect(abs(offset.depthStandardDeviation(at: 10, of: rig) - 0.6) < 1e-12)
    #expect(abs(offset.depthStandardDeviation(at: 10, of: rig, matching: 0.4) - 1) < 1e-12)
    // Fully anticorrelated errors of equal size cancel.
    let both = StereoUncertainty(
      focalLength: 5, baseline: 0.001, disparityOffset: 0, correlations: [-1, 0, 0])
    #expect(both.depthStandardDeviation(at: 10, of: rig) < 1e-9)
    let half = both.scaled(by: 0.5)
    #expect(half.focalLength == 2.5 && half.baseline == 0.001)
  }
}
