import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Calibration

/// Stops of a robot with known truth.
struct HandEyeScene {
  var handFromCamera = Pose(
    rotation: Quaternion(angle: 1.2, axis: [0.3, -0.5, 0.8]), translation: [0.04, -0.07, 0.12])
  var baseFromTarget = Pose(
    rotation: Quaternion(angle: 2.5, axis: [0.9, 0.2, -0.1]), translation: [0.6, 0.1, -0.05])

  /// Stops that all see the target, with noise on the camera's poses.
  func pairs(
    _ count: Int, seed: UInt64, rotationNoise: Double = 0, translationNoise: Double = 0,
    tilt: Double = 0.6
  ) -> [HandEyePair] {
    var g = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let axis = Vector3(g.normal(), g.normal(), g.normal()).normalized
      let cameraFromTarget = Pose(
        rotation: Quaternion(angle: tilt * (0.5 + g.uniform()), axis: axis),
        translation: [0.2 * g.normal(), 0.2 * g.normal(), 0.8 + 0.2 * g.uniform()])
      let base = baseFromTarget * cameraFromTarget.inverse * handFromCamera.inverse
      let turn = Vector3(g.normal(), g.normal(), g.normal()) * rotationNoise
      let shift = Vector3(g.normal(), g.normal(), g.normal()) * translationNoise
      let noise = Pose(
        rotation: turn.length > 0 ? Quaternion(angle: turn.length, axis: turn) : .identity,
        translation: shift)
      return HandEyePair(baseFromHand: base, cameraFromTarget: cameraFromTarget * noise)
    }
  }
}

func difference(_ a: Pose, _ b: Pose) -> (rotation: Double, translation: Double) {
  let turn = (a.rotation.inverse * b.rotation)
  return (turn.rotationVector.length, (a.translation - b.translation).length)
}

@Suite struct HandEyeMethodTests {
  @Test(arguments: HandEyeMethod.allCases, [3, 12])
  func `exact stops give the camera's place back`(method: HandEyeMethod, count: Int) throws {
    let scene = HandEyeScene()
    for seed in UInt64(1)...5 {
      let found = try #require(try method.solve(scene.pairs(count, seed: seed)))
      let off = difference(found, scene.handFromCamera)
      #expect(off.rotation < 1e-9 && off.translation < 1e-9, "\(method) \(seed) \(off)")
    }
  }

  @Test(arguments: RobotWorldMethod.allCases, [3, 12])
  func `exact stops give camera and target back`(method: RobotWorldMethod, count: Int) throws {
    let scene = HandEyeScene()
    for seed in UInt64(1)...5 {
      let found = try #require(try method.solve(scene.pairs(count, seed: seed)))
      let x = difference(found.handFromCamera, scene.handFromCamera)
      let z = difference(found.baseFromTarget, scene.baseFromTarget)
      #expect(x.rotation < 1e-9 && x.translation < 1e-9, "\(method) \(seed) \(x)")
      #expect(z.rotation < 1e-9 && z.translation < 1e-9, "\(method) \(seed) \(z)")
    }
  }

  @Test(arguments: HandEyeMethod.allCases)
  func `noise of half a degree moves every method by about as much`(method: HandEyeMethod) throws {
    let scene = HandEyeScene()
    let pairs = scene.pairs(15, seed: 3, rotationNoise: 0.005, translationNoise: 0.002)
    let found = try #require(try method.solve(pairs))
    let off = difference(found, scene.handFromCamera)
    #expect(off.rotation < 0.02 && off.translation < 0.02, "\(method) \(off)")
  }

  @Test func `a camera that looks along the hand has a solution`() throws {
    var scene = HandEyeScene()
    scene.handFromCamera = .identity
    for method in HandEyeMethod.allCases {
      let found = try #require(try method.solve(scene.pairs(8, seed: 4)))
      let off = difference(found, .identity)
      #expect(off.rotation < 1e-9 && off.translation < 1e-9, "\(method) \(off)")
    }
  }

  @Test func `two stops are too few`() {
    #expect(throws: HandEyeError.tooFewMotions(pairs: 2)) {
      try HandEyeMethod.park.solve(HandEyeScene().pairs(2, seed: 1))
    }
  }

  @Test func `turns about one axis only are refused with their spread`() {
    let scene = HandEyeScene()
    let pairs = (0..<6).map { index -> HandEyePair in
      let hand = Pose(
        rotation: Quaternion(angle: 0.3 * Double(index), axis: [0, 0, 1]),
        translation: [0.1 * Double(index), 0, 0.5])
      return HandEyePair(
        baseFromHand: hand,
        cameraFromTarget: (hand * scene.handFromCamera).inverse * scene.baseFromTarget)
    }
    do {
      _ = try HandEyeMethod.park.solve(pairs)
      Issue.record("solved parallel axes")
    } catch HandEyeError.parallelAxes(let spread) {
      #expect(spread < 1e-3)
    } catch { Issue.record("\(error)") }
  }

  @Test func `shifts without turns are refused`() {
    let pairs = (0..<5).map {
      HandEyePair(
        baseFromHand: Pose(rotation: .identity, translation: [Double($0), 0, 0]),
        cameraFromTarget: Pose(rotation: .identity, translation: [-Double($0), 0, 1]))
    }
    #expect(throws: HandEyeError.noRotation(largestDegrees: 0)) {
      try HandEyeMethod.park.solve(pairs)
    }
  }

  @Test func `shuffled poses are told from noise`() {
    var pairs = HandEyeScene().pairs(10, seed: 2, tilt: 1)
    let poses = pairs.map(\.cameraFromTarget)
    for index in pairs.indices { pairs[index].cameraFromTarget = poses[(index + 3) % 10] }
    do {
      _ = try HandEyeMethod.park.solve(pairs)
      Issue.record("solved shuffled pairs")
    } catch HandEyeError.inconsistentPairs(let angle) {
      #expect(angle > 10)
    } catch { Issue.record("\(error)") }
  }

  @Test func `a pose that is not finite is named`() {
    var pairs = HandEyeScene().pairs(5, seed: 2)
    pairs[3].baseFromHand.translation.y = .nan
    #expect(throws: HandEyeError.invalidPose(pair: 3)) { try HandEyeMethod.tsai.solve(pairs) }
  }
}
