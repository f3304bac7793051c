import Networks
import Tensors
import TestSupport
import Testing

struct LossTests {
  @Test func `the root of the mean squared error`() {
    let loss = Tensor([1.0, 2.0]).rmseLoss(Tensor([4.0, -2.0]))
    #expect(abs(loss.item(of: Double.self) - 12.5.squareRoot()) < 1e-12)
  }

  @Test func `soft overlap of hard sets is their overlap by union`() {
    // Class 0: overlap 1, union 3; class 1: overlap 1, union 3.
    let prediction = Tensor([1.0, 1, 0, 0, 0, 0, 1, 1], shape: [1, 2, 4])
    let target = Tensor([0.0, 1, 1, 0, 1, 0, 0, 1], shape: [1, 2, 4])
    let loss = prediction.softIoULoss(target, epsilon: 0).item(of: Double.self)
    #expect(abs(loss - (1 - 1.0 / 3)) < 1e-12)
    #expect(abs(target.softIoULoss(target).item(of: Double.self)) < 1e-12)
  }

  @Test func `the hinge costs nothing beyond the margin`() {
    let loss = Tensor([2.0, 0.5, -1]).hingeLoss(Tensor([1.0, 1, 1]))
    #expect(abs(loss.item(of: Double.self) - (0 + 0.5 + 2) / 3) < 1e-12)
  }

  @Test func `gradients equal central differences`() {
    let (x, y) = (sample([2, 3, 2]), sample([2, 3, 2], seed: 9))
    #expect(gradientErrors(of: { $0[0].rmseLoss($0[1]) }, at: [x, y], order: 2) == [])
    #expect(
      gradientErrors(
        of: { $0[0].sigmoid().softIoULoss($0[1].sigmoid()) }, at: [x, y], order: 2) == [])
    #expect(gradientErrors(of: { $0[0].hingeLoss($0[1].sign().detached()) }, at: [x, y]) == [])
    let penalty = Penalty.elasticNet(0.3, 0.2)
    #expect(gradientErrors(of: { penalty([$0[0], $0[1]]) }, at: [x, y], order: 2) == [])
  }

  @Test func `penalties are sums over the weights alone`() {
    let network = Linear(2, 1)
    network.weight.value = Tensor([Float(3), -4], shape: [1, 2])
    network.bias?.value = Tensor([Float(100)])
    #expect(Penalty.l1(0.5)(network).item(of: Float.self) == 3.5)
    #expect(Penalty.l2(2)(network).item(of: Float.self) == 50)
    #expect(Penalty.elasticNet(0.5, 2)(network).item(of: Float.self) == 53.5)
  }
}
