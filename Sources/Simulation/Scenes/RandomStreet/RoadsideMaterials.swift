import Foundation
import Tensors

/// Materials that only random streets have.
struct RoadsideMaterials: Sendable {
  let asphalt: Int32
  let marking: Int32
  let concrete: Int32
  let wood: Int32
  let gravel: Int32
  let metal: [Int32]
  let cargo: [Int32]

  init(_ table: inout MaterialTable) {
    asphalt = table.add(
      Material(
        base: Float3(0.085, 0.086, 0.09), grain: 0.6, grainLength: 0.16, reflectance: 0.16))
    marking = table.add(
      Material(base: Float3(0.68, 0.68, 0.66), grain: 0.2, reflectance: 0.75))
    concrete = table.add(
      Material(base: Float3(0.36, 0.35, 0.33), grain: 0.25, grainLength: 0.9, reflectance: 0.4))
    wood = table.add(
      Material(
        pattern: .planks, base: Float3(0.2, 0.13, 0.07), second: Float3(0.32, 0.22, 0.13),
        scale: Float2(0.14, 2), reflectance: 0.4))
    gravel = table.add(
      Material(base: Float3(0.3, 0.28, 0.24), grain: 0.8, grainLength: 0.1, reflectance: 0.35))
    let metals: [Float3] = [
      Float3(0.3, 0.31, 0.32), Float3(0.06, 0.16, 0.09), Float3(0.5, 0.37, 0.03),
    ]
    metal = metals.map { table.add(Material(base: $0, gloss: 0.04, reflectance: 0.4)) }
    let bodies: [Float3] = [
      Float3(0.7, 0.7, 0.69), Float3(0.05, 0.15, 0.4), Float3(0.5, 0.06, 0.04),
      Float3(0.25, 0.3, 0.18),
    ]
    cargo = bodies.map { table.add(Material(base: $0, gloss: 0.02, reflectance: 0.5)) }
  }
}

extension MaterialTable {
  /// The materials with reflectances as they differ from place to place; `spread` is the standard deviation of the logarithm.
  func varied(spread: Double, _ generator: inout SeededGenerator) -> [Material] {
    materials.map { material in
      var material = material
      let factor = Float(exp(spread * generator.normal()))
      material.reflectance = min(max(material.reflectance * factor, 0.004), 0.98)
      return material
    }
  }
}
