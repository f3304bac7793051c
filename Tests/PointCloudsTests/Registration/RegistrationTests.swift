import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct RegistrationTests {
  private typealias Scenes = RegistrationScenes

  @Test(arguments: Registration.Method.allCases)
  func `a moved copy comes back to where it was`(method: Registration.Method) throws {
    let target = Scenes.corner(4000, seed: 1)
    let source = target.map { Scenes.motion.inverse * $0 }
    let registration = Registration(
      method: method, maxIterations: 200, translationTolerance: 1e-7, rotationTolerance: 1e-7)
    let result = try registration.align(Scenes.cloud(source), to: Scenes.cloud(target))
    let (shift, turn) = Scenes.difference(result.targetFromSource, Scenes.motion)
    #expect(shift < 2e-6 && turn < 2e-6)
    #expect(result.isConverged && result.fitness == 1 && result.inlierRMSE < 2e-6)
    #expect(result.pairCount == 4000)
  }

  @Test(arguments: Registration.Method.allCases)
  func `steps equal those of the slow reference`(method: Registration.Method) throws {
    let target = Scenes.inSinglePrecision(Scenes.corner(260, seed: 2, noise: 0.01))
    let source = Scenes.inSinglePrecision(
      Scenes.corner(220, seed: 3, noise: 0.01).map { Scenes.motion.inverse * $0 })
    for maxDistance in [0.25, 5] {
      let slow = SlowRegistration(method: method, maxDistance: maxDistance, neighbours: 12)
        .align(source, to: target, initial: .identity, steps: 5)
      let fast = try Registration(
        method: method, maxDistance: maxDistance, maxIterations: 5, translationTolerance: 0,
        neighbours: 12, minInformation: 0
      ).align(Scenes.cloud(source), to: Scenes.cloud(target))
      let (shift, turn) = Scenes.difference(fast.targetFromSource, slow)
      // Coordinates in single precision: a few 1e-7 m each.
      #expect(max(shift, turn) < 3e-6, "\(maxDistance) m: \(shift) m, \(turn) rad")
      #expect(fast.iterations == 5 && !fast.isConverged)
    }
  }

  @Test(arguments: [0, 8, 20])
  func `pairs are the nearest at every step`(neighbours: Int) throws {
    let target = Scenes.cloud(Scenes.corner(1500, seed: 4, noise: 0.02))
    let points = Scenes.corner(900, seed: 5, noise: 0.02)
    let method: Registration.Method = neighbours > 0 ? .pointToPlane : .pointToPoint
    for steps in 1...6 {
      let registration = Registration(
        method: method, maxDistance: 0.4, maxIterations: steps, translationTolerance: 0,
        neighbours: max(neighbours, 1), minInformation: 0)
      let result = try registration.align(
        Scenes.cloud(points.map { Scenes.motion.inverse * $0 }), to: target)
      // The distances of moved points to their nearest, computed anew.
      let moved = Scenes.cloud(
        points.map { result.targetFromSource * (Scenes.motion.inverse * $0) })
      let near = try moved.nearestDistances(to: target).filter { $0 <= 0.4 }
      let rmse =
        (near.reduce(0) { $0 + Double($1) * Double($1) } / Double(near.count)).squareRoot()
      #expect(abs(result.pairCount - near.count) <= 1)
      #expect(abs(result.inlierRMSE - rmse) < 1e-4 * rmse)
    }
  }

  @Test(arguments: Registration.Method.allCases)
  func `threads do not change a bit`(method: Registration.Method) throws {
    let target = Scenes.cloud(Scenes.corner(5000, seed: 6, noise: 0.01))
    let source = Scenes.cloud(
      Scenes.corner(5000, seed: 7, noise: 0.01).map { Scenes.motion.inverse * $0 })
    let registration = Registration(method: method, kernel: .cauchy(width: 0.05))
    let one = try registration.align(source, to: target, threads: 1)
    for threads in [2, 3, 8] {
      let other = try registration.align(source, to: target, threads: threads)
      #expect(other.targetFromSource == one.targetFromSource)
      #expect(other.information == one.information && other.covariance == one.covariance)
    }
  }

  @Test(arguments: Registration.Method.allCases)
  func `UTM coordinates in double precision lose nothing`(method: Registration.Method) throws {
    let target = Scenes.corner(2000, seed: 8, noise: 0.01)
    let source = Scenes.corner(2000, seed: 9, noise: 0.01).map { Scenes.motion.inverse * $0 }
    let far = Vector3(500_000, 4_000_000, 100)
    let registration = Registration(
      method: method, translationTolerance: 1e-6, rotationTolerance: 1e-6)
    func cloud(_ points: [Vector3], _ shift: Vector3) throws -> RegistrationCloud {
      try RegistrationCloud(Scenes.doubles(points.map { $0 + shift }), neighbours: 15)
    }
    let near = try registration.align(cloud(source, .zero), to: cloud(target, .zero))
    let both = try registration.align(cloud(source, far), to: cloud(target, far))
    // far ∘ near ∘ far⁻¹
    let expected = Pose(
      rotation: near.targetFromSource.rotation,
      translation: near.targetFromSource * -far + far)
    // 4e6 m in double precision: 5e-10 m; the lever of 4e6 m turns 1e-12 rad into 4e-6 m.
    #expect((both.targetFromSource * far - expected * far).length < 1e-5)
    #expect(
      Scenes.difference(
        Pose(rotation: both.targetFromSource.rotation, translation: .zero),
        Pose(rotation: expected.rotation, translation: .zero)
      ).turn < 1e-6)
    // A target in UTM and a scan about the sensor, as maps are used.
    let map = try registration.align(
      cloud(source, .zero), to: cloud(target, far),
      initial: Pose(rotation: .identity, translation: far))
    #expect(
      (map.targetFromSource.translation - far - near.targetFromSource.translation).length < 1e-5)
    let covariances = try (#require(map.covariance), #require(near.covariance))
    for (a, b) in zip(covariances.0, covariances.1) { #expect(abs(a - b) < 1e-3 * abs(b) + 1e-12) }
  }

  @Test(arguments: [
    RobustKernel.huber(width: 0.02), .cauchy(width: 0.02), .gemanMcClure(width: 0.05),
  ])
  func `kernels withstand a fifth of wrong points`(kernel: RobustKernel) throws {
    var target = Scenes.corner(3000, seed: 10)
    let source = Scenes.corner(3000, seed: 11).map { Scenes.motion.inverse * $0 }
    // A board before a wall, seen in the target only.
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<1200 {
      target.append(Vector3(0.3, 1 + 2 * generator.uniform(), 1 + 2 * generator.uniform()))
    }
    target.removeAll { $0.x < 0.01 && $0.y > 1 && $0.y < 3 && $0.z > 1 && $0.z < 3 }
    func error(_ kernel: RobustKernel) throws -> Double {
      let result = try Registration(method: .pointToPlane, maxDistance: 0.5, kernel: kernel)
        .align(Scenes.cloud(source), to: Scenes.cloud(target))
      return Scenes.difference(result.targetFromSource, Scenes.motion).shift
    }
    #expect(try error(kernel) < 0.3 * error(.leastSquares))
    #expect(try error(.leastSquares) > 0.003)
  }

  @Test func `the covariance is the inverse of the information and predicts the error`() throws {
    var squares = [Double](repeating: 0, count: 6)
    let runs = 40
    var predicted = squares
    let surface = Scenes.corner(800, seed: 13)
    for run in 0..<runs {
      var generator = SeededGenerator(seed: UInt64(100 + run))
      // The same points seen twice, the second time with noise: pairs are independent.
      let source = surface.map {
        Scenes.motion.inverse * $0
          + 0.004 * Vector3(generator.normal(), generator.normal(), generator.normal())
      }
      let result = try Registration(
        method: .pointToPlane, translationTolerance: 1e-6, rotationTolerance: 1e-6
      ).align(Scenes.cloud(source), to: Scenes.cloud(surface))
      let d = Scenes.motion.inverse * result.targetFromSource
      let turn = 2 * d.rotation.vector * (d.rotation.w < 0 ? -1 : 1)
      for (i, v) in [turn.x, turn.y, turn.z, d.translation.x, d.translation.y, d.translation.z]
        .enumerated()
      { squares[i] += v * v / Double(runs) }
      let covariance = try #require(result.covariance)
      for i in 0..<6 { predicted[i] += covariance[7 * i] / Double(runs) }
      if run == 0 {
        for i in 0..<36 {
          let product = (0..<6).reduce(0) {
            $0 + result.information[6 * (i / 6) + $1] * covariance[6 * $1 + i % 6]
          }
          #expect(abs(product - (i % 7 == 0 ? 1 : 0)) < 1e-6)
        }
      }
    }
    // 40 runs estimate a variance to 22 %.
    for i in 0..<6 { #expect(squares[i] / predicted[i] > 0.4 && squares[i] / predicted[i] < 1.9) }
  }
}
