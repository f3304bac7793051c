import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Calibration

/// A rig with known truth and the views that it takes.
struct StereoScene {
  static let target = CalibrationTarget.checkerboard(columns: 9, rows: 6, square: 0.025)
  var rig = StereoRig(
    left: CameraModel(
      width: 640, height: 480, focalLength: [533, 533.1], principalPoint: [330, 236],
      distortion: .brownConrady([-0.28, 0.06, 0.001, -0.0002, 0.08])),
    right: CameraModel(
      width: 640, height: 480, focalLength: [537.5, 537], principalPoint: [322, 245],
      distortion: .brownConrady([-0.29, 0.12, -0.0008, 0.0004, -0.05])),
    rightFromLeft: Pose(
      rotation: Quaternion(angle: 0.02, axis: [0.3, 0.8, -0.4]),
      translation: [-0.083, 0.001, -0.0005]))

  /// The target's poses, the same for every trial.
  static let poses: [Pose] = {
    var g = SeededGenerator(seed: 77)
    return (0..<12).map { number in
      let tilt = Quaternion(
        angle: 0.25 + 0.35 * g.uniform(), axis: [g.normal(), g.normal(), 0.4 * g.normal()])
      let z = 0.32 + 0.2 * g.uniform()
      let place = Vector3(
        z * (Double(number % 4) - 1.5) * 0.2, z * (Double(number / 4) - 1) * 0.2, z)
      return Pose(rotation: tilt, translation: place - tilt.rotate([0.1, 0.0625, 0]))
    }
  }()

  /// Pairs of views with noise; corners outside an image are missing.
  func views(noise: Double, seed: UInt64) -> (left: [TargetView], right: [TargetView]) {
    var g = SeededGenerator(seed: seed)
    let points = Self.target.points
    func view(_ camera: CameraModel, _ pose: Pose, _ name: String) -> TargetView {
      let corners = points.indices.compactMap { index -> TargetCorner? in
        let off = Vector2(g.normal(), g.normal()) * noise
        guard let pixel = camera.project(pose * points[index]),
          pixel.x > 0, pixel.y > 0, pixel.x < 639, pixel.y < 479
        else { return nil }
        return TargetCorner(index: index, position: pixel + off)
      }
      return TargetView(name: name, width: 640, height: 480, corners: corners)
    }
    let left = Self.poses.enumerated().map { view(rig.left, $1, "left\($0)") }
    let right = Self.poses.enumerated().map {
      view(rig.right, rig.rightFromLeft * $1, "right\($0)")
    }
    return (left, right)
  }

  /// Parameters in the order of the covariance.
  func parameters(_ rig: StereoRig) -> [Double] {
    func camera(_ camera: CameraModel) -> [Double] {
      let all = camera.parameters
      return Array(all[..<4]) + all[5...]
    }
    let turn = (rig.rightFromLeft.rotation * self.rig.rightFromLeft.rotation.inverse)
      .rotationVector
    let t = rig.rightFromLeft.translation
    return camera(rig.left) + camera(rig.right) + [turn.x, turn.y, turn.z, t.x, t.y, t.z]
  }
}

