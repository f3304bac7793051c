import Foundation
import Geometry
import Tensors

/// Measures a depth image with a depth model: casts its rays into the scene.
struct DepthModelScanner {
  let snapshot: SceneSnapshot
  let model: DepthModel
  let camera: CameraModel
  let worldFromCamera: Pose
  /// Multiple of all noise; 0 for none, holes remain.
  let noise: Double
  let threads: Int

  /// Places of the four rays within a pixel.
  private static let offsets: [Float2] = [
    Float2(-0.125, -0.375), Float2(0.375, -0.125), Float2(0.125, 0.375), Float2(-0.375, 0.125),
  ]

  /// Rays with z = 1 in the camera's frame.
  private struct Rays: Sendable {
    let origin: Float3
    let corner: Float3
    let right: Float3
    let down: Float3
    /// The camera in the world.
    let placement: Placement
    /// Tangents of the half angles that the light fills: those of the picture.
    let reach: Float2

    /// Whether the light, which fills the field of view, reaches a place.
    @inline(__always) func isLit(_ place: Float3) -> Bool {
      let offset = place - origin
      let forward = placement.z.dot(offset)
      return forward > 0 && abs(placement.x.dot(offset)) <= reach.x * forward
        && abs(placement.y.dot(offset)) <= reach.y * forward
    }

    @inline(__always) func direction(_ column: Float, _ row: Float) -> Float3 {
      corner + right * column + down * row
    }
  }

  /// Measures.
  ///
  /// - Parameter noiseGenerator: The random stream of a row.
  /// - Returns: Depths along the optical axis, shape `[H, W]`, metres, 0 for holes.
  func scan(noiseGenerator: @Sendable (Int) -> SeededGenerator) -> Tensor {
    let placement = Placement(worldFromCamera)
    let right = placement.x / Float(camera.focalLength.x)
    let down = placement.y / Float(camera.focalLength.y)
    let rays = Rays(
      origin: placement.translation,
      corner: placement.z - right * Float(camera.principalPoint.x)
        - down * Float(camera.principalPoint.y), right: right, down: down, placement: placement,
      reach: Float2(
        Float(Double(camera.width) / 2 / camera.focalLength.x),
        Float(Double(camera.height) / 2 / camera.focalLength.y)))
    let (width, height) = (camera.width, camera.height)
    return Tensor(shape: [height, width], of: Float.self) { memory in
      guard let target = SharedElements(memory) else { return }
      let scanner = self
      RowSplit.run(pieces: height, threads: threads) { rows in
        scanner.snapshot.withCaster { caster in
          for row in rows {
            var generator = noiseGenerator(row)
            for column in 0..<width {
              // Each pixel draws the same amount of chance whatever it sees.
              let draw = Float(generator.normal())
              let turn = Float(generator.uniform())
              target.base[row &* width &+ column] = scanner.depth(
                column, row, rays, caster, draw: draw, turn: turn)
            }
          }
        }
      }
    }
  }

  private func depth(
    _ column: Int, _ row: Int, _ rays: Rays, _ caster: RayCaster, draw: Float, turn: Float
  ) -> Float {
    switch model {
    case .structuredLight(let model):
      let direction = rays.direction(Float(column), Float(row))
      let point = caster.surface(
        from: rays.origin, along: direction, stepX: rays.right, stepY: rays.down)
      guard point.object != -2 else { return 0 }
      let echoes = caster.echoes(of: point, from: rays.origin, along: direction)
      let projector = rays.origin + rays.placement.x * Float(model.baseline)
      let isHidden = caster.isShadowed(
        point, towards: projector - point.position, before: 1)
      return model.measured(echoes, isHidden: isHidden, draw: draw, share: noise)
    case .indirectTimeOfFlight(let model):
      return indirect(model, column, row, rays, caster, draw: draw, turn: turn)
    case .directTimeOfFlight(let model):
      return direct(model, column, row, rays, caster, draw: draw)
    }
  }

