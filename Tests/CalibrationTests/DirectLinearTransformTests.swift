import Foundation
import Geometry
import Tensors
import Testing

@testable import Calibration

@Suite struct DirectLinearTransformTests {
  /// A random camera in front of random points, seen exactly.
  struct Scene {
    var camera: CameraModel
    var pose: Pose
    var pairs: [PointPair]

    init(seed: UInt64, hasSkew: Bool, count: Int = 20, origin: Vector3 = .zero) {
      var random = SeededGenerator(seed: seed)
      func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * random.uniform()
      }
      camera = CameraModel(
        width: 1280, height: 720, focalLength: [between(300, 2000), between(300, 2000)],
        principalPoint: [between(500, 780), between(260, 460)],
        skew: hasSkew ? between(-20, 20) : 0)
      let axis = Vector3(random.normal(), random.normal(), random.normal()).normalized
      let rotation = Quaternion(angle: between(-3, 3), axis: axis)
      let local = Vector3(between(-1, 1), between(-1, 1), between(4, 12))
      pose = Pose(rotation: rotation, translation: local - rotation.rotate(origin))
      pairs = []
      for _ in 0..<count {
        // Multiples of 2^-10, which stay exact when a large origin is added.
        let point =
          (Vector3(between(-2, 2), between(-2, 2), between(-2, 2)) * 1024).rounded(.down) / 1024
        let seen = rotation.rotate(point) + local
        guard let pixel = camera.project(seen) else { continue }
        pairs.append(PointPair(world: point + origin, pixel: pixel))
      }
    }

    func expectEqual(_ found: DirectLinearTransform, tolerance: Double) {
      let size = camera.focalLength.x
      #expect(abs(found.focalLength.x / camera.focalLength.x - 1) < tolerance)
      #expect(abs(found.focalLength.y / camera.focalLength.y - 1) < tolerance)
      #expect(abs(found.principalPoint.x - camera.principalPoint.x) < tolerance * size)
      #expect(abs(found.principalPoint.y - camera.principalPoint.y) < tolerance * size)
      #expect(abs(found.skew - camera.skew) < tolerance * size)
      let (a, b) = (found.cameraFromWorld.rotation.matrix, pose.rotation.matrix)
      for (x, y) in zip(a.elements, b.elements) { #expect(abs(x - y) < tolerance) }
      #expect(abs(a.determinant - 1) < 1e-12)
      let error = (found.cameraFromWorld.translation - pose.translation).length
      #expect(error < tolerance * pose.translation.length)
    }
  }

  static func refusal(_ pairs: [PointPair]) -> DegenerateConfiguration? {
    do {
      _ = try DirectLinearTransform(pairs)
      return nil
    } catch { return error as? DegenerateConfiguration }
  }

  @Test(arguments: [false, true])
  func `exact points give back the camera`(hasSkew: Bool) throws {
    for seed in 0..<40 as Range<UInt64> {
      let scene = Scene(seed: seed, hasSkew: hasSkew)
      let found = try DirectLinearTransform(scene.pairs)
      scene.expectEqual(found, tolerance: 1e-9)
      #expect(found.rmsError < 1e-9 && found.separation > 1e6)
    }
  }

  @Test func `world coordinates may be far from their origin`() throws {
    for seed in 0..<10 as Range<UInt64> {
      let scene = Scene(seed: seed, hasSkew: true, origin: [431_000, 5_412_000, 250])
      let found = try DirectLinearTransform(scene.pairs)
      scene.expectEqual(found, tolerance: 1e-9)
    }
  }

