import Networks
import TestSupport
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

  /// Runs any function of one tensor.
  private final class Custom: Layer {
    let parts: [any Layer]
    let body: @Sendable ([any Layer], Tensor) -> Tensor

    init(_ parts: [any Layer] = [], _ body: @escaping @Sendable ([any Layer], Tensor) -> Tensor) {
      self.parts = parts
      self.body = body
    }

    func forward(_ x: Tensor) -> Tensor { body(parts, x) }
  }

  private func random(_ shape: [Int], seed: UInt64 = 4) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  private var example: Tensor { random([2, 3, 8, 8]) }

  /// Compares with the module itself, on the example and on other inputs, in turn.
  @discardableResult
  private func check(
    _ network: some Layer, _ example: Tensor, _ location: SourceLocation = #_sourceLocation
  ) throws -> PreparedNetwork {
    let network = network.withUnevenState()
    let fast = try network.preparedForInference(example: example)
    for seed in [1, 2] as [UInt64] {
      let x = random(example.shape, seed: seed)
      let expected = withoutGradients { network(x) }
      let first = fast(x)
      #expect(
        first.isClose(to: expected, relative: 1e-4, absolute: 1e-4), sourceLocation: location)
      #expect(fast(x).isEqual(to: first), sourceLocation: location)
    }
    return fast
  }

  @Test func `normalisations behind a layer are folded, others are not`() throws {
    let fast = try check(Mixed(), example)
    // What stands before a convolution cannot be folded into it: its padding is 0.
    #expect(fast.steps.filter { $0.contains("bnorm") }.count == 1)
    #expect(!fast.steps.contains { $0.contains("libtorch") })
  }

  @Test func `zeros in front of causal convolutions cost nothing of their own`() throws {
    let network = Sequential(
      Conv3D(3, 8, kernel: 3, padding: 1, bias: false, causal: true), BatchNorm3D(8), ReLU(),
      Conv3D(8, 4, kernel: [2, 3, 3], stride: 2, dilation: [2, 1, 1], causal: true))
    let fast = try check(network, random([1, 3, 6, 8, 7]))
    #expect(!fast.steps.contains { $0.contains("libtorch") })
    #expect(fast.steps.filter { $0.contains("oneDNN") }.count == 2)
    // Zeros behind, and zeros that something else sees too, stay.
    let others = Custom([Conv1D(3, 2, kernel: 3)]) { parts, x in
      let padded = x.padded([2, 0])
      return parts[0](x.padded([1, 1])).mean(axes: [1]) + parts[0](padded).mean(axes: [1])
        + padded.narrowed(axis: 2, to: 0..<7).mean(axes: [1])
    }
    #expect(try check(others, random([1, 3, 7])).steps.contains { $0.contains("pad_nd") })
  }

  @Test func `what is used elsewhere too is not folded`() throws {
    let fast = try check(Mixed(reuses: true), example)
    #expect(fast.steps.filter { $0.contains("bnorm") }.count >= 1)
  }

  @Test func `activations and a residual sum leave no step of their own`() throws {
    let network = Custom([
      Conv2D(4, 4, kernel: 3, padding: 1), Conv2D(4, 4, kernel: 3, padding: 1),
    ]) { parts, x in
      let y = parts[0](x).relu()
      return (parts[1](y) + y).relu6()
    }
    // The sum's own input is the convolution's: it cannot be overwritten.
    #expect(try check(network, random([1, 4, 6, 5])).steps.count == 4)
    let deeper = Custom([
      Conv2D(4, 4, kernel: 3, padding: 1), Conv2D(4, 8, kernel: 1), Conv2D(8, 4, kernel: 1),
    ]) { parts, x in
      let y = parts[0](x).relu()
      return (y + parts[2](parts[1](y).silu())).relu()
    }
    #expect(try check(deeper, random([1, 4, 6, 5])).steps.count == 4)
  }

  @Test func `a sum does not overwrite what a later operation reads`() throws {
    let network = Custom([
      Conv2D(4, 4, kernel: 1), Conv2D(4, 4, kernel: 3, padding: 1), Conv2D(4, 4, kernel: 1),
    ]) { parts, x in
      let h = parts[0](x)
      let q = parts[1](h)
      let sum = parts[2](x.relu()) + h
      return sum * q.relu()
    }
    try check(network, random([1, 4, 5, 7]))
    let viewed = Custom([Conv2D(4, 4, kernel: 1), Conv2D(4, 4, kernel: 1)]) { parts, x in
      let h = parts[0](x)
      let view = h.transposed(2, 3)
      let sum = parts[1](x) + h
      return sum.transposed(2, 3) * view
    }
    try check(viewed, random([1, 4, 5, 7]))
  }

  @Test(arguments: [1, 2, 3])
  func `convolutions of every kind equal the layer's`(axes: Int) throws {
    func network(_ axes: Int) -> [any Layer] {
      switch axes {
      case 1:
        [
          Conv1D(4, 6, kernel: 3, stride: 2, padding: 2, dilation: 2, groups: 2),
          ConvTranspose1D(6, 4, kernel: 3, stride: 2, padding: 1, outputPadding: 1, groups: 2),
          BatchNorm1D(4), ConvTranspose1D(4, 5, kernel: 3, stride: 3),
        ]
      case 2:
        [
          Conv2D(4, 8, kernel: [3, 2], stride: [1, 2], padding: [1, 0], groups: 4),
          ConvTranspose2D(8, 6, kernel: 2, stride: 2, groups: 2, bias: false), BatchNorm2D(6),
          ReLU(), MaxPool2D(3, stride: 2, padding: 1), AveragePool2D(2),
        ]
      default:
        [
          Conv3D(4, 6, kernel: [1, 3, 3], padding: [0, 1, 1]), BatchNorm3D(6), ReLU(),
          ConvTranspose3D(6, 2, kernel: [1, 2, 2], stride: [1, 2, 2]), MaxPool3D(2),
          ConvTranspose3D(2, 3, kernel: [2, 3, 2], stride: [2, 3, 2], bias: false),
        ]
      }
    }
    let shape = [2, 4] + [[17], [9, 14], [4, 5, 6]][axes - 1]
    let fast = try check(Sequential(network(axes)), random(shape))
    #expect(!fast.steps.contains { $0.hasPrefix("libtorch aten::conv") })
  }

  @Test func `pooling that leaves out or adds elements equals the layer's`() throws {
    for size in [7, 8, 9] {
      try check(Custom { _, x in x.maxPool(axes: 2, 3, stride: 2) }, random([1, 2, size, size]))
      try check(
        Custom { _, x in x.maxPool(axes: 2, 3, stride: 2, ceil: true) },
        random([1, 2, size, size]))
      try check(
        Custom { _, x in x.averagePool(axes: 2, 3, stride: 2, padding: 1) },
        random([1, 2, size, size]))
      try check(
        Custom { _, x in x.averagePool(axes: 2, 2, padding: 1, countingPadding: false) },
        random([1, 2, size, size]))
    }
    try check(
      Custom { _, x in x.adaptiveAveragePool(axes: 2, [4, 2]) }, random([2, 3, 8, 6]))
    try check(Custom { _, x in x.adaptiveAveragePool(axes: 2, 3) }, random([2, 3, 8, 6]))
  }

  @Test func `sequences pass through linear layers and through what libtorch does`() throws {
    let network = Custom([Linear(6, 12), LayerNorm(12), Linear(12, 6), Linear(6, 3)]) {
      parts, x in
      let y = parts[2](parts[1](parts[0](x).gelu())) + x
      return parts[3](y).softmax(axis: -1).transposed(1, 2)
    }
    let fast = try check(network, random([2, 5, 6]))
    #expect(fast.steps.contains { $0.contains("layer_norm") })
  }

  @Test func `several inputs and outputs, constants among them, keep their order`() throws {
    let layer = Conv2D(3, 2, kernel: 1).initialized(seed: 1)
    let (a, b) = (random([1, 3, 4, 4]), random([1, 2, 4, 4], seed: 5))
    let fast = try layer.preparedForInference(examples: [a, b]) { inputs in
      [inputs[1], layer(inputs[0]) + inputs[1], .arange(3), inputs[1].reshaped([2, 16])]
    }
    let outputs = fast([a, b])
    #expect(outputs[0].isEqual(to: b))
    #expect(outputs[1].isClose(to: withoutGradients { layer(a) + b }, absolute: 1e-5))
    #expect(outputs[2].isEqual(to: .arange(3)))
    #expect(outputs[3].isEqual(to: b.reshaped([2, 16])))
  }

  @Test func `results stay as they are when the network is called again`() throws {
    let network = Mixed().withUnevenState()
    let fast = try network.preparedForInference(example: example)
    let output = fast(example)
    let kept = output.copied()
    _ = fast(random([2, 3, 8, 8], seed: 9))
    #expect(output.isEqual(to: kept))
  }

  @Test func `the network's parameters stay as they are, and later ones are not seen`() throws {
    let network = Mixed().withUnevenState()
    let before = network.state.map { ($0.name, $0.value.copied()) }
    let fast = try network.preparedForInference(example: example)
    for (old, new) in zip(before, network.state) { #expect(old.1.isEqual(to: new.value)) }
    let output = fast(example)
    network.initialized(seed: 77)
    #expect(fast(example).isEqual(to: output))
  }

  @Test func `bfloat16 is close and keeps the outside type`() throws {
    let network = Mixed().withUnevenState()
    let before = withoutGradients { network(example) }
    let fast = try network.preparedForInference(example: example, elementType: .bfloat16)
    let output = fast(example)
    #expect(output.elementType == .float32)
    // Eight bits of fraction, a few layers.
    #expect(output.isClose(to: before, relative: 0.1, absolute: 0.1))
    #expect(fast(example).isEqual(to: output))
  }

  @Test func `the same threads are used whoever calls`() throws {
    let network = Mixed().withUnevenState()
    let fast = try TorchThreads.with(2) { try network.preparedForInference(example: example) }
    let output = fast(example)
    #expect(fast.threads == 2)
    #expect(TorchThreads.with(1) { fast(example) }.isEqual(to: output))
    #expect(TorchThreads.with(2) { fast(example) }.isEqual(to: output))
  }

  @Test func `what cannot be planned is refused`() {
    let reading = Custom { _, x in x.mean().item(of: Float.self) > 0 ? x : -x }
    #expect(throws: PreparationError.readsElements(shape: [])) {
      try reading.preparedForInference(example: example)
    }
    let network = Mixed().initialized(seed: 1)
    #expect(throws: PreparationError.unsupported(.float64)) {
      try network.preparedForInference(example: example, elementType: .float64)
    }
  }
}
