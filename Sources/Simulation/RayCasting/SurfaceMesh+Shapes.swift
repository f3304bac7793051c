import Foundation

extension SurfaceMesh {
  /// A four-cornered face, counter-clockwise seen from outside; surface coordinates start at `a`.
  mutating func addQuad(
    _ a: Float3, _ b: Float3, _ c: Float3, _ d: Float3, material: Int32,
    surfaceOrigin: Float2 = Float2(0, 0)
  ) {
    let along = b - a
    let (width, side) = (along.length, d - a)
    guard width > 1e-9 else {
      return addTriangle(
        a, c, d, surface: (surfaceOrigin, surfaceOrigin, surfaceOrigin), material: material)
    }
    let unit = along / width
    let across = (side - unit * side.dot(unit)).length
    func surface(_ corner: Float3) -> Float2 {
      let offset = corner - a
      let forward = offset.dot(unit)
      let up = (offset - unit * forward).length
      return surfaceOrigin + Float2(forward, across > 0 ? up : 0)
    }
    addTriangle(
      a, b, c, surface: (surface(a), surface(b), surface(c)), material: material)
    addTriangle(
      a, c, d, surface: (surface(a), surface(c), surface(d)), material: material)
  }

  /// An axis-parallel box.
  mutating func addBox(center: Float3, size: Float3, material: Int32, top: Int32? = nil) {
    addFrustum(
      bottom: (center - size / 2, Float2(size.x, size.y)),
      top: (
        Float3(center.x - size.x / 2, center.y - size.y / 2, center.z + size.z / 2),
        Float2(size.x, size.y)
      ), material: material, topMaterial: top)
  }

  /// A body between two axis-parallel rectangles, each given by its corner with the lowest coordinates and its size.
  mutating func addFrustum(
    bottom: (corner: Float3, size: Float2), top: (corner: Float3, size: Float2), material: Int32,
    topMaterial: Int32? = nil
  ) {
    func corners(_ part: (corner: Float3, size: Float2)) -> [Float3] {
      [
        part.corner, part.corner + Float3(part.size.x, 0, 0),
        part.corner + Float3(part.size.x, part.size.y, 0), part.corner + Float3(0, part.size.y, 0),
      ]
    }
    let (low, high) = (corners(bottom), corners(top))
    for side in 0..<4 {
      let next = (side + 1) % 4
      addQuad(
        low[side], low[next], high[next], high[side], material: material,
        surfaceOrigin: Float2(Float(side) * 1.37, 0))
    }
    addQuad(high[0], high[1], high[2], high[3], material: topMaterial ?? material)
    addQuad(low[3], low[2], low[1], low[0], material: material)
  }

  /// A round, possibly tapered tube between two points, smooth around; closed by discs where `capped`.
  mutating func addTube(
    from start: Float3, to end: Float3, radii: (Float, Float), sides: Int = 10, material: Int32,
    capMaterial: Int32? = nil, capped: Bool = true
  ) {
    let axis = (end - start).normalized
    let helper = abs(axis.z) < 0.9 ? Float3(0, 0, 1) : Float3(1, 0, 0)
    let first = axis.cross(helper).normalized
    let second = axis.cross(first)
    let height = (end - start).length
    func around(_ step: Int) -> (Float3, Float) {
      let angle = 2 * Float.pi * Float(step) / Float(sides)
      return (first * cos(angle) + second * sin(angle), angle * max(radii.0, radii.1))
    }
    for step in 0..<sides {
      let (left, leftAlong) = around(step)
      let (right, rightAlong) = around(step + 1)
      let (a, b) = (start + left * radii.0, start + right * radii.0)
      let (c, d) = (end + right * radii.1, end + left * radii.1)
      let surface = [
        Float2(leftAlong, 0), Float2(rightAlong, 0), Float2(rightAlong, height),
        Float2(leftAlong, height),
      ]
      addSmoothTriangle(
        a, b, c, normals: (left, right, right), surface: (surface[0], surface[1], surface[2]),
        material: material)
      addSmoothTriangle(
        a, c, d, normals: (left, right, left), surface: (surface[0], surface[2], surface[3]),
        material: material)
      guard capped else { continue }
      let flat = (Float2(0, 0), Float2(left.x, left.y), Float2(right.x, right.y))
      addTriangle(start, b, a, surface: flat, material: capMaterial ?? material)
      addTriangle(end, d, c, surface: flat, material: capMaterial ?? material)
    }
  }