@Suite struct StereoEstimatorTests {
  static func set1() throws -> (left: [TargetView], right: [TargetView]) {
    struct File: Decodable {
      var size: [Int]
      var images: [String: [Double]]
    }
    let path = repositoryFolder + "/Tests/Fixtures/calibration/stereo_set1_corners.json"
    let file = try JSONDecoder().decode(
      File.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    func side(_ prefix: String) -> [TargetView] {
      file.images.keys.filter { $0.hasPrefix(prefix) }.sorted().map { name in
        let numbers = file.images[name] ?? []
        return TargetView(
          name: name, width: file.size[0], height: file.size[1],
          corners: (0..<numbers.count / 2).map {
            TargetCorner(index: $0, position: Vector2(numbers[2 * $0], numbers[2 * $0 + 1]))
          })
      }
    }
    return (side("left"), side("right"))
  }

  @Test func `the 13 pairs of OpenCV's sample give its baseline and residual`() throws {
    let estimate = try StereoEstimator(target: CheckerboardFixture.target).estimate(
      left: CheckerboardFixture.views("left", window: 7),
      right: CheckerboardFixture.views("right", window: 7))
    #expect(abs(estimate.baseline.value - 0.0832) < 0.0002)
    #expect(estimate.rms <= 0.205)
    #expect(estimate.epipolar.rms < 0.3 && estimate.epipolar.maximum < 2)
    #expect(!estimate.verdict.isRefused)
  }

  @Test func `without rejection the solution is that of OpenCV's stereoCalibrate`() throws {
    var options = CameraEstimator.Options()
    options.outlierSigmas = nil
    let estimate = try StereoEstimator(target: CheckerboardFixture.target, options: options)
      .estimate(
        left: CheckerboardFixture.views("left", window: 7),
        right: CheckerboardFixture.views("right", window: 7))
    // cv2 4.6 on the same corners: cv2.stereoCalibrate, all intrinsics free, criteria 1e-14.
    #expect(abs(estimate.rms - Self.reference.rms) < 1e-5)
    #expect(abs(estimate.baseline.value - Self.reference.baseline) < 1e-6)
    #expect(abs(estimate.left[0].value - Self.reference.fx) < 1e-2)
  }

  static let reference = (rms: 0.20097812, baseline: 0.08317309, fx: 533.65572)

  @Test func `corners spoiled by a wide window move the baseline by less than 0.2 mm`() throws {
    let estimate = try StereoEstimator(target: CheckerboardFixture.target).estimate(
      left: CheckerboardFixture.views("left", window: 11),
      right: CheckerboardFixture.views("right", window: 11))
    #expect(abs(estimate.baseline.value - 0.0832) < 0.0002)
    // The focal lengths of the joint solution with good corners.
    #expect(abs(estimate.left[0].value - 533.7) < 1 && abs(estimate.right[0].value - 537.24) < 1)
    #expect(estimate.outliers.count > 20 && estimate.outliers[0].sigmas > 10)
    #expect(estimate.outliers.allSatisfy { $0.baselineEffect.isFinite })
  }

  @Test func `the 15 pairs of the second set are plausible`() throws {
    let views = try Self.set1()
    let estimate = try StereoEstimator(
      target: .checkerboard(columns: 9, rows: 6, square: 0.02423)
    ).estimate(left: views.left, right: views.right)
    // OpenCV's stereoCalibrate with all corners: 0.2336 px, 94.27 mm.
    #expect(estimate.rms < 0.234 && estimate.pairs.count == 15)
    #expect(abs(estimate.baseline.value - 0.09427) < 0.0003)
    let cross = try #require(estimate.crossValidation)
    #expect(abs(cross.baselineDifference) < 0.0005 && cross.epipolar.rms < 0.3)
    // The boards stay in a third of the image, which is all that speaks against the rig.
    let kinds = Set(estimate.verdict.reasons.map(\.kind))
    #expect(kinds.isSubset(of: [.lowCoverage, .uncertain, .crossValidation]))
    #expect(kinds.contains(.lowCoverage))
  }

  @Test func `exact views give the rig back`() throws {
    let scene = StereoScene()
    let views = scene.views(noise: 0, seed: 1)
    var options = CameraEstimator.Options()
    options.makesCrossValidation = false
    let estimate = try StereoEstimator(target: StereoScene.target, options: options)
      .estimate(left: views.left, right: views.right)
    let (found, truth) = (scene.parameters(estimate.rig), scene.parameters(scene.rig))
    for (a, b) in zip(found, truth) { #expect(abs(a - b) < 1e-6 * max(1, abs(b))) }
    #expect(estimate.rms < 1e-7 && estimate.epipolar.rms < 1e-6)
    #expect(estimate.edges.map { $0.rms < 1e-6 } == true)
  }

  @Test func `a pair numbered the other way round is named and left out`() throws {
    let scene = StereoScene()
    var views = scene.views(noise: 0.1, seed: 2)
    for place in views.right[4].corners.indices {
      views.right[4].corners[place].index = 53 - views.right[4].corners[place].index
    }
    var options = CameraEstimator.Options()
    options.makesCrossValidation = false
    let estimate = try StereoEstimator(target: StereoScene.target, options: options)
      .estimate(left: views.left, right: views.right)
    #expect(estimate.unusedPairs.map(\.name) == ["right4"])
    #expect(estimate.unusedPairs[0].reason.contains("other way round"))
    #expect(abs(estimate.baseline.value - scene.rig.baseline) < 5 * estimate.baseline.deviation)
  }

  @Test func `views that cannot be paired or are too few are refused`() throws {
    let views = StereoScene().views(noise: 0.1, seed: 3)
    let estimator = StereoEstimator(target: StereoScene.target)
    #expect(throws: CalibrationRefusal.self) {
      try estimator.estimate(left: views.left, right: Array(views.right.dropLast()))
    }
    #expect(throws: CalibrationRefusal.self) {
      try estimator.estimate(left: Array(views.left[..<2]), right: Array(views.right[..<2]))
    }
    var right = views.right
    for place in 2..<12 { right[place].corners = [] }
    #expect(throws: CalibrationRefusal.self) {
      try estimator.estimate(left: views.left, right: right)
    }
  }

  @Test func `the file carries every deviation and reads back`() throws {
    let views = StereoScene().views(noise: 0.2, seed: 4)
    var options = CameraEstimator.Options()
    options.makesCrossValidation = false
    let estimate = try StereoEstimator(target: StereoScene.target, options: options)
      .estimate(left: views.left, right: views.right)
    let file = estimate.file(source: "test")
    let back = try CalibrationFile(text: file.yamlText, named: "x.yaml")
    #expect(back == file)
    #expect(back.stereoRig?.uncertainty == estimate.rig.uncertainty)
    #expect(back.cameras[0].uncertainty?.focalLength.x == estimate.left[0].deviation)
  }
}
