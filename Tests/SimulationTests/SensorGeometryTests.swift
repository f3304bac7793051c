import Foundation
import Geometry
import PointClouds
import SensorLogs
import Tensors
import Testing
import Vision

@testable import Simulation

/// A flat floor at z = 0, a wall at x = 12, and a box of 2 x 1 x 1.5 turned by 30 degrees.
private struct PlainWorld {
  static let box = SceneObject(
    label: "Car", worldFromObject: Pose(x: 7, y: 1.5, yaw: .pi / 6),
    boxCenter: Vector3(0, 0, 0.75), boxSize: Vector3(2, 1, 1.5))
  let snapshot: SceneSnapshot

  init() {
    var table = MaterialTable()
    let plain = table.add(
      Material(pattern: .checker, base: Float3(0.5, 0.5, 0.5), reflectance: 0.6))
    var still = SurfaceMesh()
    still.addQuad(
      Float3(-50, -50, 0), Float3(50, -50, 0), Float3(50, 50, 0), Float3(-50, 50, 0),
      material: plain)
    still.addQuad(
      Float3(12, -50, 0), Float3(12, 50, 0), Float3(12, 50, 9), Float3(12, -50, 9),
      material: plain)
    var shape = SurfaceMesh()
    shape.addBox(center: Float3(0, 0, 0.75), size: Float3(2, 1, 1.5), material: plain)
    var moving = SurfaceMesh()
    moving.append(shape, at: Placement(Self.box.worldFromObject), object: 0)
    snapshot = SceneSnapshot(
      still: BoundingVolumeHierarchy(still), moving: BoundingVolumeHierarchy(moving),
      materials: table.materials,
      lighting: RoomWorld(RoomContents(), seed: 1).lighting)
  }

  /// Distance from a point to the nearest surface of the world.
  static func distance(_ point: Vector3) -> Double {
    let local = box.worldFromObject.inverse * point - box.boxCenter
    let beyond = Vector3(abs(local.x), abs(local.y), abs(local.z)) - box.boxSize / 2
    let outside = Vector3(max(beyond.x, 0), max(beyond.y, 0), max(beyond.z, 0)).length
    let inside = min(max(beyond.x, beyond.y, beyond.z), 0)
    return min(abs(point.z), abs(point.x - 12), abs(outside + inside))
  }
}

@Suite struct SensorGeometryTests {
  private let world = PlainWorld()
  private let vehicle = Pose(x: 0.3, y: -0.4, yaw: 0.2)

  private func sweep(noise: Double) -> (LidarSweep, Pose) {
    var lidar = SpinningLidar()
    (lidar.beams, lidar.columns, lidar.rangeNoise) = (16, 120, noise)
    lidar.yawDegrees = 25
    let pose = vehicle * lidar.vehicleFromLidar
    let sweep = LidarScanner(
      snapshot: world.snapshot, lidar: lidar, worldFromLidar: pose, threads: 1
    ).scan { RandomStream.generator(seed: 4, .lidar, frame: 0, line: $0) }
    return (sweep, pose)
  }

  private func points(_ cloud: PointCloud) -> [Vector3] {
    let values = cloud.positions.array(of: Float.self)
    return stride(from: 0, to: values.count, by: 3).map {
      Vector3(Double(values[$0]), Double(values[$0 + 1]), Double(values[$0 + 2]))
    }
  }

  @Test func `without noise each point lies on a surface`() {
    let (sweep, worldFromLidar) = sweep(noise: 0)
    let points = points(sweep.cloud)
    #expect(points.count > 500)
    // Single precision at 50 m.
    #expect(points.allSatisfy { PlainWorld.distance(worldFromLidar * $0) < 1e-4 })
  }

  @Test func `range noise has the stated deviation along the ray`() {
    let (exact, _) = sweep(noise: 0)
    let (noisy, _) = sweep(noise: 0.03)
    let pairs = zip(points(exact.cloud), points(noisy.cloud))
    let errors = pairs.map { $0.1.length - $0.0.length }
    let mean = errors.reduce(0, +) / Double(errors.count)
    let deviation =
      (errors.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(errors.count)).squareRoot()
    // Standard errors with 900 points: 0.001 and 0.0007.
    #expect(abs(mean) < 0.004)
    #expect(abs(deviation - 0.03) < 0.003)
    #expect(pairs.allSatisfy { $0.0.normalized.dot($0.1.normalized) > 1 - 1e-9 })
  }

