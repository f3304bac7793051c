import Foundation
import Testing
import Geometry
@testable import Simulation

@Test(.enabled(if: ProcessInfo.processInfo.environment["SPEED"] != nil))
func `scratch speed`() throws {
  let world = StreetWorld(StreetContents(), seed: 2)
  let clock = ContinuousClock()
  func time<T>(_ name: String, _ body: () -> T) -> T {
    var r: T?
    let t = clock.measure { r = body() }
    print("speed", name, t)
    return r!
  }
  let still = time("still content") { world.stillContent(section: 0) }
  print("speed triangles", still.mesh.triangles.count)
  let tree = time("still tree") { BoundingVolumeHierarchy(still.mesh) }
  let moving = time("moving content") { world.movingContent(at: 3, firstObject: 0) }
  print("speed triangles", moving.mesh.triangles.count, moving.objects.count)
  let tree2 = time("moving tree") { BoundingVolumeHierarchy(moving.mesh) }
  let snap = SceneSnapshot(
    still: tree, moving: tree2, materials: world.materials, lighting: world.lighting)
  var head = StereoHead()
  for threads in [1, 2] {
    for s in [PixelSampling.single, .edges] {
      let r = CameraRenderer(
        snapshot: snap, camera: head.camera,
        worldFromCamera: world.vehiclePose(at: 3) * head.vehicleFromLeft, sampling: s, noise: 1.2,
        threads: threads)
      _ = time("view \(s) \(threads)") {
        r.render { RandomStream.generator(seed: 1, .leftImage, frame: 0, line: $0) }
      }
    }
    let l = LidarScanner(
      snapshot: snap, lidar: SpinningLidar(),
      worldFromLidar: world.vehiclePose(at: 3) * SpinningLidar().vehicleFromLidar, threads: threads)
    _ = time("lidar \(threads)") {
      l.scan { RandomStream.generator(seed: 1, .lidar, frame: 0, line: $0) }
    }
  }
  _ = time("primary rays only") {
    snap.withCaster { c in
      var n: Float = 0
      for i in 0..<245760 {
        let x = Float(i % 640) - 320, y = Float(i / 640) - 192
        let h = c.still.nearestHit(
          from: Float3(18, -1.7, 1.65), along: Float3(1, -x / 480, -y / 480), before: .infinity,
          stack: c.stack)
        if h.triangle >= 0 { n += 1 }
      }
      return n
    }
  }
  _ = time("primary rays moving") {
    snap.withCaster { c in
      var n: Float = 0
      for i in 0..<245760 {
        let x = Float(i % 640) - 320, y = Float(i / 640) - 192
        let h = c.moving.nearestHit(
          from: Float3(18, -1.7, 1.65), along: Float3(1, -x / 480, -y / 480), before: .infinity,
          stack: c.stack)
        if h.triangle >= 0 { n += 1 }
      }
      return n
    }
  }
  head.width = 8
}