  private func indirect(
    _ model: IndirectTimeOfFlight, _ column: Int, _ row: Int, _ rays: Rays, _ caster: RayCaster,
    draw: Float, turn: Float
  ) -> Float {
    var sum = IndirectTimeOfFlight.Phasor()
    let places = model.flyingPixels ? Self.offsets : [Float2(0, 0)]
    for offset in places {
      let direction = rays.direction(Float(column) + offset.x, Float(row) + offset.y)
      let point = caster.surface(
        from: rays.origin, along: direction, stepX: rays.right, stepY: rays.down)
      guard point.object != -2 else { continue }
      let echoes = caster.echoes(of: point, from: rays.origin, along: direction)
      if model.isConflict(echoes) { return 0 }
      for echo in [echoes.surface, echoes.other] {
        model.add(range: Double(echo.range), strength: Double(echo.strength), to: &sum)
      }
      if model.multipathRays > 0 {
        addMultipath(model, point, echoes, rays, caster, turn: turn, to: &sum)
      }
    }
    let range = model.range(sum, rays: places.count, draw: draw, share: noise)
    let depth = range / Double(rays.direction(Float(column), Float(row)).length)
    return depth >= model.minDepth && depth <= model.maxDepth ? Float(depth) : 0
  }

  /// Light that reaches the surface over another one: a cosine-weighted fan of rays, one bounce.
  ///
  /// The irradiance from the fan, relative to that which a facing surface at 1 m gets, is the mean of reflectance times the
  /// irradiance of the surfaces that the rays meet.
  private func addMultipath(
    _ model: IndirectTimeOfFlight, _ point: SurfacePoint, _ echoes: RayEchoes, _ rays: Rays,
    _ caster: RayCaster, turn: Float, to sum: inout IndirectTimeOfFlight.Phasor
  ) {
    let origin = rays.origin
    let toSensor = origin - point.position
    let cosine = max(0, point.faceNormal.dot(toSensor.normalized))
    guard cosine > 0, echoes.surface.strength > 0 else { return }
    let range = echoes.surface.range
    // The surface's reflectance, from its direct echo.
    let reflectance = echoes.surface.strength * range * range / cosine
    let helper = abs(point.faceNormal.z) < 0.9 ? Float3(0, 0, 1) : Float3(1, 0, 0)
    let tangent = helper.cross(point.faceNormal).normalized
    let other = point.faceNormal.cross(tangent)
    let start = point.position + point.faceNormal * 0.003
    let count = model.multipathRays
    for number in 0..<count {
      // A spiral with the golden angle covers the disc evenly.
      let radius = ((Float(number) + 0.5) / Float(count)).squareRoot()
      let angle = (Float(number) * 0.381_966 + turn) * 2 * .pi
      let up = max(0, 1 - radius * radius).squareRoot()
      let direction =
        tangent * (radius * cos(angle)) + other * (radius * sin(angle)) + point.faceNormal * up
      let bounce = caster.surface(
        from: start, along: direction, stepX: Float3(0.002, 0, 0), stepY: Float3(0, 0, 0.002))
      guard bounce.object != -2, bounce.distance < 20, rays.isLit(bounce.position) else { continue }
      let back = origin - bounce.position
      let distance = back.length
      let facing = bounce.faceNormal.dot(back) / max(distance, 1e-3)
      guard facing > 0,
        !caster.isShadowed(bounce, towards: back, before: 0.99)
      else { continue }
      let sample = caster.materials[Int(bounce.material)].sample(
        bounce.surface, footprint: Float2(0.02, 0.02))
      let irradiance = sample.reflectance * facing / max(distance * distance, 1e-3)
      model.add(
        range: Double((range + bounce.distance + distance) / 2),
        strength: Double(reflectance * irradiance) / Double(count), to: &sum)
    }
  }

  private func direct(
    _ model: DirectTimeOfFlight, _ column: Int, _ row: Int, _ rays: Rays, _ caster: RayCaster,
    draw: Float
  ) -> Float {
    let range = withUnsafeTemporaryAllocation(of: SurfaceEcho.self, capacity: 8) { found in
      var count = 0
      for offset in Self.offsets {
        let direction = rays.direction(Float(column) + offset.x, Float(row) + offset.y)
        let point = caster.surface(
          from: rays.origin, along: direction, stepX: rays.right, stepY: rays.down)
        guard point.object != -2 else { continue }
        let echoes = caster.echoes(of: point, from: rays.origin, along: direction)
        for echo in [echoes.surface, echoes.other] where echo.strength > 0 {
          found[count] = echo
          count += 1
        }
      }
      return model.range(
        UnsafeBufferPointer(rebasing: found[..<count]), rays: Self.offsets.count, draw: draw,
        share: noise)
    }
    let depth = range / Double(rays.direction(Float(column), Float(row)).length)
    return depth >= model.minDepth && depth <= model.maxDepth ? Float(depth) : 0
  }
}