  @Test func `rings rise with elevation and attributes fit the points`() {
    let (sweep, _) = sweep(noise: 0)
    let rings = sweep.cloud.attributes["ring"]?.array(of: Int32.self) ?? []
    let elevations = SpinningLidar().elevations
    #expect(elevations.first.map { $0 < -0.43 } == true)
    let table = { (ring: Int32) in -24.8 + 26.8 / 15 * Double(ring) }
    for (point, ring) in zip(points(sweep.cloud), rings) {
      let elevation = asin(point.z / point.length) * 180 / .pi
      #expect(abs(elevation - table(ring)) < 1e-3)
    }
    let intensities = sweep.cloud.attributes["intensity"]?.array(of: Float.self) ?? []
    #expect(intensities.count == rings.count)
    #expect(intensities.allSatisfy { (0...1).contains($0) })
    #expect(sweep.cloud.attributes["time"]?.array(of: Double.self).allSatisfy { $0 == 0 } == true)
  }

  @Test func `a box contains its object's points and has the object's heading`() {
    let (sweep, worldFromLidar) = sweep(noise: 0.01)
    let box = GroundTruth.box(of: PlainWorld.box, in: worldFromLidar.inverse)
    // The object's heading minus those of vehicle and LiDAR.
    #expect(abs(box.yaw - (.pi / 6 - 0.2 - 25 * .pi / 180)) < 1e-9)
    #expect(box.size == Vector3(2, 1, 1.5))
    var inside = 0
    for (point, object) in zip(points(sweep.cloud), sweep.objects) where object == 0 {
      let offset = point - box.center
      let along = offset.x * cos(box.yaw) + offset.y * sin(box.yaw)
      let across = -offset.x * sin(box.yaw) + offset.y * cos(box.yaw)
      // Four standard deviations.
      let slack = 0.04
      #expect(abs(along) <= 1 + slack && abs(across) <= 0.5 + slack)
      #expect(abs(offset.z) <= 0.75 + slack)
      inside += 1
    }
    #expect(inside >= 10)
    let counts = GroundTruth.counts(sweep.objects, of: 1)
    #expect(counts == [inside])
  }

  private func view(_ camera: CameraModel, _ pose: Pose) -> RenderedView {
    CameraRenderer(
      snapshot: world.snapshot, camera: camera, worldFromCamera: vehicle * pose,
      sampling: .single, noise: 0, threads: 1
    ).render { _ in SeededGenerator(seed: 0) }
  }

  @Test func `depth that is projected back lies on the scene`() {
    var head = StereoHead()
    (head.width, head.height, head.focalLength) = (64, 60, 50)
    (head.yawDegrees, head.downDegrees) = (3, -12)
    let camera = head.camera
    let view = view(camera, head.vehicleFromLeft)
    var count = 0
    for row in 0..<head.height {
      for column in 0..<head.width {
        let depth = Double(view.depths[row * head.width + column])
        guard depth > 0 else { continue }
        let ray = Vector3(
          (Double(column) - camera.principalPoint.x) / camera.focalLength.x,
          (Double(row) - camera.principalPoint.y) / camera.focalLength.y, 1)
        let point = vehicle * head.vehicleFromLeft * (ray * depth)
        #expect(PlainWorld.distance(point) < 3e-4)
        count += 1
      }
    }
    #expect(count > 1500)
    #expect(Set(view.objects) == [0, -1, -2])
  }

  @Test func `left and right depths agree along rows by baseline over depth`() {
    var head = StereoHead()
    (head.width, head.height, head.focalLength) = (96, 40, 80)
    let left = view(head.camera, head.vehicleFromLeft)
    let right = view(head.camera, head.vehicleFromRight)
    var (checked, equal) = (0, 0)
    for row in 0..<head.height {
      for column in 1..<head.width {
        let depth = left.depths[row * head.width + column]
        guard depth > 0 else { continue }
        let disparity = Float(head.focalLength * head.baseline) / depth
        let place = Float(column) - disparity
        let low = Int(place.rounded(.down))
        guard low >= 0, low + 1 < head.width else { continue }
        let first = right.depths[row * head.width + low]
        let second = right.depths[row * head.width + low + 1]
        // Only where both neighbours see one plane: depth is inverse-linear in the column there.
        guard first > 0, second > 0, abs(first - second) < 0.2 else { continue }
        checked += 1
        let share = place - Float(low)
        let expected = 1 / ((1 - share) / first + share / second)
        if abs(expected - depth) < 2e-3 * depth { equal += 1 }
      }
    }
    #expect(checked > 1500)
    // The rest is hidden from one camera by the box.
    #expect(Double(equal) > 0.93 * Double(checked))
  }

