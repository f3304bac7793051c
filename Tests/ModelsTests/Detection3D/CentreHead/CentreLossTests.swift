import Foundation
import Geometry
import Models
import Tensors
import TestSupport
import Testing

struct CentreLossTests {
  private let grid = BirdsEyeGrid(low: (0, -2), cell: (0.5, 0.5), rows: 8, columns: 10)

  private func setting(spread: Int = 0) -> CentreHeadSettings {
    var settings = CentreHeadSettings()
    settings.spread = spread
    return settings
  }

  private func targets(_ settings: CentreHeadSettings) -> CentreLoss.Targets {
    let box = Box3D(center: Vector3(2.6, 0.3, -1), size: Vector3(2, 1, 1.5), yaw: 0.4)
    let code = CentreCode(grid, isDoubled: true)
    let full = CentreTargets([.init(box: box, label: 0)], classes: 1, code: code, settings)
    let empty = CentreTargets([], classes: 1, code: code, settings)
    return CentreLoss.Targets([empty, full])
  }

  @Test func `cells count on from cloud to cloud`() {
    let targets = targets(setting())
    #expect(targets.heat.shape == [2, 1, 8, 10])
    #expect(targets.cells.array(of: Int64.self) == [80 + 4 * 10 + 5])
  }

  @Test func `parts are what the formulas say`() throws {
    let settings = setting()
    let targets = targets(settings)
    let loss = CentreLoss(CentreCode(grid, isDoubled: true), settings)
    let maps = CentreMaps(heat: .zeros([2, 1, 8, 10]), codes: .zeros([2, 11, 8, 10]))
    let parts = try loss(maps, targets)
    #expect(parts.map(\.name) == ["heat", "offset", "height", "size", "yaw", "overlap", "score"])
    func value(_ name: String) -> Double {
      Double(parts.first { $0.name == name }?.value.item(of: Float.self) ?? .nan)
    }
    // With a chance of one half everywhere each cell costs (1 - target)^4 ln 2 / 4, the peak ln 2 / 4.
    let heat = targets.heat.array(of: Float.self).reduce(0.0) {
      $0 + ($1 == 1 ? 1 : pow(1 - Double($1), 4)) * log(2) / 4
    }
    #expect(abs(value("heat") - heat) < 1e-4)
    #expect(abs(value("offset") - (0.2 + 0.6)) < 1e-5)
    #expect(abs(value("height") - 1) < 1e-6)
    #expect(abs(value("size") - (log(2) + log(1.5))) < 1e-5)
    #expect(abs(value("yaw") - (cos(0.4) + sin(0.4) + cos(0.8) + sin(0.8))) < 1e-5)
  }

  @Test func `exact maps cost next to nothing, in all parts`() throws {
    let settings = setting(spread: 1)
    let targets = targets(settings)
    let code = CentreCode(grid, isDoubled: true)
    let numbers = targets.codes.array(of: Float.self)
    let cells = targets.cells.array(of: Int64.self)
    let codes = Tensor(shape: [2, 11, 8, 10], of: Float.self) { target in
      target.initialize(repeating: 1)
      for (place, cell) in cells.enumerated() {
        for k in 0..<10 { target[880 + k * 80 + Int(cell) - 80] = numbers[10 * place + k] }
      }
    }
    let heat = (targets.heat .>= 1).converted(to: .float32) * 40 - 20
    let parts = try CentreLoss(code, settings)(CentreMaps(heat: heat, codes: codes), targets)
    for part in parts { #expect(part.value.item(of: Float.self) < 1e-5, "\(part.name)") }
  }

  @Test func `without boxes all parts are there, and all but the heat's are 0`() throws {
    let settings = setting()
    let code = CentreCode(grid, isDoubled: true)
    let empty = CentreLoss.Targets([
      CentreTargets([], classes: 1, code: code, settings)
    ])
    let maps = CentreMaps(
      heat: .zeros([1, 1, 8, 10]), codes: Tensor.ones([1, 11, 8, 10]).requiringGradient())
    let parts = try CentreLoss(code, settings)(maps, empty)
    #expect(parts.count == 7)
    for part in parts.dropFirst() { #expect(part.value.item(of: Float.self) == 0) }
    let total = parts.reduce(Tensor.zeros([])) { $0 + $1.value * $1.weight }
    let slopes = gradients(of: total, withRespectTo: [maps.codes])[0]
    #expect(slopes.abs().max().item(of: Float.self) == 0)
  }

  @Test func `gradients are the slopes of the loss`() throws {
    let settings = setting(spread: 1)
    let targets = targets(settings)
    let loss = CentreLoss(CentreCode(grid, isDoubled: true), settings)
    var generator = SeededGenerator(seed: 4)
    let heat = Tensor.normal([2, 1, 8, 10], using: &generator)
    let codes = Tensor.normal([2, 11, 8, 10], standardDeviation: 0.3, using: &generator)
    func total(_ heat: Tensor, _ codes: Tensor) throws -> Tensor {
      // The predicted overlap's truth is held fixed, so it is no slope.
      try loss(CentreMaps(heat: heat, codes: codes), targets).filter { $0.name != "score" }
        .reduce(Tensor.zeros([])) { $0 + $1.value * $1.weight }
    }
    let leaves = [heat.requiringGradient(), codes.requiringGradient()]
    let slopes = gradients(of: try total(leaves[0], leaves[1]), withRespectTo: leaves)
    let step = Tensor.normal(codes.shape, standardDeviation: 1e-3, using: &generator)
    let change =
      (try total(heat, codes + step) - total(heat, codes - step)).item(of: Float.self) / 2
    let expected = (slopes[1] * step).sum().item(of: Float.self)
    #expect(abs(change - expected) < 0.02 * abs(expected) + 1e-5)
    let rise = Tensor.normal(heat.shape, standardDeviation: 1e-3, using: &generator)
    let warmer =
      (try total(heat + rise, codes) - total(heat - rise, codes)).item(of: Float.self) / 2
    let wanted = (slopes[0] * rise).sum().item(of: Float.self)
    #expect(abs(warmer - wanted) < 0.02 * abs(wanted) + 1e-4)
  }
}
