import Foundation
import Geometry
import Models
import Tensors
import Testing

struct CentreDecoderTests {
  private let grid = BirdsEyeGrid(low: (0, -8), cell: (0.4, 0.4), rows: 40, columns: 50)

  /// Maps that say exactly what the targets say.
  private func maps(_ targets: CentreTargets, _ code: CentreCode, overlap: Float?) -> CentreMaps {
    let width = code.count + (overlap == nil ? 0 : 1)
    let count = grid.count
    let codes = Tensor(shape: [1, width, grid.rows, grid.columns], of: Float.self) { target in
      target.initialize(repeating: 0)
      if let overlap {
        for cell in 0..<count { target[code.count * count + cell] = 2 * overlap - 1 }
      }
      targets.codes.withUnsafeElements(of: Float.self) { numbers in
        for (place, cell) in targets.cells.array(of: Int64.self).enumerated() {
          for k in 0..<code.count {
            target[k * count + Int(cell)] = numbers[place * code.count + k]
          }
        }
      }
    }
    let chance = targets.heat.clamped(min: 1e-6, max: 1 - 1e-6).unsqueezed(0)
    return CentreMaps(heat: (chance / (1 - chance)).log(), codes: codes)
  }

  private let truth = [
    Box3D(center: Vector3(8.1, -3.3, -1), size: Vector3(4, 1.7, 1.5), yaw: 0.4, label: "Car"),
    Box3D(center: Vector3(14.9, 5.2, -0.9), size: Vector3(4.4, 1.8, 1.6), yaw: -2.8, label: "Car"),
    Box3D(center: Vector3(3, 2, -0.8), size: Vector3(0.7, 0.6, 1.8), yaw: 1.5, label: "Walker"),
  ]

  private func objects(_ boxes: [Box3D]) -> [CentreTargets.Object] {
    boxes.map { .init(box: $0, label: $0.label == "Car" ? 0 : 1) }
  }

  @Test(arguments: [(false, 0), (true, 1)])
  func `maps that say what the targets say are decoded to the truth`(
    isDoubled: Bool, spread: Int
  ) throws {
    var settings = CentreHeadSettings()
    (settings.doubledAngle, settings.predictsOverlap) = (isDoubled, false)
    settings.spread = spread
    let code = CentreCode(grid, isDoubled: isDoubled)
    let targets = CentreTargets(objects(truth), classes: 2, code: code, settings)
    let decoder = CentreDecoder(code, names: ["Car", "Walker"], settings)
    let found = try decoder.boxes(maps(targets, code, overlap: nil))
    #expect(found.count == 1 && found[0].count == 3)
    for box in truth {
      let match = try #require(
        found[0].first { abs($0.center.x - box.center.x) < 1e-4 && $0.label == box.label })
      #expect((match.center - box.center).min() > -1e-4)
      #expect((match.size - box.size).max() < 1e-4 && (match.size - box.size).min() > -1e-4)
      #expect(abs(match.yaw - box.yaw) < 1e-5)
      #expect(match.score > 0.999)
    }
  }

  @Test func `a predicted overlap corrects the score`() throws {
    var settings = CentreHeadSettings()
    settings.overlapPower = 0.75
    let code = CentreCode(grid, isDoubled: true)
    let targets = CentreTargets(objects([truth[0]]), classes: 2, code: code, settings)
    let decoder = CentreDecoder(code, names: ["Car", "Walker"], settings)
    let found = try decoder.boxes(maps(targets, code, overlap: 0.5))
    #expect(abs(found[0][0].score - pow(0.5, 0.75)) < 1e-4)
  }

  @Test func `a plateau is one peak, and a worse box over a better one is dropped`() throws {
    var settings = CentreHeadSettings()
    (settings.predictsOverlap, settings.doubledAngle) = (false, false)
    let code = CentreCode(grid, isDoubled: false)
    var heat = [Float](repeating: -9, count: 2 * grid.count)
    for cell in [10 * 50 + 10, 10 * 50 + 11, 11 * 50 + 10] { heat[cell] = 2 }
    heat[13 * 50 + 10] = 1  // 1.2 m away, the same box but for that
    heat[grid.count + 30 * 50 + 40] = -4  // below the threshold of 0.05
    let size = grid.count
    let codes = Tensor(shape: [1, 8, 40, 50], of: Float.self) { target in
      target.initialize(repeating: 0)
      for cell in 0..<size {
        target[3 * size + cell] = Float(log(4.0))
        target[4 * size + cell] = Float(log(2.0))
        target[6 * size + cell] = 1
      }
    }
    let decoder = CentreDecoder(code, names: ["Car", "Walker"], settings)
    let found = try decoder.boxes(
      CentreMaps(heat: Tensor(heat, shape: [1, 2, 40, 50]), codes: codes))[0]
    #expect(found.count == 1)
    #expect(abs(found[0].center.x - 4) < 1e-6 && abs(found[0].center.y + 4) < 1e-6)
    #expect(abs(found[0].score - 1 / (1 + exp(-2.0))) < 1e-7)
    settings.suppression = 0.3  // They share 4 x 0.8 of 4 x 3.2: a quarter.
    let both = try CentreDecoder(code, names: ["Car", "Walker"], settings).boxes(
      CentreMaps(heat: Tensor(heat, shape: [1, 2, 40, 50]), codes: codes))[0]
    #expect(both.count == 2)
  }
}
