import Foundation
import Geometry
import PointClouds

/// How an object shows in a camera.
struct VisibleObject: Sendable {
  /// Its place in the scene's objects.
  var object: Int
  /// Extent of all of it within the image, also of what others hide; pixels.
  var box: Box2D
  /// Share of its extent that lies outside the image.
  var truncated: Double
  /// Share of what lies inside the image that nothing hides.
  var visible: Double

  /// KITTI's degrees: 0 fully visible, 1 partly occluded, 2 largely occluded, 3 unknown.
  var occluded: Int { visible >= 0.85 ? 0 : visible >= 0.5 ? 1 : visible >= 0.1 ? 2 : 3 }
}

/// Finds how objects show in a camera, without rendering: their triangles are projected, and rays to some places on them tell
/// whether anything stands before.
struct ObjectViewer {
  let snapshot: SceneSnapshot
  let objects: [SceneObject]
  let camera: CameraModel
  let worldFromCamera: Pose

  /// Rays for each object.
  private static let rays = 48
  /// Depth in front of which nothing is projected, metres.
  private static let nearest: Float = 0.1

  /// The objects that show in the image.
  func objectsInImage() -> [VisibleObject] {
    let ranges = triangleRanges()
    return objects.indices.compactMap { index in
      guard let (tree, range) = ranges[index] else { return nil }
      return view(of: index, tree.triangles + range.lowerBound, range.count)
    }
  }

  /// Where each object's triangles lie; they follow each other.
  private func triangleRanges() -> [(BoundingVolumeHierarchy, Range<Int>)?] {
    var ranges = [(BoundingVolumeHierarchy, Range<Int>)?](repeating: nil, count: objects.count)
    for tree in [snapshot.still, snapshot.moving] {
      var start = 0
      while start < tree.triangleCount {
        let object = tree.triangles[start].object
        var end = start + 1
        while end < tree.triangleCount, tree.triangles[end].object == object { end += 1 }
        if object >= 0, Int(object) < ranges.count { ranges[Int(object)] = (tree, start..<end) }
        start = end
      }
    }
    return ranges
  }

  private func view(
    of object: Int, _ triangles: UnsafePointer<Triangle>, _ count: Int
  ) -> VisibleObject? {
    let cameraFromWorld = Placement(worldFromCamera.inverse)
    let focal = Float2(Float(camera.focalLength.x), Float(camera.focalLength.y))
    let center = Float2(Float(camera.principalPoint.x), Float(camera.principalPoint.y))
    let edge = Float2(Float(camera.width - 1), Float(camera.height - 1))
    var (low, high) = (Float2(repeating: .infinity), Float2(repeating: -.infinity))
    // Places on triangles within the image with the area that they show.
    var places: [Float3] = []
    var areas: [Float] = []
    func pixel(_ point: Float3) -> Float2? {
      let seen = cameraFromWorld.point(point)
      guard seen.z > Self.nearest else { return nil }
      return Float2(seen.x, seen.y) / seen.z * focal + center
    }
    for index in 0..<count {
      let (a, b, c) = (triangles[index].a, triangles[index].b, triangles[index].c)
      guard let p = pixel(a), let q = pixel(b), let r = pixel(c) else { continue }
      low = pointwiseMin(pointwiseMin(low, p), pointwiseMin(q, r))
      high = pointwiseMax(pointwiseMax(high, p), pointwiseMax(q, r))
      let middle = (p + q + r) / 3
      guard middle.x >= 0, middle.y >= 0, middle.x <= edge.x, middle.y <= edge.y else { continue }
      places.append((a + b + c) / 3)
      let (u, v) = (q - p, r - p)
      areas.append(abs(u.x * v.y - u.y * v.x))
    }
    let (left, top) = (max(low.x, 0), max(low.y, 0))
    let (right, bottom) = (min(high.x, edge.x), min(high.y, edge.y))
    guard left < right, top < bottom else { return nil }
    let whole = (high.x - low.x) * (high.y - low.y)
    let inside = (right - left) * (bottom - top)
    return VisibleObject(
      object: object,
      box: Box2D(
        x1: Double(left), y1: Double(top), x2: Double(right), y2: Double(bottom),
        label: objects[object].label),
      truncated: Double(min(max(1 - inside / whole, 0), 1)),
      visible: visibleShare(object, places, areas))
  }

  /// Share of rays to evenly drawn places that meet the object first.
  private func visibleShare(_ object: Int, _ places: [Float3], _ areas: [Float]) -> Double {
    let total = areas.reduce(0, +)
    guard total > 0 else { return 0 }
    let origin = Placement(worldFromCamera).translation
    var (met, cast) = (0, 0)
    snapshot.withCaster { caster in
      var (sum, next) = (Float(0), total * 0.5 / Float(Self.rays))
      for (place, area) in zip(places, areas) {
        sum += area
        while next < sum, cast < Self.rays {
          next += total / Float(Self.rays)
          cast += 1
          // A large triangle is met by several rays at its middle; the count weighs its area.
          let point = caster.surface(
            from: origin, along: place - origin, stepX: Float3(0, 0, 0), stepY: Float3(0, 0, 0))
          if point.object == Int32(object) { met += 1 }
        }
      }
    }
    return cast > 0 ? Double(met) / Double(cast) : 0
  }
}
