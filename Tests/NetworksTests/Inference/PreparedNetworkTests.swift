import Networks
import Tensors
import Testing

struct PreparedNetworkTests {
  /// Convolution and normalisation in both orders, one of them used twice.
  private final class Mixed: Layer {
    let conv1 = Conv2D(3, 8, kernel: 3, padding: 1, bias: false)
    let bn1 = BatchNorm2D(8)
    let bn2 = BatchNorm2D(8)
    let conv2 = Conv2D(8, 8, kernel: 3, padding: 1, groups: 2)
    let bn3 = BatchNorm2D(8)
    let fc = Linear(8, 6)
    let bn4 = BatchNorm1D(6)
    let reuses: Bool

    init(reuses: Bool = false) { self.reuses = reuses }

    func forward(_ x: Tensor) -> Tensor {
      let y = conv1(x)
      let z = bn1(y).relu()
      let w = bn3(conv2(bn2(z))) + (reuses ? y : z)
      return bn4(fc(w.relu().mean(axes: [2, 3])))
    }
  }

  private func filled<Network: Module>(_ network: Network) -> Network {
    network.initialized(seed: 1)
    var generator = SeededGenerator(seed: 2)
    for (name, buffer) in network.namedBuffers where name.contains("running") {
      buffer.value = .uniform(buffer.shape, in: 0.5..<1.5, using: &generator)
    }
    for parameter in network.parameters where parameter.shape.count == 1 {
      parameter.value = .uniform(parameter.shape, in: 0.5..<1.5, using: &generator)
    }
    network.evaluate()
    return network
  }

  private let example: Tensor = {
    var generator = SeededGenerator(seed: 4)
    return .normal([2, 3, 8, 8], using: &generator)
  }()

  @Test func `normalisations behind a layer are folded, others are not`() throws {
    let network = filled(Mixed())
    let before = withoutGradients { network(example) }
    let fast = try network.preparedForInference(example: example)
    #expect(fast.foldedCount == 3)
    #expect(fast(example).isClose(to: before, relative: 1e-4, absolute: 1e-5))
  }

  @Test func `what is used elsewhere too is not folded`() throws {
    let network = filled(Mixed(reuses: true))
    let before = withoutGradients { network(example) }
    let fast = try network.preparedForInference(example: example)
    #expect(fast.foldedCount == 0)
    #expect(fast(example).isClose(to: before, relative: 1e-4, absolute: 1e-5))
  }

  @Test func `training, new weights and saving see the parameters as they were`() throws {
    let network = filled(Mixed())
    let before = network.state.map { ($0.name, $0.value.copied()) }
    let output = withoutGradients { network(example) }
    _ = try network.preparedForInference(example: example)
    for (old, new) in zip(before, network.state) { #expect(old.1.isEqual(to: new.value)) }
    network.train()
    network.evaluate()
    #expect(withoutGradients { network(example) }.isEqual(to: output))
  }

  @Test func `bfloat16 is close and keeps the outside type`() throws {
    let network = filled(Mixed())
    let before = withoutGradients { network(example) }
    let fast = try network.preparedForInference(example: example, elementType: .bfloat16)
    let output = fast(example)
    #expect(output.elementType == .float32)
    // Eight bits of fraction, a few layers.
    #expect(output.isClose(to: before, relative: 0.1, absolute: 0.1))
  }

  @Test func `a module that cannot follow the element type is named`() {
    let network = Sequential(Conv2D(3, 4, kernel: 1), GroupNorm(2, 4)).initialized(seed: 1)
    #expect(throws: PreparationError.unsupported(module: "1", elementType: .bfloat16)) {
      try network.preparedForInference(example: example, elementType: .bfloat16)
    }
  }
}