  @Test func `noisy pixels give numpy's and scipy's camera`() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/calibration/dlt_noise.csv")
    let rows = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",").compactMap { Double($0) } }
    let (e, points) = (rows[0], rows.dropFirst())
    #expect(points.count == 24)
    let found = try DirectLinearTransform(
      points.map { PointPair(world: Vector3($0[0], $0[1], $0[2]), pixel: Vector2($0[3], $0[4])) })
    let (f, c, t) = (found.focalLength, found.principalPoint, found.cameraFromWorld.translation)
    let numbers =
      [f.x, f.y, c.x, c.y, found.skew] + found.cameraFromWorld.rotation.matrix.elements
      + [t.x, t.y, t.z, found.rmsError]
    #expect(numbers.count == e.count)
    for (number, expected) in zip(numbers, e) {
      #expect(abs(number - expected) < 1e-9 * max(1, abs(expected)))
    }
  }

  @Test func `too few and unusable pairs are refused`() {
    let pairs = Scene(seed: 1, hasSkew: false).pairs
    #expect(Self.refusal([]) == .tooFewPoints(0))
    #expect(Self.refusal(Array(pairs.prefix(5))) == .tooFewPoints(5))
    #expect(Self.refusal(Array(pairs.prefix(5)) + pairs.prefix(5)) == .tooFewPoints(5))
    #expect(Self.refusal(Array(repeating: pairs[0], count: 9)) == .coincidentPoints)
    for value in [Double.nan, .infinity, 1e200] {
      var wrong = pairs
      wrong[3].pixel.y = value
      #expect(Self.refusal(wrong) == .nonFinite(pair: 3))
      wrong = pairs
      wrong[4].world.x = value
      #expect(Self.refusal(wrong) == .nonFinite(pair: 4))
    }
  }

  /// Pairs of points that a fixed camera sees exactly.
  static func seen(_ points: [Vector3], from offset: Vector3 = [0, 0, 8]) -> [PointPair] {
    let camera = CameraModel(
      width: 640, height: 480, focalLength: [500, 510], principalPoint: [320, 240])
    let turn = Quaternion(angle: 0.4, axis: Vector3(1, 2, -1).normalized)
    return points.compactMap { point in
      camera.project(turn.rotate(point) + offset).map { PointPair(world: point, pixel: $0) }
    }
  }

  @Test func `points on a line or a plane are refused`() {
    let line = (0..<10).map { Vector3(1, 2, 3) * (0.1 * Double($0)) }
    #expect(Self.refusal(Self.seen(line)) == .collinearPoints)
    let plane = (0..<25).map { Vector3(Double($0 % 5) * 0.3, Double($0 / 5) * 0.3, 0.7) }
    #expect(Self.refusal(Self.seen(plane))?.name == "coplanar points")
    let shifted = Self.seen(plane).map {
      PointPair(world: $0.world + Vector3(431_000.3, 5_412_000.7, 250.1), pixel: $0.pixel)
    }
    #expect(Self.refusal(shifted)?.name == "coplanar points")
    // A slab of 1 mm, seen with errors of about a pixel, is a plane as well.
    var random = SeededGenerator(seed: 3)
    let slab = Self.seen(plane.map { $0 + [0, 0, 0.001 * random.uniform()] }).map {
      PointPair(world: $0.world, pixel: $0.pixel + [random.normal(), random.normal()])
    }
    #expect(Self.refusal(slab)?.name == "coplanar points")
  }

  @Test func `critical configurations are refused`() {
    // All points but one on a plane: 8 + 2 independent equations.
    let plane = (0..<16).map { Vector3(Double($0 % 4) * 0.5, Double($0 / 4) * 0.5, 0) }
    #expect(Self.refusal(Self.seen(plane + [[0.3, 0.4, 1]]))?.name == "critical configuration")
    // Points and optical centre on the twisted cubic (t, t², t³): the centre is at t = 3.
    let cubic = (0..<12).map { index in
      let t = -1 + 0.2 * Double(index)
      return Vector3(t, t * t, t * t * t)
    }
    let centre = Vector3(3, 9, 27)
    let pairs = cubic.map { point in
      let ray = point - centre
      return PointPair(
        world: point,
        pixel: Vector2(320 + 500 * ray.x / -ray.z, 240 + 500 * ray.y / -ray.z))
    }
    #expect(Self.refusal(pairs)?.name == "critical configuration")
  }

  @Test func `wrong pixels are refused`() {
    let pairs = Scene(seed: 2, hasSkew: false).pairs
    let flat = pairs.map { PointPair(world: $0.world, pixel: [$0.pixel.x, 2 * $0.pixel.x + 1]) }
    #expect(Self.refusal(flat) == .collinearPixels)
    let one = pairs.map { PointPair(world: $0.world, pixel: [3, 4]) }
    #expect(Self.refusal(one) == .collinearPixels)
    let mirrored = pairs.map { PointPair(world: $0.world, pixel: [$0.pixel.x, -$0.pixel.y]) }
    #expect(
      Self.refusal(mirrored) == .pointsBehindCamera(count: pairs.count, of: pairs.count))
    let affine = pairs.map {
      PointPair(world: $0.world, pixel: [$0.world.x * 100 + $0.world.z, $0.world.y * 90])
    }
    #expect(Self.refusal(affine)?.name == "no perspective")
  }
}
