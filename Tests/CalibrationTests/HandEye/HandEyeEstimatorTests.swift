import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Calibration

@Suite struct HandEyeEstimatorTests {
  @Test func `exact stops give both poses back`() throws {
    let scene = HandEyeScene()
    let estimate = try HandEyeEstimator().estimate(scene.pairs(8, seed: 1))
    let x = difference(estimate.handFromCamera, scene.handFromCamera)
    let z = difference(estimate.baseFromTarget, scene.baseFromTarget)
    #expect(x.rotation < 1e-9 && x.translation < 1e-9, "\(x)")
    #expect(z.rotation < 1e-9 && z.translation < 1e-9, "\(z)")
    #expect(estimate.closedForms.count == 7)
    #expect(estimate.closedForms.allSatisfy { $0.translationError < 1e-9 })
    #expect(estimate.warnings.isEmpty, "\(estimate.warnings)")
    #expect(estimate.axisSpread > 0.5)
  }

  @Test func `the refinement is better than every closed form, on average over trials`() throws {
    let scene = HandEyeScene()
    let trials = 40
    var (own, forms) = ([0.0, 0.0], [String: [Double]]())
    var (nees, count) = (0.0, 0)
    for trial in 0..<trials {
      let pairs = scene.pairs(
        12, seed: UInt64(50 + trial), rotationNoise: 0.004, translationNoise: 0.001)
      let estimate = try HandEyeEstimator(
        rotationNoise: 0.004, translationNoise: 0.001, rejectsOutliers: false
      ).estimate(pairs)
      let off = difference(estimate.handFromCamera, scene.handFromCamera)
      own[0] += off.rotation * off.rotation
      own[1] += off.translation * off.translation
      for form in estimate.closedForms {
        let poses = try #require(form.poses)
        let off = difference(poses.handFromCamera, scene.handFromCamera)
        let old = forms[form.name] ?? [0, 0]
        forms[form.name] = [
          old[0] + off.rotation * off.rotation, old[1] + off.translation * off.translation,
        ]
      }
      let turn = estimate.handFromCamera.rotation * scene.handFromCamera.rotation.inverse
      let shift = estimate.handFromCamera.translation - scene.handFromCamera.translation
      let r = turn.rotationVector
      let error = [r.x, r.y, r.z, shift.x, shift.y, shift.z]
      var covariance = SymmetricMatrix(side: 6)
      for i in 0..<6 { for j in 0..<6 { covariance[i, j] = estimate.covariance[i * 12 + j] } }
      let information = try #require(covariance.inverse)
      nees += zip(error, information * error).reduce(0) { $0 + $1.0 * $1.1 }
      count += 6
    }
    for (name, squares) in forms {
      #expect(own[0] <= squares[0] * 1.05 && own[1] <= squares[1] * 1.05, "\(name)")
    }
    #expect(abs(nees / Double(count) - 1) < 4 * (2 / Double(count)).squareRoot())
  }

  @Test func `the noise is estimated from the stops`() throws {
    let pairs = HandEyeScene().pairs(
      40, seed: 8, rotationNoise: 0.005, translationNoise: 0.002)
    let estimate = try HandEyeEstimator().estimate(pairs)
    #expect(abs(estimate.noise.rotation - 0.005) < 0.001)
    #expect(abs(estimate.noise.translation - 0.002) < 0.0005)
  }

  @Test func `a wrong stop is found and named`() throws {
    let scene = HandEyeScene()
    var pairs = scene.pairs(15, seed: 9, rotationNoise: 0.002, translationNoise: 0.0005)
    pairs[6].cameraFromTarget.translation.x += 0.08
    let estimate = try HandEyeEstimator().estimate(pairs)
    #expect(estimate.stops.indices.filter { estimate.stops[$0].isOutlier } == [6])
    #expect(estimate.warnings.contains { $0.contains("stops 7") })
    let off = difference(estimate.handFromCamera, scene.handFromCamera)
    #expect(off.translation < 0.003 && off.rotation < 0.005, "\(off)")
  }

  @Test func `corners refine further than poses, with a covariance that holds`() throws {
    let scene = HandEyeScene()
    let camera = StereoScene().rig.left
    let target = StereoScene.target
    let trials = 15
    var nees = 0.0
    for trial in 0..<trials {
      var g = SeededGenerator(seed: UInt64(trial), stream: 3)
      let pairs = (0..<10).map { number -> HandEyePair in
        let pose = StereoScene.poses[number]
        return HandEyePair(
          baseFromHand: scene.baseFromTarget * pose.inverse * scene.handFromCamera.inverse,
          cameraFromTarget: pose)
      }
      let views = pairs.map { pair in
        TargetView(
          name: "", width: 640, height: 480,
          corners: target.points.indices.compactMap { index in
            camera.project(pair.cameraFromTarget * target.points[index]).map {
              TargetCorner(
                index: index, position: $0 + Vector2(g.normal(), g.normal()) * 0.3)
            }
          })
      }
      var rough = pairs
      for place in rough.indices {
        let turn = Vector3(g.normal(), g.normal(), g.normal()) * 0.002
        rough[place].cameraFromTarget =
          pairs[place].cameraFromTarget
          * Pose(rotation: Quaternion(angle: turn.length, axis: turn), translation: .zero)
      }
      let estimate = try HandEyeEstimator().estimate(
        rough, pictures: .init(camera: camera, target: target, views: views))
      #expect(abs((estimate.noise.pixels ?? 0) - 0.3) < 0.03)
      let turn = estimate.handFromCamera.rotation * scene.handFromCamera.rotation.inverse
      let shift = estimate.handFromCamera.translation - scene.handFromCamera.translation
      let r = turn.rotationVector
      let error = [r.x, r.y, r.z, shift.x, shift.y, shift.z]
      var covariance = SymmetricMatrix(side: 6)
      for i in 0..<6 { for j in 0..<6 { covariance[i, j] = estimate.covariance[i * 12 + j] } }
      let information = try #require(covariance.inverse)
      nees += zip(error, information * error).reduce(0) { $0 + $1.0 * $1.1 } / 6
    }
    #expect(abs(nees / Double(trials) - 1) < 4 * (2 / Double(6 * trials)).squareRoot())
  }
}
