/// Road, kerbs, verges, pavements and the land beside a random street, in street coordinates.
struct StreetGround {
  let plan: StreetPlan
  let palette: StreetPalette
  let roadside: RoadsideMaterials

  /// The land ends here on both sides, metres from the middle.
  static let reach = 85.0
  private static let step = 6.0

  /// All of it.
  func add(to mesh: inout SurfaceMesh) {
    for (start, end) in pieces {
      if plan.isJunction((start + end) / 2) {
        addStrip(&mesh, start, end, -Self.reach, 0, Self.reach, 0, roadside.asphalt)
      } else {
        for side in plan.sides { addSide(&mesh, start, end, side) }
      }
    }
    addMarkings(&mesh)
  }

  /// Pieces of the street's length, cut at the junction.
  private var pieces: [(Double, Double)] {
    var cuts = Array(
      stride(from: plan.extent.lowerBound, to: plan.extent.upperBound, by: Self.step))
    cuts.append(plan.extent.upperBound)
    if let junction = plan.junction { cuts += [junction.lowerBound, junction.upperBound] }
    cuts.sort()
    return zip(cuts, cuts.dropFirst()).filter { $0.1 - $0.0 > 1e-6 }.map { ($0.0, $0.1) }
  }

  private func addSide(
    _ mesh: inout SurfaceMesh, _ start: Double, _ end: Double, _ side: StreetPlan.Side
  ) {
    func strip(_ near: Double, _ far: Double, _ low: Double, _ high: Double, _ material: Int32) {
      guard far > near || high > low else { return }
      addStrip(&mesh, start, end, side.sign * near, low, side.sign * far, high, material)
    }
    let kerb = side.kerb
    strip(0, side.kerbEdge, 0, 0, roadside.asphalt)
    strip(side.kerbEdge, side.kerbEdge, 0, kerb, palette.kerb)
    strip(side.kerbEdge, side.kerbEdge + 0.15, kerb, kerb, palette.kerb)
    strip(side.kerbEdge + 0.15, side.vergeEdge, kerb, kerb, palette.grass)
    strip(
      max(side.vergeEdge, side.kerbEdge + 0.15), side.pavementEdge, kerb, kerb,
      plan.isRural ? roadside.gravel : palette.paving)
    var edge = side.pavementEdge
    while edge < Self.reach {
      let next = min(edge + 15, Self.reach)
      strip(edge, next, kerb, kerb, palette.grass)
      edge = next
    }
  }

  /// A strip between two lines along the street, each with its height.
  private func addStrip(
    _ mesh: inout SurfaceMesh, _ start: Double, _ end: Double, _ near: Double, _ low: Double,
    _ far: Double, _ high: Double, _ material: Int32
  ) {
    func corner(_ s: Double, _ d: Double, _ z: Double) -> Float3 {
      Float3(Float(s), Float(d), Float(z))
    }
    mesh.addQuad(
      corner(start, near, low), corner(end, near, low), corner(end, far, high),
      corner(start, far, high), material: material,
      surfaceOrigin: Float2(Float(start), Float(near)))
  }

  /// Lines between and beside the lanes, four millimetres thick.
  private func addMarkings(_ mesh: inout SurfaceMesh) {
    func line(_ s: Double, _ length: Double, _ d: Double) {
      guard !plan.isJunction(s, margin: length) else { return }
      addStrip(&mesh, s, s + length, d - 0.07, 0.004, d + 0.07, 0.004, roadside.marking)
    }
    let end = plan.extent.upperBound - Self.step
    for s in stride(from: plan.extent.lowerBound, to: end, by: 6) {
      line(s, 3, 0)
      for side in plan.sides {
        for lane in 1..<max(side.lanes, 1) {
          line(s, 3, side.sign * Double(lane) * side.laneWidth)
        }
        if side.cycleStrip > 0 || side.parking != .none { line(s, 5.9, side.sign * side.lanesEdge) }
      }
    }
  }
}
