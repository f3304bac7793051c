/// Light that comes back from one surface.
struct SurfaceEcho {
  /// Half the way of the light, metres.
  var range: Float = 0
  /// Reflectance times cosine over squared range: 1 for white at 1 m.
  var strength: Float = 0
}

/// What a ray of an active sensor meets.
struct RayEchoes {
  /// The first surface.
  var surface = SurfaceEcho()
  /// The stronger of what a mirror shows and what a pane lets through; strength 0 for none.
  var other = SurfaceEcho()
  /// Infrared properties of the first surface.
  var specularity: Float = 0
  var transparency: Float = 0
  /// Length of the ray's direction with z = 1: range over depth.
  var stretch: Float = 1
}

extension RayCaster {
  /// Panes behind each other that a ray passes.
  private static let mostPanes = 4
  /// A mirror that faces the sensor this exactly throws the light straight back.
  private static let glintCosine: Float = 0.9995

  /// What comes back along a ray from a light at its origin.
  ///
  /// - Parameters:
  ///   - point: The first surface on the ray.
  ///   - origin: Sensor, world frame.
  ///   - direction: Of length `stretch`; distances of `point` count in multiples of it.
  /// - Returns: The echoes; none from the sky.
  @inline(__always)
  func echoes(of point: SurfacePoint, from origin: Float3, along direction: Float3) -> RayEchoes {
    var result = RayEchoes()
    result.stretch = direction.length
    guard point.object != -2 else { return result }
    let view = direction / result.stretch
    let range = point.distance * result.stretch
    let sample = materials[Int(point.material)].sample(point.surface, footprint: point.footprint)
    let cosine = max(0, -point.faceNormal.dot(view))
    result.specularity = sample.specularity
    result.transparency = sample.transparency
    result.surface = SurfaceEcho(
      range: range, strength: sample.reflectance * cosine / max(range * range, 1e-6))
    if sample.specularity > 0 {
      let mirrored = view - point.faceNormal * (2 * point.faceNormal.dot(view))
      let place = point.position + point.faceNormal * 0.003
      let seen = echo(
        from: place, along: mirrored, before: range,
        share: sample.specularity * sample.specularity)
      if seen.strength > result.other.strength { result.other = seen }
      if cosine > Self.glintCosine {
        result.surface.strength += sample.specularity / max(range * range, 1e-6) * 1000
      }
    }
    if sample.transparency > 0 {
      let behind = echo(
        from: point.position + view * 0.003, along: view, before: range,
        share: sample.transparency * sample.transparency)
      if behind.strength > result.other.strength { result.other = behind }
    }
    return result
  }

  /// The echo of the next surface that is no pane.
  private func echo(
    from start: Float3, along view: Float3, before travelled: Float, share: Float
  ) -> SurfaceEcho {
    var (place, range, share) = (start, travelled, share)
    for _ in 0..<Self.mostPanes {
      let point = surface(
        from: place, along: view, stepX: Float3(0.002, 0, 0), stepY: Float3(0, 0, 0.002))
      guard point.object != -2 else { break }
      range += point.distance
      let sample = materials[Int(point.material)].sample(
        point.surface, footprint: point.footprint)
      if sample.transparency > 0.3 {
        share *= sample.transparency * sample.transparency
        place = point.position + view * 0.003
        continue
      }
      let cosine = max(0, -point.faceNormal.dot(view))
      return SurfaceEcho(
        range: range, strength: share * sample.reflectance * cosine / max(range * range, 1e-6))
    }
    return SurfaceEcho()
  }
}
