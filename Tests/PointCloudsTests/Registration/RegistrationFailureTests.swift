import Foundation
import Geometry
import Tensors
import Testing

@testable import PointClouds

struct RegistrationFailureTests {
  private typealias Scenes = RegistrationScenes

  private static func random(_ count: Int, _ make: (inout SeededGenerator) -> Vector3) -> [Vector3]
  {
    var generator = SeededGenerator(seed: 3)
    return (0..<count).map { _ in make(&generator) }
  }

  private func unobservable(
    _ points: [Vector3], _ method: Registration.Method
  ) throws -> [UnobservableMotion] {
    do {
      _ = try Registration(method: method).align(Scenes.cloud(points), to: Scenes.cloud(points))
      return []
    } catch RegistrationError.degenerateGeometry(let motions) { return motions }
  }

  @Test(arguments: Registration.Method.allCases)
  func `a single plane leaves two shifts and a turn open`(method: Registration.Method) throws {
    let plane = Self.random(3000) {
      Vector3(8 * $0.uniform(), 8 * $0.uniform(), 2 + 0.003 * $0.normal())
    }
    let motions = try unobservable(plane, method)
    #expect(motions.count == 3)
    for motion in motions {
      // Together: no shift along the normal, no turn about an axis in the plane.
      #expect(abs(motion.translation.z) < 0.1)
      #expect(hypot(motion.rotation.x, motion.rotation.y) < 0.1)
      #expect(!motion.description.isEmpty)
    }
    let relaxed = Registration(method: method, minInformation: 0)
    let result = try relaxed.align(Scenes.cloud(plane), to: Scenes.cloud(plane))
    #expect(result.targetFromSource.translation.length < 1e-5)
  }

  @Test(arguments: Registration.Method.allCases)
  func `a straight corridor leaves the shift along it open, a sphere all turns`(
    method: Registration.Method
  ) throws {
    let corridor = Self.random(8000) { generator in
      let (x, s) = (20 * generator.uniform(), 4 * generator.uniform() - 2)
      switch generator.uniform(below: 4) {
      case 0: return Vector3(x, s, -2)
      case 1: return Vector3(x, s, 2)
      case 2: return Vector3(x, -2, s)
      default: return Vector3(x, 2, s)
      }
    }
    let open = try unobservable(corridor, method)
    #expect(open.count == 1 && abs(open.first?.translation.x ?? 0) > 0.99)
    #expect(open.first.map { "\($0)" }?.contains("translation along (") == true)
    let sphere = Self.random(6000) {
      5 * Vector3($0.normal(), $0.normal(), $0.normal()).normalized
    }
    let turns = try unobservable(sphere, method)
    #expect(turns.count == 3 && turns.allSatisfy { $0.rotation.length > 0.99 })
  }

  @Test(arguments: Registration.Method.allCases)
  func `too few points or pairs are told apart`(method: Registration.Method) throws {
    let registration = Registration(method: method)
    let corner = Scenes.corner(500, seed: 1)
    let far = corner.map { $0 + Vector3(100, 0, 0) }
    #expect(throws: RegistrationError.tooFewPairs(found: 0, needed: 10, maxDistance: 1)) {
      try registration.align(Scenes.cloud(far), to: Scenes.cloud(corner))
    }
    for few in [[], [Vector3(1, 2, 3)], [Vector3](repeating: Vector3(.nan, 0, 0), count: 40)] {
      let found = few.filter { $0.x == $0.x }.count
      #expect(throws: RegistrationError.tooFewPoints(cloud: "source", found: found, needed: 10)) {
        try registration.align(Scenes.cloud(few), to: Scenes.cloud(corner))
      }
      #expect(throws: RegistrationError.tooFewPoints(cloud: "target", found: found, needed: 10)) {
        try registration.align(Scenes.cloud(corner), to: Scenes.cloud(few))
      }
    }
    #expect(throws: PointCloudError.self) { try RegistrationCloud(cloud([]), neighbours: 3) }
    let wrong = Tensor([Int32](repeating: 0, count: 30), shape: [10, 3])
    #expect(throws: PointCloudError.self) { try RegistrationCloud(wrong, neighbours: 3) }
    let huge = Tensor([Double](repeating: 1, count: 27) + [1e300, 0, 0], shape: [10, 3])
    #expect(throws: PointCloudError.self) { try RegistrationCloud(huge, neighbours: 3) }
  }

  @Test(arguments: Registration.Method.allCases)
  func `lines, single places and fewer points than neighbours end in an error, not a crash`(
    method: Registration.Method
  ) throws {
    let registration = Registration(method: method, minPairs: 3)
    let line = (0..<100).map { Vector3(Double($0) / 10, 0, 0) }
    let place = [Vector3](repeating: Vector3(1, 1, 1), count: 50)
    for points in [line, place, Array(line.prefix(4)), line + place] {
      #expect(throws: RegistrationError.self) {
        try registration.align(Scenes.cloud(points), to: Scenes.cloud(points))
      }
      let relaxed = Registration(method: method, minPairs: 3, minInformation: 0)
      let result = try relaxed.align(Scenes.cloud(points), to: Scenes.cloud(points))
      #expect(result.targetFromSource.translation.length < 1e-5)
    }
  }

  @Test func `invalid points and duplicates change nothing`() throws {
    let target = Scenes.corner(2000, seed: 2, noise: 0.01)
    let source = Scenes.corner(2000, seed: 3, noise: 0.01).map { Scenes.motion.inverse * $0 }
    let registration = Registration(method: .pointToPoint)
    let plain = try registration.align(Scenes.cloud(source), to: Scenes.cloud(target))
    let invalid = Vector3(.nan, 0, 0)
    let dirty = try registration.align(
      Scenes.cloud([invalid] + source + [Vector3(0, .infinity, 0)]),
      to: Scenes.cloud(target + [invalid, invalid]))
    #expect(dirty.targetFromSource == plain.targetFromSource && dirty.fitness == plain.fitness)
    let doubled = try registration.align(Scenes.cloud(source), to: Scenes.cloud(target + target))
    #expect(Scenes.difference(doubled.targetFromSource, plain.targetFromSource).shift < 1e-6)
  }
}
