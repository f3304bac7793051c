import Foundation
import Tensors

/// Pieces of furniture: footprint's centre at the origin, front towards +x.
struct FurnitureShape: Sendable {
  let palette: RoomPalette

  /// A dining table.
  func table(size: Float3) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let leg: Float = 0.07
    mesh.addBox(
      center: Float3(0, 0, size.z - 0.02), size: Float3(size.x, size.y, 0.04),
      material: palette.oak)
    mesh.addBox(
      center: Float3(0, 0, size.z - 0.09), size: Float3(size.x - 0.2, size.y - 0.2, 0.1),
      material: palette.oak)
    for (x, y) in [(-1, -1), (-1, 1), (1, -1), (1, 1)] as [(Float, Float)] {
      let foot = Float3(x * (size.x / 2 - 0.09), y * (size.y / 2 - 0.09), 0)
      mesh.addTube(
        from: foot, to: foot + Float3(0, 0, size.z - 0.04), radii: (leg / 2.4, leg / 1.7),
        sides: 8, material: palette.oak)
    }
    // A bowl with fruit and a pile of books.
    let top = size.z
    mesh.addTube(
      from: Float3(0.1, 0.05, top), to: Float3(0.1, 0.05, top + 0.09), radii: (0.07, 0.16),
      sides: 14, material: palette.ceramic, capped: false)
    for (index, place) in [(0.06, 0.02), (0.16, 0.06), (0.09, 0.11)].enumerated() {
      mesh.addEllipsoid(
        center: Float3(Float(place.0), Float(place.1), top + 0.08),
        radii: Float3(repeating: 0.05), material: palette.books[index])
    }
    for layer in 0..<3 {
      mesh.addBox(
        center: Float3(
          -size.x * 0.27, -0.05 + 0.02 * Float(layer), top + 0.018 + 0.036 * Float(layer)),
        size: Float3(0.2 - 0.02 * Float(layer), 0.27, 0.034), material: palette.books[layer + 2])
    }
    return mesh
  }

  /// A chair with slats in its back.
  func chair() -> SurfaceMesh {
    var mesh = SurfaceMesh()
    mesh.addBox(
      center: Float3(0, 0, 0.45), size: Float3(0.44, 0.44, 0.05), material: palette.seat)
    for (x, y) in [(-1, -1), (-1, 1), (1, -1), (1, 1)] as [(Float, Float)] {
      let top: Float = x < 0 ? 0.92 : 0.43
      mesh.addTube(
        from: Float3(x * 0.2, y * 0.2, 0), to: Float3(x * 0.2 - (x < 0 ? 0.04 : 0), y * 0.2, top),
        radii: (0.018, 0.02), sides: 7, material: palette.walnut)
    }
    for slat in 0..<3 {
      mesh.addBox(
        center: Float3(-0.228 - 0.006 * Float(slat), 0, 0.58 + 0.13 * Float(slat)),
        size: Float3(0.02, 0.4, 0.07), material: palette.walnut)
    }
    return mesh
  }

  /// A sofa with cushions.
  func sofa() -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let cloth = palette.cloth
    mesh.addBox(center: Float3(0, 0, 0.24), size: Float3(0.92, 2.1, 0.3), material: cloth)
    mesh.addFrustum(
      bottom: (Float3(-0.46, -1.05, 0.39), Float2(0.26, 2.1)),
      top: (Float3(-0.46, -1.02, 0.86), Float2(0.18, 2.04)), material: cloth)
    for side: Float in [-1, 1] {
      mesh.addBox(
        center: Float3(0, side * 0.95, 0.5), size: Float3(0.92, 0.2, 0.26), material: cloth)
      mesh.addTube(
        from: Float3(-0.44, side * 0.95, 0.63), to: Float3(0.46, side * 0.95, 0.63),
        radii: (0.1, 0.1), sides: 12, material: cloth)
      mesh.addBox(
        center: Float3(0.12, side * 0.42, 0.46), size: Float3(0.66, 0.82, 0.14),
        material: palette.clothLight)
      mesh.addEllipsoid(
        center: Float3(-0.12, side * 0.66, 0.66), radii: Float3(0.11, 0.23, 0.19), sides: 14,
        rings: 8, material: palette.cushion)
      for x: Float in [-0.38, 0.38] {
        mesh.addTube(
          from: Float3(x, side * 0.95, 0), to: Float3(x, side * 0.95, 0.1), radii: (0.025, 0.03),
          sides: 6, material: palette.walnut)
      }
    }
    return mesh
  }

  /// A bookshelf, partly filled.
  func bookshelf(_ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    let (depth, width, height): (Float, Float, Float) = (0.32, 1.2, 1.95)
    let wood = palette.walnut
    for side: Float in [-1, 1] {
      mesh.addBox(
        center: Float3(0, side * (width / 2 - 0.015), height / 2),
        size: Float3(depth, 0.03, height), material: wood)
    }
    mesh.addBox(
      center: Float3(-depth / 2 + 0.01, 0, height / 2), size: Float3(0.02, width - 0.06, height),
      material: wood)
    let boards = 6
    for board in 0..<boards {
      let z = 0.06 + Float(board) * (height - 0.09) / Float(boards - 1)
      mesh.addBox(
        center: Float3(0, 0, z), size: Float3(depth, width - 0.06, 0.03), material: wood)
      guard board < boards - 1 else { continue }
      var y = -width / 2 + 0.05
      while y < width / 2 - 0.1 {
        let thick = 0.022 + 0.035 * Float(generator.uniform())
        let tall = 0.2 + 0.12 * Float(generator.uniform())
        let deep = 0.17 + 0.07 * Float(generator.uniform())
        if generator.uniform() < 0.86 {
          mesh.addBox(
            center: Float3(depth / 2 - 0.05 - deep / 2, y + thick / 2, z + 0.015 + tall / 2),
            size: Float3(deep, thick - 0.003, tall),
            material: palette.books[generator.uniform(below: palette.books.count)])
          y += thick
        } else {
          y += 0.05 + 0.12 * Float(generator.uniform())
        }
      }
    }
    return mesh
  }

  /// A chest of drawers.
  func dresser() -> SurfaceMesh {
    var mesh = SurfaceMesh()
    mesh.addBox(
      center: Float3(0, 0, 0.44), size: Float3(0.46, 1.1, 0.76), material: palette.oak)
    mesh.addBox(
      center: Float3(0.01, 0, 0.835), size: Float3(0.5, 1.14, 0.03), material: palette.walnut)
    for row in 0..<3 {
      for column: Float in [-1, 1] {
        let center = Float3(0.235, column * 0.27, 0.2 + 0.245 * Float(row))
        mesh.addBox(center: center, size: Float3(0.02, 0.5, 0.21), material: palette.oak)
        mesh.addEllipsoid(
          center: center + Float3(0.025, 0, 0), radii: Float3(repeating: 0.017), sides: 8,
          rings: 5, material: palette.metal)
      }
    }
    for (x, y) in [(-1, -1), (-1, 1), (1, -1), (1, 1)] as [(Float, Float)] {
      mesh.addBox(
        center: Float3(x * 0.2, y * 0.5, 0.03), size: Float3(0.05, 0.05, 0.06),
        material: palette.walnut)
    }
    // A vase and a framed picture on top.
    mesh.addTube(
      from: Float3(0, 0.32, 0.85), to: Float3(0, 0.32, 1.02), radii: (0.05, 0.09), sides: 14,
      material: palette.ceramic)
    mesh.addTube(
      from: Float3(0, 0.32, 1.02), to: Float3(0, 0.32, 1.12), radii: (0.09, 0.04), sides: 14,
      material: palette.ceramic)
    mesh.addBox(
      center: Float3(-0.12, -0.25, 1.0), size: Float3(0.03, 0.4, 0.3),
      material: palette.paintings[0])
    return mesh
  }

  /// A cardboard box with a strip of tape.
  func box(size: Float3) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    mesh.addBox(
      center: Float3(0, 0, size.z / 2), size: size, material: palette.cardboard)
    mesh.addBox(
      center: Float3(0, 0, size.z), size: Float3(size.x + 0.004, 0.06, 0.004),
      material: palette.tape)
    for side: Float in [-1, 1] {
      mesh.addBox(
        center: Float3(side * size.x / 2, 0, size.z - 0.06), size: Float3(0.004, 0.06, 0.12),
        material: palette.tape)
    }
    return mesh
  }

  /// A plant in a pot.
  func plant(_ generator: inout SeededGenerator) -> SurfaceMesh {
    var mesh = SurfaceMesh()
    mesh.addTube(
      from: Float3(0, 0, 0), to: Float3(0, 0, 0.34), radii: (0.13, 0.18), sides: 16,
      material: palette.ceramic, capMaterial: palette.soil)
    for leaf in 0..<26 {
      let angle = Float(leaf) * 2.4 + Float(generator.uniform())
      let rise = 0.35 + 0.55 * Float(generator.uniform())
      let reach = 0.18 + 0.2 * Float(generator.uniform())
      let out = Float3(cos(angle), sin(angle), 0)
      let side = Float3(-sin(angle), cos(angle), 0) * 0.05
      let foot = Float3(0, 0, 0.34)
      let bend = foot + out * (reach * 0.5) + Float3(0, 0, rise)
      let tip = foot + out * reach + Float3(0, 0, rise * 0.9)
      let material = palette.leaves[leaf % palette.leaves.count]
      mesh.addTube(
        from: foot, to: bend, radii: (0.008, 0.004), sides: 4, material: material, capped: false)
      let middle = bend.mixed(with: tip, by: 0.4) + Float3(0, 0, 0.03)
      mesh.addQuad(bend, middle + side, tip, middle - side, material: material)
    }
    return mesh
  }
}
