extension Material {
  /// The colour at a place of the surface.
  ///
  /// - Parameters:
  ///   - place: Surface coordinates, metres.
  ///   - footprint: Extent of a pixel along both coordinates, metres; finer detail is averaged.
  /// - Returns: Filtered colour, gloss and infrared reflectance.
  @inline(__always)
  func sample(_ place: Float2, footprint: Float2) -> SurfaceSample {
    let width = Float2(max(footprint.x, 1e-4), max(footprint.y, 1e-4))
    var sample = SurfaceSample(
      color: base, gloss: gloss, reflectance: reflectance, specularity: specularity,
      transparency: transparency)
    switch pattern {
    case .plain: break
    case .checker: sample.color = base.mixed(with: second, by: checker(place, width))
    case .stripes:
      sample.color = base.mixed(
        with: second,
        by: Coverage.stripes(place.x, period: 2 * scale.x, width: scale.x, footprint: width.x))
    case .planks: planks(place, width, &sample)
    case .bricks: bricks(place, width, &sample)
    case .facade: facade(place, width, &sample)
    case .road: road(place, width, &sample)
    case .foliage: foliage(place, width, &sample)
    case .cloth: cloth(place, width, &sample)
    case .painting: painting(place, width, &sample)
    }
    if grain > 0 {
      let blur = (width.x * width.y).squareRoot()
      let noise = Noise.grain(
        place, coarsest: grainLength, octaves: 6, footprint: blur, seed: seed)
      sample.color *= max(0.2, 1 + grain * noise)
    }
    return sample
  }

  @inline(__always)
  private func checker(_ place: Float2, _ width: Float2) -> Float {
    let x = Coverage.stripes(place.x, period: 2 * scale.x, width: scale.x, footprint: width.x)
    let y = Coverage.stripes(place.y, period: 2 * scale.x, width: scale.x, footprint: width.y)
    return x + y - 2 * x * y
  }

  private func planks(_ place: Float2, _ width: Float2, _ sample: inout SurfaceSample) {
    let row = (place.x / scale.x).rounded(.down)
    let shift = Noise.value(Noise.cell(row), 3, seed) * scale.y
    let along = place.y + shift
    let board = (along / scale.y).rounded(.down)
    let tone = Noise.value(Noise.cell(row), Noise.cell(board), seed &+ 5)
    let blur = (width.x * width.y).squareRoot()
    // Grain runs along the board: ten times longer than wide.
    let fibre = Noise.grain(
      Float2(place.x * 10, along) + tone * 50, coarsest: 0.5, octaves: 4, footprint: blur * 5,
      seed: seed &+ 9)
    sample.color = base.mixed(with: second, by: min(max(0.15 + 0.5 * tone + 0.45 * fibre, 0), 1))
    let seam = max(
      Coverage.stripes(place.x, period: scale.x, width: 0.004, footprint: width.x),
      Coverage.stripes(along, period: scale.y, width: 0.004, footprint: width.y))
    sample.color *= 1 - 0.7 * seam
  }

  private func bricks(_ place: Float2, _ width: Float2, _ sample: inout SurfaceSample) {
    let course = (place.y / scale.y).rounded(.down)
    let along = place.x + (Noise.cell(course) & 1 == 0 ? 0 : scale.x / 2)
    let brick = (along / scale.x).rounded(.down)
    let joint = min(scale.x, scale.y) * 0.14
    let mortar = max(
      Coverage.stripes(along, period: scale.x, width: joint, footprint: width.x),
      Coverage.stripes(place.y, period: scale.y, width: joint, footprint: width.y))
    let tone = Noise.value(Noise.cell(brick), Noise.cell(course), seed) - 0.5
    let visible = min(1, scale.y / max(width.x, width.y))
    sample.color = (base * (1 + 0.5 * tone * visible)).mixed(with: second, by: mortar)
  }

  private func foliage(_ place: Float2, _ width: Float2, _ sample: inout SurfaceSample) {
    let leaf = Noise.grain(
      place, coarsest: 0.5, octaves: 4, footprint: (width.x * width.y).squareRoot(), seed: seed)
    sample.color = base.mixed(with: second, by: min(max(0.5 + 0.7 * leaf, 0), 1))
  }

  private func cloth(_ place: Float2, _ width: Float2, _ sample: inout SurfaceSample) {
    let warp = Coverage.stripes(
      place.x, period: 2 * scale.x, width: scale.x, footprint: width.x)
    let weft = Coverage.stripes(
      place.y, period: 2 * scale.x, width: scale.x, footprint: width.y)
    sample.color = base.mixed(with: second, by: 0.5 * (warp + weft - warp * weft))
  }

  private func painting(_ place: Float2, _ width: Float2, _ sample: inout SurfaceSample) {
    let blur = (width.x * width.y).squareRoot()
    let first = Noise.grain(place, coarsest: scale.x, octaves: 3, footprint: blur, seed: seed)
    let other = Noise.grain(
      place, coarsest: scale.y, octaves: 3, footprint: blur, seed: seed &+ 77)
    sample.color = base.mixed(with: second, by: min(max(0.5 + first * 4, 0), 1))
    sample.color = sample.color.mixed(with: third, by: min(max(other * 4, 0), 1))
  }
}
