import Foundation

extension SurfaceMesh {
  /// A skin over closed outlines with the same number of corners, each counter-clockwise seen against the direction of the
  /// loft; flat ends where `caps` says so.
  mutating func addLoft(
    _ outlines: [[Float3]], material: Int32, caps: (start: Bool, end: Bool) = (true, true)
  ) {
    for (low, high) in zip(outlines, outlines.dropFirst()) {
      for index in low.indices {
        let next = (index + 1) % low.count
        addQuad(low[index], low[next], high[next], high[index], material: material)
      }
    }
    func addCap(_ outline: [Float3], isReversed: Bool) {
      for index in 1..<(outline.count - 1) {
        let (a, b, c) = (outline[0], outline[index], outline[index + 1])
        func flat(_ corner: Float3) -> Float2 { Float2((corner - a).x, (corner - a).y) }
        if isReversed {
          addTriangle(a, c, b, surface: (flat(a), flat(c), flat(b)), material: material)
        } else {
          addTriangle(a, b, c, surface: (flat(a), flat(b), flat(c)), material: material)
        }
      }
    }
    if caps.start, let first = outlines.first { addCap(first, isReversed: true) }
    if caps.end, let last = outlines.last { addCap(last, isReversed: false) }
  }

  /// A level outline between an ellipse (`power` 2) and a rectangle (large `power`), counter-clockwise seen from above.
  static func outline(
    center: Float3, radii: Float2, power: Float = 2, corners: Int = 20
  ) -> [Float3] {
    (0..<corners).map { step in
      let angle = 2 * Float.pi * (Float(step) + 0.5) / Float(corners)
      func reach(_ value: Float) -> Float {
        value < 0 ? -pow(-value, 2 / power) : pow(value, 2 / power)
      }
      return center + Float3(reach(cos(angle)) * radii.x, reach(sin(angle)) * radii.y, 0)
    }
  }

  /// A box with rounded upper edges: a cushion or a mattress.
  mutating func addCushion(low: Float3, high: Float3, round: Float, material: Int32) {
    let middle = (low + high) / 2
    let half = Float2(high.x - low.x, high.y - low.y) / 2
    let round = min(round, min(half.x, half.y) * 0.6, (high.z - low.z) * 0.49)
    let layers: [(z: Float, inset: Float)] = [
      (low.z, round * 0.5), (low.z + round * 0.6, 0), (high.z - round, 0),
      (high.z - round * 0.3, round * 0.3), (high.z, round),
    ]
    addLoft(
      layers.map { layer in
        Self.outline(
          center: Float3(middle.x, middle.y, layer.z), radii: half - layer.inset, power: 9,
          corners: 24)
      }, material: material)
  }

  /// Legs under the corners of a rectangle around the origin.
  ///
  /// - Parameters:
  ///   - half: Half extents of the rectangle on which the feet stand.
  ///   - top: Height of their upper ends.
  ///   - thickness: At the upper end.
  ///   - taper: Thickness of the foot as a share.
  ///   - splay: How much farther out the feet stand than the upper ends.
  ///   - isRound: Turned rather than square.
  ///   - material: What they are made of.
  mutating func addLegs(
    half: Float2, top: Float, thickness: Float, taper: Float = 1, splay: Float = 0,
    isRound: Bool = false, material: Int32
  ) {
    for (x, y) in [(-1, -1), (-1, 1), (1, -1), (1, 1)] as [(Float, Float)] {
      let foot = Float3(x * (half.x - thickness / 2), y * (half.y - thickness / 2), 0)
      let head = Float3(foot.x - x * splay, foot.y - y * splay, top)
      if isRound {
        addTube(
          from: foot, to: head, radii: (thickness / 2 * taper, thickness / 2), sides: 8,
          material: material)
      } else {
        let (low, high) = (thickness * taper, thickness)
        addFrustum(
          bottom: (foot - Float3(low / 2, low / 2, 0), Float2(low, low)),
          top: (head - Float3(high / 2, high / 2, 0), Float2(high, high)), material: material)
      }
    }
  }

  /// The mesh stretched along its axes.
  func stretched(_ factors: Float3) -> SurfaceMesh {
    var mesh = self
    for index in mesh.triangles.indices {
      mesh.triangles[index].a *= factors
      mesh.triangles[index].b *= factors
      mesh.triangles[index].c *= factors
      mesh.triangles[index].normalA = (mesh.triangles[index].normalA / factors).normalized
      mesh.triangles[index].normalB = (mesh.triangles[index].normalB / factors).normalized
      mesh.triangles[index].normalC = (mesh.triangles[index].normalC / factors).normalized
    }
    return mesh
  }

  /// The mesh moved so that its footprint's centre lies at the origin and its lowest point on the floor.
  func centered() -> SurfaceMesh {
    guard let (low, high) = bounds else { return self }
    var mesh = SurfaceMesh()
    mesh.append(
      self, at: Placement(position: Float3(-(low.x + high.x) / 2, -(low.y + high.y) / 2, -low.z)))
    return mesh
  }
}
