/// Widths of the street's strips, metres from its middle; the two sides mirror each other.
enum StreetLayout {
  /// Outer edge of the driving lane; lanes meet in the middle.
  static let laneEdge: Float = 3.4
  /// Outer edge of the cycle lane.
  static let cycleEdge: Float = 4.9
  /// Outer edge of the parking strip; the kerb stands here.
  static let kerb: Float = 7.1
  /// Outer edge of the pavement; facades stand here.
  static let facade: Float = 11.2
  /// Height of the pavement above the road.
  static let kerbHeight: Float = 0.13
  /// Length of one block; each is laid out by its own random stream.
  static let blockLength: Float = 60
  /// Length of a parking bay.
  static let bayLength: Float = 6.4
  /// Where in each block the crossing lies.
  static let crossing: ClosedRange<Float> = 27...30.5
}

extension Material {
  /// Asphalt with lane lines, cycle lanes, parking bays and a crossing in each block.
  @inline(__always)
  func road(_ place: Float2, _ width: Float2, _ sample: inout SurfaceSample) {
    let (along, side) = (place.x, abs(place.y))
    // Repaired patches and tyre tracks.
    let patch = Noise.smooth(Float2(along / 9, place.y / 3), seed &+ 3)
    sample.color *= 0.86 + 0.28 * min(max((patch - 0.45) * 6, 0), 1)
    let track = abs(abs(side - 1.7) - 0.75)
    sample.color *= 0.93 + 0.07 * min(track / 0.4, 1)

    let block = (along / StreetLayout.blockLength).rounded(.down)
    let inBlock = along - block * StreetLayout.blockLength
    let crossing = Coverage.band(
      inBlock, StreetLayout.crossing.lowerBound, StreetLayout.crossing.upperBound,
      footprint: width.x)
    let zebra =
      crossing * Coverage.band(side, -1, StreetLayout.cycleEdge - 0.2, footprint: width.y)
      * Coverage.stripes(place.y + 0.25, period: 1, width: 0.5, footprint: width.y)
    let middle =
      Coverage.band(place.y, -0.08, 0.08, footprint: width.y)
      * Coverage.stripes(along, period: 6, width: 3, footprint: width.x)
    let cycle =
      Coverage.band(
        side, StreetLayout.laneEdge - 0.06, StreetLayout.laneEdge + 0.06, footprint: width.y)
      * Coverage.stripes(along, period: 2, width: 1, footprint: width.x)
    let parking =
      Coverage.band(
        side, StreetLayout.cycleEdge - 0.05, StreetLayout.cycleEdge + 0.05, footprint: width.y)
    let bays =
      Coverage.band(side, StreetLayout.cycleEdge, StreetLayout.kerb, footprint: width.y)
      * Coverage.stripes(
        inBlock + 0.05, period: StreetLayout.bayLength, width: 0.1, footprint: width.x)
    let lines = max(middle, cycle, parking, bays) * (1 - crossing)
    // Worn paint.
    let wear = 0.65 + 0.35 * Noise.smooth(place * 3, seed &+ 11)
    let paint = max(lines, zebra) * wear
    sample.color = sample.color.mixed(with: second, by: paint)
    sample.reflectance += (0.75 - reflectance) * paint
  }

  /// A house front: shops below, rows of windows above.
  @inline(__always)
  func facade(_ place: Float2, _ width: Float2, _ sample: inout SurfaceSample) {
    let groundFloor: Float = 3.6
    let bay = (place.x / scale.x).rounded(.down)
    let x = place.x - bay * scale.x
    let (wallColor, glass) = (base, Float3(0.03, 0.04, 0.05))
    // Weathering: darker towards the ground and under the eaves' streaks.
    let streak = Noise.smooth(Float2(place.x * 1.7, place.y * 0.25), seed &+ 23)
    sample.color = wallColor * (0.86 + 0.2 * streak) * (0.85 + 0.15 * min(place.y / 2, 1))

    if place.y < groundFloor {
      let kind = Noise.value(Noise.cell(bay), -1, seed)
      let plinth = Coverage.band(place.y, -1, 0.45, footprint: width.y)
      let sign = Coverage.band(place.y, 2.85, 3.4, footprint: width.y)
      sample.color = sample.color.mixed(with: Float3(0.16, 0.155, 0.15), by: plinth)
      if kind < 0.62 {
        let isDoor = kind < 0.22
        let (low, margin): (Float, Float) = isDoor ? (0.05, scale.x * 0.5 - 0.55) : (0.5, 0.22)
        addOpening(
          x, place.y, left: margin, right: scale.x - margin, bottom: low, top: 2.65, width,
          pane: isDoor ? third * 0.6 : glass * (1 + 2 * kind), isGlass: !isDoor, &sample)
      }
      sample.color = sample.color.mixed(with: third, by: sign)
      sample.reflectance += 0.2 * sign
      return
    }
    let height = place.y - groundFloor
    let floor = (height / scale.y).rounded(.down)
    let y = height - floor * scale.y
    // A ledge between floors.
    let ledge = Coverage.band(y, 0, 0.16, footprint: width.y)
    sample.color = sample.color.mixed(with: wallColor * 1.25, by: ledge)
    let choice = Noise.value(Noise.cell(bay), Noise.cell(floor), seed)
    let half = min(scale.x * 0.24, 0.75)
    let curtain = choice < 0.35 ? Float3(0.5, 0.46, 0.4) : glass * (1 + 3 * choice)
    addOpening(
      x, y, left: scale.x / 2 - half, right: scale.x / 2 + half, bottom: 0.85,
      top: min(scale.y - 0.4, 2.45), width, pane: curtain, isGlass: true, &sample)
    // The sill catches light.
    let sill =
      Coverage.band(x, scale.x / 2 - half - 0.12, scale.x / 2 + half + 0.12, footprint: width.x)
      * Coverage.band(y, 0.7, 0.82, footprint: width.y)
    sample.color = sample.color.mixed(with: Float3(0.55, 0.54, 0.5), by: sill)
  }

  /// A pane with a frame around it and a bar in the middle.
  @inline(__always)
  private func addOpening(
    _ x: Float, _ y: Float, left: Float, right: Float, bottom: Float, top: Float, _ width: Float2,
    pane: Float3, isGlass: Bool, _ sample: inout SurfaceSample
  ) {
    let frame: Float = 0.09
    let outer =
      Coverage.band(x, left - frame, right + frame, footprint: width.x)
      * Coverage.band(y, bottom - frame, top + frame, footprint: width.y)
    let inner =
      Coverage.band(x, left, right, footprint: width.x)
      * Coverage.band(y, bottom, top, footprint: width.y)
    let middle = (left + right) / 2
    let bar = Coverage.band(x, middle - 0.035, middle + 0.035, footprint: width.x)
    let cross = Coverage.band(y, top - 0.62, top - 0.55, footprint: width.y)
    let clear = inner * (1 - max(bar, cross))
    sample.color = sample.color.mixed(with: second, by: outer)
    sample.color = sample.color.mixed(with: pane, by: clear)
    if isGlass {
      sample.gloss += (0.12 - sample.gloss) * clear
      sample.reflectance += (0.03 - sample.reflectance) * clear
      sample.specularity += (0.1 - sample.specularity) * clear
      sample.transparency += (0.75 - sample.transparency) * clear
    }
  }
}
