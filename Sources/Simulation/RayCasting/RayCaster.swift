/// One instant of a scene, ready for rays.
///
/// What stands still and what moves lie in two trees, so that only the second is built again for each frame.
final class SceneSnapshot: Sendable {
  let still: BoundingVolumeHierarchy
  let moving: BoundingVolumeHierarchy
  let materials: [Material]
  let lighting: Lighting

  init(
    still: BoundingVolumeHierarchy, moving: BoundingVolumeHierarchy, materials: [Material],
    lighting: Lighting
  ) {
    self.still = still
    self.moving = moving
    self.materials = materials
    self.lighting = lighting
  }

  /// Calls `body` on one thread with a caster that it may use for any number of rays.
  func withCaster<Result>(_ body: (RayCaster) -> Result) -> Result {
    materials.withUnsafeBufferPointer { materials in
      withExtendedLifetime(self) {
        guard let materials = materials.baseAddress else {
          preconditionFailure("a scene without materials cannot be cast")
        }
        return body(
          RayCaster(
            still: HierarchyView(still), moving: HierarchyView(moving), materials: materials,
            lighting: lighting))
      }
    }
  }
}

/// What a ray saw.
struct SurfacePoint {
  /// Multiple of the ray's direction; infinity for the sky.
  var distance: Float
  /// Unit normal that looks at the viewer, from the triangle's plane.
  var faceNormal: Float3
  /// Unit normal for shading, interpolated between corners.
  var normal: Float3
  var position: Float3
  var surface: Float2
  /// Extent of a pixel on the surface, metres.
  var footprint: Float2
  var material: Int32
  /// The object; -1 for the background, -2 for the sky.
  var object: Int32
}

/// Casts rays into one instant of a scene; for one thread.
struct RayCaster {
  let still: HierarchyView
  let moving: HierarchyView
  let materials: UnsafePointer<Material>
  let lighting: Lighting

  /// The nearest surface along a ray.
  ///
  /// - Parameters:
  ///   - origin: Start, world frame.
  ///   - direction: Any length; distances count in multiples of it.
  ///   - stepX: Change of the direction to the pixel on the right.
  ///   - stepY: Change of the direction to the pixel below.
  /// - Returns: What the ray saw.
  @inline(__always)
  func surface(from origin: Float3, along direction: Float3, stepX: Float3, stepY: Float3)
    -> SurfacePoint
  {
    let first = still.nearestHit(from: origin, along: direction, before: .infinity)
    let second = moving.nearestHit(from: origin, along: direction, before: first.distance)
    let isMoving = second.triangle >= 0
    let hit = isMoving ? second : first
    guard hit.triangle >= 0 else {
      return SurfacePoint(
        distance: .infinity, faceNormal: Float3(0, 0, 1), normal: Float3(0, 0, 1),
        position: origin, surface: Float2(0, 0), footprint: Float2(0, 0), material: 0, object: -2)
    }
    let triangle = (isMoving ? moving : still).triangles + Int(hit.triangle)
    let (u, v) = (hit.weights.x, hit.weights.y)
    let position = origin + direction * hit.distance
    let e1 = triangle.pointee.b - triangle.pointee.a
    let e2 = triangle.pointee.c - triangle.pointee.a
    let crossed = e1.cross(e2)
    let squared = crossed.dot(crossed)
    var faceNormal = crossed / squared.squareRoot()
    var normal =
      (triangle.pointee.normalA * (1 - u - v) + triangle.pointee.normalB * u
      + triangle.pointee.normalC * v).normalized
    if faceNormal.dot(direction) > 0 { faceNormal = -faceNormal }
    if normal.dot(faceNormal) < 0 { normal = -normal }
    // Surface coordinates are linear in the plane: their gradients times the step between neighbouring pixels.
    let d1 = triangle.pointee.surfaceB - triangle.pointee.surfaceA
    let d2 = triangle.pointee.surfaceC - triangle.pointee.surfaceA
    let g1 = e2.cross(crossed) / squared
    let g2 = crossed.cross(e1) / squared
    let facing = faceNormal.dot(direction)
    @inline(__always) func spread(_ step: Float3) -> Float2 {
      // How far the hit slides within the plane when the ray turns by one pixel.
      let turned = direction + step
      let cosine = min(faceNormal.dot(turned), facing * 0.05)
      let slide = turned * (facing / cosine * hit.distance) - direction * hit.distance
      return d1 * g1.dot(slide) + d2 * g2.dot(slide)
    }
    let (right, down) = (spread(stepX), spread(stepY))
    let footprint = Float2(abs(right.x) + abs(down.x), abs(right.y) + abs(down.y))
    return SurfacePoint(
      distance: hit.distance, faceNormal: faceNormal, normal: normal, position: position,
      surface: triangle.pointee.surfaceA + d1 * u + d2 * v, footprint: footprint,
      material: triangle.pointee.material, object: triangle.pointee.object)
  }

  /// Whether anything stands between a point and a place in a direction.
  @inline(__always)
  func isShadowed(_ point: SurfacePoint, towards direction: Float3, before limit: Float) -> Bool {
    let start = point.position + point.faceNormal * 0.003
    return still.isBlocked(from: start, along: direction, before: limit)
      || moving.isBlocked(from: start, along: direction, before: limit)
  }

  /// The light that comes back along a ray, exposed, before compression.
  @inline(__always)
  func light(from point: SurfacePoint, along direction: Float3) -> Float3 {
    let length = direction.length
    let view = direction / length
    if point.object == -2 { return lighting.sky(view) * lighting.exposure }
    let material = materials[Int(point.material)]
    let sample = material.sample(point.surface, footprint: point.footprint)
    var light = lighting.ambient(normal: point.normal, at: point.position)
    let toSun = point.normal.dot(lighting.sunDirection)
    if toSun > 0, point.faceNormal.dot(lighting.sunDirection) > 0,
      !isShadowed(point, towards: lighting.sunDirection, before: 400)
    {
      light += lighting.sunColor * toSun
    }
    if lighting.hasLamp {
      let offset = lighting.lampPosition - point.position
      let squared = max(offset.dot(offset), 0.05)
      let toLamp = point.normal.dot(offset) / squared.squareRoot()
      if toLamp > 0, !isShadowed(point, towards: offset, before: 0.98) {
        light += lighting.lampColor * (toLamp / squared)
      }
    }
    var color = sample.color * light + material.base * material.glow
    if sample.gloss > 0 {
      let cosine = max(0, -point.normal.dot(view))
      let mirrored = view - point.normal * (2 * point.normal.dot(view))
      let grazing = (1 - cosine) * (1 - cosine)
      let share = sample.gloss + (1 - sample.gloss) * grazing * grazing * (1 - cosine) * 0.6
      let seen =
        mirrored.z > 0 ? lighting.sky(mirrored) : lighting.groundLight * 0.4
      color = color.mixed(with: lighting.room == nil ? seen : lighting.skyLight * 0.5, by: share)
    }
    let clear = lighting.room == nil ? haze(point.distance * length) : 1
    return lighting.horizon.mixed(with: color, by: clear) * lighting.exposure
  }

  /// The share of contrast that haze leaves.
  @inline(__always)
  private func haze(_ distance: Float) -> Float {
    // 1 / (1 + x + x^2 / 2) follows the exponential closely enough for air.
    let x = distance / lighting.hazeDistance
    return 1 / (1 + x + x * x * 0.5)
  }
}
