import Foundation
import Geometry
import Models
import Tensors
import TestSupport
import Testing

struct FrustumLossTests {
  private let coder = FrustumBoxCoder(
    headingBins: 4, templates: [Vector3(4, 2, 2), Vector3(1, 0.5, 2)])

  /// One frustum of two points whose numbers fit the targets but for what `change` does to them.
  private func parts(
    _ compatibility: FrustumCompatibility = .init(), _ change: (inout [Double]) -> Void = { _ in }
  ) -> [String: Double] {
    // Centre, scores and residuals of 4 bins, scores of 2 templates, residuals of both.
    var row: [Double] = [0, 0, 0] + [0, 30, 0, 0] + [0, 0.5, 0, 0] + [30, 0]
    row += [0.25, 0, 0, 0, 0, 0]
    change(&row)
    let outputs = FrustumOutputs(
      maskLogits: Tensor([30.0, -30, -30, 30], shape: [1, 2, 2]),
      firstCenter: Tensor([1.0, 2, 8], shape: [1, 3]), row: Tensor(row, shape: [1, row.count]),
      coder: coder)
    let targets = FrustumTargets(
      mask: Tensor([Int32(0), 1], shape: [1, 2]), center: Tensor([1.0, 2, 8], shape: [1, 3]),
      headingBin: Tensor([Int32(1)]), headingResidual: Tensor([Double.pi / 8]),
      sizeTemplate: Tensor([Int32(0)]), sizeResidual: Tensor([1.0, 0, 0], shape: [1, 3]))
    let parts = FrustumLoss(coder: coder, compatibility: compatibility).parts(outputs, targets)
    return Dictionary(
      uniqueKeysWithValues: parts.map { ($0.name, $0.value.item(of: Double.self)) })
  }