  /// A ball stretched along the axes, smooth.
  mutating func addEllipsoid(
    center: Float3, radii: Float3, sides: Int = 10, rings: Int = 6, material: Int32
  ) {
    func unit(_ ring: Int, _ side: Int) -> Float3 {
      let polar = Float.pi * Float(ring) / Float(rings)
      let azimuth = 2 * Float.pi * Float(side) / Float(sides)
      return Float3(sin(polar) * cos(azimuth), sin(polar) * sin(azimuth), cos(polar))
    }
    func surface(_ ring: Int, _ side: Int) -> Float2 {
      Float2(
        Float(side) / Float(sides) * 2 * .pi * max(radii.x, radii.y),
        Float(ring) / Float(rings) * .pi * radii.z)
    }
    for ring in 0..<rings {
      for side in 0..<sides {
        let places = [(ring, side), (ring + 1, side), (ring + 1, side + 1), (ring, side + 1)]
        let normals = places.map { (unit($0.0, $0.1) / radii).normalized }
        let corners = places.map { center + unit($0.0, $0.1) * radii }
        let coordinates = places.map { surface($0.0, $0.1) }
        for (i, j, k) in [(0, 1, 2), (0, 2, 3)] {
          // The poles' triangles collapse on one side.
          if ring == 0 && k == 3 || ring == rings - 1 && k == 2 { continue }
          addSmoothTriangle(
            corners[i], corners[j], corners[k], normals: (normals[i], normals[j], normals[k]),
            surface: (coordinates[i], coordinates[j], coordinates[k]), material: material)
        }
      }
    }
  }

  /// A smooth skin over ellipses strung along a spine that lies in a plane of constant y; each has a radius across the
  /// spine within that plane and a radius along y.
  mutating func addSkin(
    rings: [(center: Float3, depth: Float, width: Float)], sides: Int = 12, material: Int32
  ) {
    let spine = (rings[rings.count - 1].center - rings[0].center).normalized
    let (side, front) = (Float3(0, 1, 0), Float3(0, 1, 0).cross(spine))
    func corner(_ ring: Int, _ step: Int) -> (place: Float3, normal: Float3, around: Float) {
      let angle = 2 * Float.pi * Float(step) / Float(sides)
      let (depth, width) = (rings[ring].depth, rings[ring].width)
      let out = front * (cos(angle) * depth) + side * (sin(angle) * width)
      let normal = front * (cos(angle) * width) + side * (sin(angle) * depth)
      return (rings[ring].center + out, normal.normalized, angle * width)
    }
    for ring in 0..<(rings.count - 1) {
      let rise = (rings[ring + 1].center - rings[ring].center).length
      let start = (rings[ring].center - rings[0].center).length
      for step in 0..<sides {
        let (a, b) = (corner(ring, step), corner(ring, step + 1))
        let (c, d) = (corner(ring + 1, step + 1), corner(ring + 1, step))
        let low = (Float2(a.around, start), Float2(b.around, start))
        let high = (Float2(c.around, start + rise), Float2(d.around, start + rise))
        addSmoothTriangle(
          a.place, b.place, c.place, normals: (a.normal, b.normal, c.normal),
          surface: (low.0, low.1, high.0), material: material)
        addSmoothTriangle(
          a.place, c.place, d.place, normals: (a.normal, c.normal, d.normal),
          surface: (low.0, high.0, high.1), material: material)
      }
    }
  }

  /// A convex side profile in the x-z plane, counter-clockwise seen from -y, drawn out along y with chamfered flanks.
  mutating func addExtrusion(
    profile: [Float2], width: Float, chamfer: Float, material: Int32
  ) {
    let middle = profile.reduce(Float2(0, 0), +) / Float(profile.count)
    let inner = profile.map { point -> Float2 in
      let offset = point - middle
      let length = (offset * offset).sum().squareRoot()
      return middle + offset * max(0, 1 - chamfer / max(length, 1e-6))
    }
    let layers: [(Float, [Float2])] = [
      (-width / 2, inner), (-width / 2 + chamfer, profile), (width / 2 - chamfer, profile),
      (width / 2, inner),
    ]
    func lift(_ layer: (Float, [Float2]), _ index: Int) -> Float3 {
      let point = layer.1[index % profile.count]
      return Float3(point.x, layer.0, point.y)
    }
    for (near, far) in zip(layers, layers.dropFirst()) {
      for index in profile.indices {
        addQuad(
          lift(near, index + 1), lift(near, index), lift(far, index), lift(far, index + 1),
          material: material)
      }
    }
    for index in 1..<(profile.count - 1) {
      for (layer, order) in [
        (layers[0], [0, index, index + 1]), (layers[3], [0, index + 1, index]),
      ] {
        addTriangle(
          lift(layer, order[0]), lift(layer, order[1]), lift(layer, order[2]),
          surface: (layer.1[order[0]], layer.1[order[1]], layer.1[order[2]]), material: material)
      }
    }
  }
}
