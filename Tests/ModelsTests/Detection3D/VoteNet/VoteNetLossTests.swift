import Geometry
import Models
import Tensors
import TestSupport
import Testing

struct VoteNetLossTests {
  private struct Facts: Decodable {
    let heading_bins: Int
    let mean_sizes: [[Double]]
  }

  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: ["votenet_loss_sunrgbd", "votenet_loss_scannet"])
  func `the loss agrees with the reference, gradients included`(name: String) throws {
    let fixture = try ParityFixture(name)
    let facts: Facts = try fixture.configuration()
    let coder = VoteNet.BoxCoder(
      headingBins: facts.heading_bins,
      meanSizes: facts.mean_sizes.map { Vector3($0[0], $0[1], $0[2]) })
    let names = fixture.outputs.keys.filter { $0.hasPrefix("grad.") }.map { $0.dropFirst(5) }
      .sorted()
    var leaves: [String: Tensor] = [:]
    for name in names {
      leaves[String(name)] = try fixture.input(String(name)).requiringGradient()
    }
    let found = try VoteNet.Predictions { try leaves[$0] ?? fixture.input($0) }
    let targets = VoteNet.Targets { fixture.inputs[$0] ?? .zeros([1]) }
    let parts = VoteNet.Loss(coder, compatibility: .original)(found, targets)
    let values = [
      ("loss", parts.total), ("vote_loss", parts.vote), ("objectness_loss", parts.objectness),
      ("center_loss", parts.center), ("heading_cls_loss", parts.headingClass),
      ("heading_reg_loss", parts.headingResidual), ("size_cls_loss", parts.sizeClass),
      ("size_reg_loss", parts.sizeResidual), ("sem_cls_loss", parts.classes),
      ("box_loss", parts.box),
    ]
    for (name, value) in values {
      #expect(fixture.mismatch(value.detached().reshaped([1]), name) == nil)
    }
    #expect(fixture.mismatch(parts.isObject, "objectness_label") == nil)
    #expect(fixture.mismatch(parts.isAsked, "objectness_mask") == nil)
    #expect(fixture.mismatch(parts.assignment, "object_assignment") == nil)
    let slopes = gradients(of: parts.total, withRespectTo: names.compactMap { leaves[String($0)] })
    for (name, slope) in zip(names, slopes) {
      #expect(fixture.mismatch(slope, "grad.\(name)") == nil)
    }
  }

  /// One seed, one proposal and one box at (3, 0, 0), with a place of padding.
  private func parts(
    place: Float, _ compatibility: VoteNet.Compatibility, mask: [Float] = [1, 0]
  ) -> VoteNet.Loss.Parts {
    let zero = Tensor.zeros([1, 1, 3])
    let said: [String: Tensor] = [
      "seed_inds": Tensor([Int32(0)], shape: [1, 1]), "seed_xyz": zero,
      "vote_xyz": Tensor([Float(2), 0.5, 0], shape: [1, 1, 3]),
      "aggregated_vote_xyz": Tensor([place, 0, 0], shape: [1, 1, 3]),
      "objectness_scores": .zeros([1, 1, 2]),
      "center": Tensor([place, 0, 1], shape: [1, 1, 3]), "heading_scores": .zeros([1, 1, 1]),
      "heading_residuals_normalized": Tensor([Float(0.5)], shape: [1, 1, 1]),
      "size_scores": .zeros([1, 1, 2]), "size_residuals_normalized": .zeros([1, 1, 2, 3]),
      "sem_cls_scores": .zeros([1, 1, 4]),
    ]
    let values: [String: Tensor] = [
      "vote_label": Tensor([Float(3), 0, 0, 1, 0, 0, 3, 0, 0], shape: [1, 1, 9]),
      "vote_label_mask": Tensor([Int32(1)], shape: [1, 1]),
      "center_label": Tensor([Float(3), 0, 0, 0, 0, 0], shape: [1, 2, 3]),
      "box_label_mask": Tensor(mask, shape: [1, 2]),
      "heading_class_label": Tensor([Int32(0), 0], shape: [1, 2]),
      "heading_residual_label": Tensor([Float.pi / 4, 0], shape: [1, 2]),
      "size_class_label": Tensor([Int32(1), 0], shape: [1, 2]),
      "size_residual_label": Tensor([Float(0.2), 0, 4, 0, 0, 0], shape: [1, 2, 3]),
      "sem_cls_label": Tensor([Int32(1), 0], shape: [1, 2]),
    ]
    let coder = VoteNet.BoxCoder(
      headingBins: 1, meanSizes: [Vector3(1, 1, 1), Vector3(2, 1, 2)])
    return VoteNet.Loss(coder, compatibility: compatibility)(
      VoteNet.Predictions { said[$0] ?? zero }, VoteNet.Targets { values[$0] ?? zero })
  }

  private func number(_ tensor: Tensor) -> Double { Double(tensor.item(of: Float.self)) }

  @Test func `parts have the values of a calculation by hand`() {
    let found = parts(place: 2.8, .init())
    // Votes 2, 0.5: distances 1.5 to the vote of 3 and to that of 1.
    #expect(abs(number(found.vote) - 1.5) < 1e-5)
    #expect(abs(number(found.objectness) - 0.8 * 0.6931472) < 1e-5)
    // 0.2^2 + 1, both ways.
    #expect(abs(number(found.center) - 2.08) < 1e-5)
    // 0.5 - 1/4 in half turns.
    #expect(abs(number(found.headingResidual) - 0.5 * 0.0625) < 1e-6)
    // 0.1, 0 and 2 in parts of the size: (0.005 + 0 + 1.5) / 3.
    #expect(abs(number(found.sizeResidual) - 1.505 / 3) < 1e-5)
    #expect(abs(number(found.sizeClass) - 0.6931472) < 1e-5)
    #expect(abs(number(found.classes) - 1.3862944) < 1e-5)
    #expect(number(found.headingClass) == 0)
  }

  @Test func `padding is no box unless the original is wanted`() {
    #expect(number(parts(place: 0.1, .init()).isObject) == 0)
    #expect(number(parts(place: 0.1, .init()).isAsked) == 1)
    #expect(number(parts(place: 0.1, .original).isObject) == 1)
    #expect(number(parts(place: 0.1, .original).assignment.converted(to: .float32)) == 1)
    // Between near and far nothing is asked.
    #expect(number(parts(place: 2.6, .init()).isAsked) == 0)
  }

  @Test func `a cloud without boxes costs only the objectness of its proposals`() {
    let found = parts(place: 0.1, .init(), mask: [0, 0])
    #expect(abs(number(found.objectness) - 0.2 * 0.6931472) < 1e-5)
    #expect(number(found.center) == 0 && number(found.box) == 0 && number(found.classes) == 0)
  }
}