  @Test func `right numbers cost nothing`() {
    let parts = parts()
    #expect(parts.count == 8)
    for (name, value) in parts { #expect(value < 1e-6, "\(name)") }
  }

  @Test func `weights are the original's`() {
    let outputs = FrustumOutputs(
      maskLogits: .zeros([1, 2, 2]), firstCenter: .zeros([1, 3]),
      row: .zeros([1, coder.outputCount]), coder: coder)
    let targets = FrustumTargets(
      mask: Tensor([Int32(0), 1], shape: [1, 2]), center: .zeros([1, 3]),
      headingBin: Tensor([Int32(0)]), headingResidual: .zeros([1]),
      sizeTemplate: Tensor([Int32(0)]), sizeResidual: .zeros([1, 3]))
    let parts = FrustumLoss(coder: coder).parts(outputs, targets)
    #expect(parts.map(\.weight) == [1, 1, 1, 1, 20, 1, 20, 10])
  }

  @Test func `errors of centres, headings and sizes cost what the formulas say`() {
    // A centre that is off by 3 m: 2 (3 - 1); each corner is off by as much: 3 - 0.5.
    let moved = parts { $0[2] = 3 }
    #expect(abs((moved["center"] ?? 0) - 4) < 1e-9)
    #expect(abs((moved["corner"] ?? 0) - 2.5) < 1e-9)
    #expect((moved["first_center"] ?? 1) < 1e-9)
    // The residual 0.5 is half of half a bin, pi / 8; 0.9 is 0.4 too much: 0.4^2 / 2.
    let turned = parts { $0[8] = 0.9 }
    #expect(abs((turned["heading_residual"] ?? 0) - 0.08) < 1e-9)
    // Residuals (0.25, 0, 0) are right; (0.55, 0, 0.4) are off by the length 0.5.
    let grown = parts {
      $0[13] = 0.55
      $0[15] = 0.4
    }
    #expect(abs((grown["size_residual"] ?? 0) - 0.125) < 1e-9)
    // Equal scores of four bins.
    let unsure = parts { $0[4] = 0 }
    #expect(abs((unsure["heading_class"] ?? 0) - log(4)) < 1e-9)
  }

  @Test func `a reversed box costs nothing in the corners`() {
    // Bin 3 lies half a turn from bin 1. The label decides the bin, so reverse by the residual: half a turn is 4 half bins.
    let reversed = parts { $0[8] = 0.5 + 4 }
    #expect((reversed["corner"] ?? 1) < 1e-9)
    #expect((reversed["heading_residual"] ?? 0) > 3)
  }

  @Test func `the size residual counts twice in the corners on request only`() {
    var defect = FrustumCompatibility()
    defect.doubleSizeResidual = true
    // The length is 4 + 2 instead of 4 + 1: every corner is off by 0.5 m, 0.5^2 / 2.
    let corner = parts(defect)["corner"] ?? 0
    #expect(abs(corner - 0.125) < 1e-9)
    #expect(abs((parts(defect)["size_residual"] ?? 1)) < 1e-9)
  }

  @Test func `corners are compared one by one on request only`() {
    var defect = FrustumCompatibility()
    defect.cornersApart = true
    // Turned by nearly a right angle and moved: some corners lie nearer to those of the reversed box.
    func corner(_ compatibility: FrustumCompatibility) -> Double {
      parts(compatibility) {
        $0[0] = 0.4
        $0[2] = 0.4
        $0[8] = 0.5 + 1.9
      }["corner"] ?? 0
    }
    let box = FrustumBox(center: Vector3(1, 2, 8), size: Vector3(5, 2, 2), heading: 5 * .pi / 8)
    var (other, found) = (box, box)
    other.heading += .pi
    found.heading += 1.9 * .pi / 4
    found.center += Vector3(0.4, 0, 0.4)
    let straight = zip(found.corners, box.corners).map { ($0 - $1).length }
    let turned = zip(found.corners, other.corners).map { ($0 - $1).length }
    func mean(_ distances: [Double]) -> Double {
      distances.map { $0 < 1 ? $0 * $0 / 2 : $0 - 0.5 }.reduce(0, +) / 8
    }
    let together = straight.reduce(0, +) < turned.reduce(0, +) ? straight : turned
    let apart = zip(straight, turned).map { min($0, $1) }
    #expect(mean(apart) < mean(together) - 0.01)
    #expect(abs(corner(.init()) - mean(together)) < 1e-9)
    #expect(abs(corner(defect) - mean(apart)) < 1e-9)
  }

  @Test func `corners are those of the box`() {
    let box = FrustumBox(center: Vector3(1, 2, 9), size: Vector3(4, 1.5, 1.7), heading: 0.6)
    let corners = FrustumLoss(coder: coder).corners(
      Tensor([1.0, 2, 9], shape: [1, 3]), Tensor([0.6]), Tensor([4.0, 1.5, 1.7], shape: [1, 3]))
    let expected = Tensor(box.corners.flatMap { [$0.x, $0.y, $0.z] }, shape: [1, 8, 3])
    #expect(corners.isClose(to: expected))
  }

  @Test func `gradients agree with differences`() {
    var generator = SeededGenerator(seed: 9)
    let count = 3
    let logits = Tensor.normal([count, 2, 5], .float64, using: &generator)
    let first = Tensor.normal([count, 3], .float64, using: &generator)
    let row = Tensor.normal(
      [count, coder.outputCount], standardDeviation: 0.4, .float64, using: &generator)
    let targets = FrustumTargets(
      mask: Tensor((0..<5 * count).map { Int32($0 % 3 == 0 ? 1 : 0) }, shape: [count, 5]),
      center: .normal([count, 3], .float64, using: &generator),
      headingBin: Tensor([Int32(0), 3, 1]), headingResidual: Tensor([0.1, -0.3, 0.6]),
      sizeTemplate: Tensor([Int32(0), 1, 1]),
      sizeResidual: .normal(
        [count, 3], standardDeviation: 0.1, .float64, using: &generator))
    var all = FrustumCompatibility()
    all.doubleSizeResidual = true
    all.cornersApart = true
    for compatibility in [FrustumCompatibility(), all] {
      let loss = FrustumLoss(coder: coder, compatibility: compatibility)
      let errors = gradientErrors(
        of: { inputs in
          let outputs = FrustumOutputs(
            maskLogits: inputs[0], firstCenter: inputs[1], row: inputs[2], coder: coder)
          return loss.parts(outputs, targets).map { $0.value * $0.weight }.reduce(
            Tensor([0.0], shape: []), +)
        }, at: [logits, first, row])
      #expect(errors.isEmpty, "\(errors.prefix(3))")
    }
  }
}
