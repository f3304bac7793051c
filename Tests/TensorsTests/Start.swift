import Testing
import Tensors

@Test func `smoke`() throws {
  let x = Tensor([1.0, 2.0, 3.0])
  let y = x * 2 + x
  #expect(y.array() == [3.0, 6.0, 9.0])
  let w = Tensor([2.0, 3.0]).requiringGradient()
  let loss = (w * w).sum()
  #expect(gradients(of: loss, withRespectTo: [w])[0].array() == [4.0, 6.0])
}
