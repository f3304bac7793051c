import Networks
import Tensors
import TestSupport
import Testing

/// Two linear layers, one of them optional, and a block in an array.
private final class Pair: Layer {
  let firstLayer = Linear(2, 3)
  let second: Linear? = Linear(3, 3, bias: false)
  let missing: Linear? = nil
  let blocks = [Sequential(Linear(3, 3), Linear(3, 1))]
  let runningMean = Buffer(Tensor([Float(0)]))
  let mode = Mode()
  let width = 3

  func forward(_ x: Tensor) -> Tensor {
    let hidden = firstLayer(x).relu()
    return blocks[0](second.map { $0(hidden) } ?? hidden)
  }
}

struct ModuleTests {
  @Test func `parts are found in the order of their declaration, with PyTorch's names`() {
    let names = Pair().namedParameters.map(\.name)
    #expect(
      names == [
        "first_layer.weight", "first_layer.bias", "second.weight", "blocks.0.0.weight",
        "blocks.0.0.bias", "blocks.0.1.weight", "blocks.0.1.bias",
      ])
    #expect(Pair().namedBuffers.map(\.name) == ["running_mean"])
    #expect(Pair().parameterCount == 9 + 9 + 12 + 4)
  }

  @Test func `a seed fixes every first value`() {
    let (a, b) = (Pair().initialized(seed: 4), Pair().initialized(seed: 4))
    let c = Pair().initialized(seed: 5)
    for ((x, y), z) in zip(zip(a.parameters, b.parameters), c.parameters) {
      #expect(x.value.isEqual(to: y.value))
      #expect(!x.value.isEqual(to: z.value))
    }
  }

  @Test func `saved weights come back bit for bit`() throws {
    let folder = try TemporaryFolder()
    let saved = Pair().initialized(seed: 1)
    saved.runningMean.value = Tensor([Float(7)])
    try saved.save(to: folder.file("w.safetensors"))
    let loaded = Pair()
    try loaded.load(from: SafetensorsFile(path: folder.file("w.safetensors")))
    for (a, b) in zip(saved.state, loaded.state) {
      #expect(a.name == b.name)
      #expect(a.value.isEqual(to: b.value))
    }
  }

  @Test func `an error lists every tensor that does not fit, and nothing is loaded`() {
    let network = Sequential(Linear(2, 2), Linear(2, 1, bias: false))
    network.initialized(seed: 1)
    let before = network.parameters.map { $0.value.copied() }
    let weights = [
      "0.weight": Tensor.ones([2, 2]), "1.weight": Tensor.ones([2, 1]), "2.weight": .ones([1]),
    ]
    let error = #expect(throws: WeightsError.self) { try network.load(weights) }
    #expect(
      error?.description == """
        weights does not fit the network: 1 missing: 0.bias; 1 unexpected: 2.weight; \
        1 of the wrong shape: 1.weight is [2, 1], expected [1, 2]
        """)
    for (old, parameter) in zip(before, network.parameters) {
      #expect(old.isEqual(to: parameter.value))
    }
    #expect(throws: WeightsError.self) { try network.load(weights, strict: false) }
  }

  @Test func `without strictness what fits is loaded`() throws {
    let network = Linear(2, 1).initialized(seed: 3)
    let bias = network.bias?.value.copied()
    try network.load(["weight": .ones([1, 2]), "other": .ones([1])], strict: false)
    #expect(network.weight.value.isEqual(to: .ones([1, 2])))
    #expect(bias.map { network.bias?.value.isEqual(to: $0) == true } == true)
  }

  @Test func `training and evaluation reach the whole tree`() {
    let network = Sequential(Pair(), Pair())
    network.evaluate()
    let modes = network.layers.compactMap { ($0.layer as? Pair)?.mode.isTraining }
    #expect(modes == [false, false])
    network.train()
    #expect((network[1] as? Pair)?.mode.isTraining == true)
  }

  @Test func `a frozen parameter takes no part in training`() {
    let network = Linear(2, 1).initialized(seed: 3)
    network.weight.isTrainable = false
    let loss = network(Tensor.ones([4, 2])).sum()
    let gradients = network.gradients(of: loss)
    #expect(gradients.parameters.count == 1)
    #expect(gradients.values[0].item(of: Float.self) == 4)
    #expect(!network.weight.value.requiresGradient)
  }

  @Test func `conversion reaches parameters and buffers`() {
    let network = Pair().initialized(seed: 1)
    network.convert(to: .float64)
    #expect(network.state.allSatisfy { $0.value.elementType == .float64 })
    #expect(network(Tensor.ones([1, 2], .float64)).elementType == .float64)
  }

  @Test func `the layout in memory changes neither values nor names`() {
    let network = Sequential(Conv2D(3, 4, kernel: 3), Flatten()).initialized(seed: 1)
    let x = Tensor.ones([2, 3, 5, 5])
    let before = network(x)
    network.arrangeChannelsLast()
    #expect(network.parameters[0].value.isChannelsLast)
    #expect(network(x.toChannelsLast()).isClose(to: before, absolute: 1e-6))
    SGD(network, learningRate: 0.1).minimize(network(x.toChannelsLast()).sum())
    #expect(network.parameters[0].value.isChannelsLast)
  }

  @Test func `the printed tree shows settings and names`() {
    #expect(
      Pair().description == """
        Pair
          first_layer: Linear(2 → 3)
          second: Linear(3 → 3, no bias)
          blocks.0: Sequential
            0: Linear(3 → 3)
            1: Linear(3 → 1)
        """)
  }

  @Test func `outputs of inner modules can be read by name`() {
    let network = Pair().initialized(seed: 1)
    let x = Tensor.ones([1, 2])
    let found = network.outputs(of: ["first_layer", "blocks.0"]) { _ = network(x) }
    #expect(found.keys.sorted() == ["blocks.0", "first_layer"])
    #expect(found["first_layer"]?.isEqual(to: network.firstLayer(x)) == true)
    #expect(found["blocks.0"]?.isEqual(to: network(x)) == true)
  }

  @Test func `a mistake in shapes names the layer, the expected and the actual shape`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let network = Sequential(Linear(2, 3), Sequential(Linear(4, 1))).initialized(seed: 1)
      _ = network(Tensor.ones([5, 2]))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("Sequential.1.0: expected [..., 4], got [5, 3]"))
  }
}