  @Test func `a point is in shadow where the line to the sun meets the box`() {
    let sun = Vector3(-0.3, 0.72, 0.62)
    let pose = PlainWorld.box.worldFromObject
    let half = PlainWorld.box.boxSize / 2
    let toSun = pose.rotation.inverse.rotate(sun)
    func isHidden(_ point: Vector3) -> Bool {
      let start = pose.inverse * point - PlainWorld.box.boxCenter
      var (enter, leave) = (0.0, Double.infinity)
      for axis in 0..<3 {
        let (a, b) = (
          (-half[axis] - start[axis]) / toSun[axis], (half[axis] - start[axis]) / toSun[axis]
        )
        enter = max(enter, min(a, b))
        leave = min(leave, max(a, b))
      }
      return enter < leave
    }
    var (hidden, equal, total) = (0, 0, 0)
    world.snapshot.withCaster { caster in
      for x in stride(from: 4.03, to: 10, by: 0.21) {
        for y in stride(from: -1.03, to: 4, by: 0.19) {
          let point = caster.surface(
            from: Float3(Float(x), Float(y), 1e-3), along: Float3(0, 0, -1),
            stepX: Float3(0, 0, 0), stepY: Float3(0, 0, 0))
          let expected = isHidden(Vector3(x, y, 0))
          let found = caster.isShadowed(
            point, towards: Float3(-0.3, 0.72, 0.62), before: 100)
          hidden += expected ? 1 : 0
          equal += expected == found ? 1 : 0
          total += 1
        }
      }
    }
    #expect(hidden > 20 && hidden < total / 2)
    // Shadow rays start 3 mm above the ground: at most a few points at the border differ.
    #expect(equal >= total - 3)
  }

  @Test func `depth has holes beside edges, at flat angles and out of range, and noise elsewhere`()
  {
    var camera = DepthCamera()
    (camera.width, camera.height, camera.focalLength) = (60, 50, 500)
    camera.maxDepth = 5
    // A near surface on the right half hides 500 * 0.05 * (1 / 1 - 1 / 2) = 12.5 pixels of the far one.
    var view = RenderedView(
      width: 60, height: 50, colors: Tensor(repeating: UInt8(0), shape: [50, 60, 3]),
      depths: [], cosines: [Float](repeating: 1, count: 3000),
      objects: [Int32](repeating: -1, count: 3000))
    view.depths = (0..<3000).map { $0 % 60 < 30 ? 2 : 1 }
    view.depths[59] = 5.5
    view.depths[119] = 0.2
    view.cosines[179] = 0.05
    func measured() -> [Float] {
      DepthNoise(camera: camera).measured(view) { SeededGenerator(seed: 1, stream: UInt64($0)) }
        .array()
    }
    let values = measured()
    #expect(values[59] == 0 && values[119] == 0 && values[179] == 0)
    var far: [Float] = []
    var isHidden = true
    for row in 3..<50 {
      let line = Array(values[(row * 60)..<(row * 60 + 60)])
      isHidden = isHidden && line[18..<30].allSatisfy { $0 == 0 }
      far += line[..<17].filter { $0 > 0 }
    }
    #expect(isHidden)
    // 0.3 % of 799 pixels are lost at random.
    #expect(far.count > 785)
    let mean = far.reduce(0, +) / Float(far.count)
    let squares: [Float] = far.map { ($0 - mean) * ($0 - mean) }
    let variance = squares.reduce(0, +) / Float(far.count)
    // Equation 3 at 2 m: 0.0012 + 0.0019 * 1.6 * 1.6 = 0.00606; plus rounding to millimetres.
    #expect(abs(mean - 2) < 0.001)
    #expect(abs(variance.squareRoot() - 0.00607) < 0.0005)
    camera.depthNoise = 0
    #expect(measured()[0] == 2 && measured()[25] == 2 && measured()[59] == 0)
  }
}
