import Foundation
import Geometry
import Tensors
import Testing

@testable import PointClouds

struct BoxFittingTests {
  /// What a sensor at the origin sees of a box: points on the sides that face it.
  private static func view(of box: Box3D, seed: UInt64 = 3) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    let toSensor = box.local(Vector3(0, 0, box.center.z))
    var points: [Float] = []
    for _ in 0..<600 {
      let z = (generator.uniform() - 0.5) * box.size.z
      let onLength = generator.uniform() < 0.5
      let local =
        onLength
        ? Vector3(
          (generator.uniform() - 0.5) * box.size.x, (toSensor.y < 0 ? -0.5 : 0.5) * box.size.y, z)
        : Vector3(
          (toSensor.x < 0 ? -0.5 : 0.5) * box.size.x, (generator.uniform() - 0.5) * box.size.y, z)
      let turned =
        Pose(
          rotation: Quaternion(angle: box.yaw, axis: Vector3(0, 0, 1)), translation: box.center)
        * local
      points += [Float(turned.x), Float(turned.y), Float(turned.z)]
    }
    return points
  }

  private func boxes(_ points: [Float], _ fitting: BoxFitting = BoxFitting()) throws -> [Box3D] {
    try cloud(points).clustered(tolerance: 0.5, minSize: 10).fittingBoxes(fitting)
  }

  @Test(arguments: [0.0, 0.3, 0.9, -0.5, 2.8])
  func `two sides of a car give the whole car`(yaw: Double) throws {
    let car = Box3D(center: Vector3(12, 5, -0.9), size: Vector3(4.2, 1.7, 1.5), yaw: yaw)
    let found = try boxes(Self.view(of: car))
    #expect(found.count == 1)
    let box = try #require(found.first)
    #expect(box.label == "Car")
    #expect(box.groundDistance(to: car) < 0.05 && abs(box.center.z - car.center.z) < 0.05)
    #expect(abs(box.size.x - 4.2) < 0.1 && abs(box.size.y - 1.7) < 0.1)
    #expect(abs(remainder(box.yaw - yaw, .pi)) < 0.02)
    #expect(box.score > 0.5 && box.score <= 1)
  }

  @Test func `the rear of a car grows away from the sensor`() throws {
    var generator = SeededGenerator(seed: 8)
    let rear = (0..<300).flatMap { _ in
      [
        10 + Float(0.03 * generator.normal()), Float(generator.uniform() * 1.6 - 0.8),
        Float(generator.uniform() * 1.4 - 1.7),
      ]
    }
    let box = try #require(try boxes(rear).first)
    #expect(abs(box.center.x - 11.95) < 0.15 && abs(box.center.y) < 0.1)
    #expect(abs(box.size.x - 3.9) < 0.01 && abs(sin(box.yaw)) < 0.05)
    var plain = BoxFitting()
    plain.completesCars = false
    let seen = try #require(try boxes(rear, plain).first)
    #expect(abs(seen.center.x - 10) < 0.1 && min(seen.size.x, seen.size.y) < 0.3)
  }

  @Test func `half a flank ahead on the right grows backwards and to the right`() throws {
    var generator = SeededGenerator(seed: 8)
    let flank = (0..<300).flatMap { _ in
      [
        10 + Float(generator.uniform() * 2.5), -4 + Float(0.03 * generator.normal()),
        Float(generator.uniform() * 1.4 - 1.7),
      ]
    }
    let box = try #require(try boxes(flank).first)
    #expect(abs(box.center.x - 11.95) < 0.15 && abs(box.center.y + 4.75) < 0.15)
  }

  @Test func `labels follow sizes`() {
    func kind(_ l: Double, _ w: Double, _ h: Double) -> ObjectKind {
      ObjectKind(length: l, width: w, height: h)
    }
    #expect(kind(0.5, 0.4, 1.7) == .pedestrian)
    #expect(kind(1.8, 0.6, 1.75) == .cyclist)
    #expect(kind(4, 1.7, 1.5) == .car)
    #expect(kind(1.7, 0.1, 1.4) == .car)
    #expect(kind(0.3, 0.2, 0.6) == .unknown && kind(7, 2, 2) == .unknown)
  }

  @Test func `low, floating and oversized clusters make no box`() throws {
    let low = Box3D(center: Vector3(8, 0, 0), size: Vector3(1, 1, 0.3), yaw: 0)
    #expect(try boxes(Self.view(of: low)).isEmpty)
    let wall = Box3D(center: Vector3(8, 0, 0), size: Vector3(1, 12, 3), yaw: 0)
    #expect(try boxes(Self.view(of: wall)).isEmpty)
    let sign = Box3D(center: Vector3(8, 0, 1), size: Vector3(1, 1, 1), yaw: 0)
    var points = cloud(Self.view(of: sign))
    points.attributes["height"] = Tensor(
      points.positions.array(of: Float.self).enumerated().filter { $0.offset % 3 == 2 }
        .map { $0.element + 1.5 }, shape: [points.count, 1])
    #expect(try points.clustered(tolerance: 0.5).fittingBoxes().isEmpty)
  }

  @Test func `the ground's height carries the box down to the ground`() throws {
    let car = Box3D(center: Vector3(12, 5, -0.7), size: Vector3(4.2, 1.7, 1.1), yaw: 0.3)
    var points = cloud(Self.view(of: car))
    points.attributes["height"] = Tensor(
      points.positions.array(of: Float.self).enumerated().filter { $0.offset % 3 == 2 }
        .map { $0.element + 1.6 }, shape: [points.count, 1])
    let box = try #require(try points.clustered(tolerance: 0.5).fittingBoxes().first)
    #expect(abs(box.center.z - box.size.z / 2 + 1.6) < 1e-5)
  }

  @Test func `a car that touches a wall is taken out of it`() throws {
    let car = Box3D(center: Vector3(9, 4, -0.9), size: Vector3(4.2, 1.7, 1.5), yaw: 0)
    var generator = SeededGenerator(seed: 1)
    var points = Self.view(of: car) + Self.view(of: car, seed: 5)
    for _ in 0..<4000 {
      points += [
        Float(9 + (generator.uniform() - 0.5) * 14), 5.25, Float(generator.uniform() * 3 - 1.7),
      ]
    }
    let fitting = BoxFitting()
    let found = try cloud(points).clustered(tolerance: 0.5, minSize: 10).fittingBoxes(fitting)
    #expect(found.contains { $0.groundDistance(to: car) < 0.2 && $0.label == "Car" })
  }

  @Test func `one point and points on a line have a rectangle`() {
    let one = GroundRectangle.fit([Vector2(3, 4)])
    #expect(one.size == .zero && abs(one.center.x - 3) < 1e-12 && abs(one.center.y - 4) < 1e-12)
    let line = GroundRectangle.fit((0..<50).map { Vector2(Double($0) / 10, Double($0) / 10) })
    #expect(abs(max(line.size.x, line.size.y) - 4.9 * 2.0.squareRoot()) < 0.01)
    #expect(min(line.size.x, line.size.y) < 0.05)
  }
}
