import Networks
import Tensors
import TestSupport
import Testing

struct OptimizerTests {
  private final class Two: Module {
    let first = Parameter(
      Tensor([0.5, -1.0, 2.0, 0.25, 3.0, -0.125], shape: [2, 3]))
    let second = Parameter(Tensor([1.0, -2.0]))
  }

  private static let makers: [String: @Sendable (Two) -> any Optimizer] = [
    "sgd": { SGD($0, learningRate: 0.1) },
    "sgd_weight_decay": { SGD($0, learningRate: 0.1, weightDecay: 0.02) },
    "momentum": { SGD($0, learningRate: 0.05, momentum: 0.9, dampening: 0.1) },
    "nesterov": {
      SGD($0, learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01)
    },
    "rmsprop": { RMSProp($0, learningRate: 0.01) },
    "rmsprop_centred": {
      RMSProp($0, learningRate: 0.01, momentum: 0.8, centred: true, weightDecay: 0.01)
    },
    "adam": { Adam($0, learningRate: 0.02) },
    "adam_amsgrad": {
      Adam($0, learningRate: 0.02, betas: (0.8, 0.99), weightDecay: 0.05, amsgrad: true)
    },
    "adamw": { AdamW($0, learningRate: 0.02, weightDecay: 0.1) },
  ]

  /// The gradients that the script uses.
  private func step(_ optimizer: any Optimizer, _ network: Two, _ number: Int) {
    let values = network.parameters.map { parameter in
      (parameter.value.detached() * Double(number + 1)).cos() + parameter.value.detached() * 0.5
    }
    optimizer.update(Gradients(of: network.parameters, values: values))
  }

  @Test(arguments: makers.keys.sorted())
  func `ten steps equal PyTorch's`(name: String) throws {
    let expected = try #require(try TrainingFixture.read().optimisers[name])
    let network = Two()
    let make = try #require(Self.makers[name])
    let optimizer = make(network)
    for number in 0..<10 { step(optimizer, network, number) }
    for (parameter, values) in zip(network.parameters, expected) {
      for (found, wanted) in zip(parameter.value.array(of: Double.self), values) {
        #expect(abs(found - wanted) <= 1e-12 * max(1, abs(wanted)))
      }
    }
  }

  @Test(arguments: makers.keys.sorted())
  func `a run continues bit for bit from saved state`(name: String) throws {
    let make = try #require(Self.makers[name])
    let (straight, stopped, resumed) = (Two(), Two(), Two())
    let (a, b, c) = (make(straight), make(stopped), make(resumed))
    for number in 0..<6 { step(a, straight, number) }
    for number in 0..<3 { step(b, stopped, number) }
    let folder = try TemporaryFolder()
    try stopped.save(to: folder.file("w.safetensors"))
    var state: [String: Tensor] = [:]
    for (name, value) in b.state { state[name] = value }
    try SafetensorsFile.write(state, to: folder.file("o.safetensors"))
    try resumed.load(from: SafetensorsFile(path: folder.file("w.safetensors")))
    try c.load(SafetensorsFile(path: folder.file("o.safetensors")).tensors())
    for number in 3..<6 { step(c, resumed, number) }
    for (x, y) in zip(straight.parameters, resumed.parameters) {
      #expect(x.value.isEqual(to: y.value))
    }
    #expect(c.memory.steps == 6)
  }

  @Test func `foreign optimiser state is refused`() {
    let optimizer = Adam(Two())
    #expect(throws: WeightsError.self) { try optimizer.load(["other.mean": .ones([2])]) }
    #expect(throws: WeightsError.self) {
      try optimizer.load(["steps": Tensor([Int64(1)], shape: []), "second.mean": .ones([3])])
    }
  }

  @Test func `groups have their own learning rate and weight decay`() {
    let network = Two()
    let named = network.namedParameters
    let optimizer = SGD(
      [
        ParameterGroup([named[0]], learningRateFactor: 0),
        ParameterGroup([named[1]], weightDecay: 1),
      ], learningRate: 0.5)
    let before = network.first.value.copied()
    optimizer.update(
      Gradients(of: network.parameters, values: network.parameters.map { $0.value * 0.0 }))
    #expect(network.first.value.isEqual(to: before))
    #expect(network.second.value.array(of: Double.self) == [0.5, -1.0])
  }

  @Test func `a frozen parameter stays`() {
    let network = Two()
    network.first.isTrainable = false
    let before = network.first.value.copied()
    let optimizer = SGD(network, learningRate: 0.1)
    optimizer.minimize((network.first.value * network.second.value.sum()).sum())
    #expect(network.first.value.isEqual(to: before))
    #expect(network.second.value.array(of: Double.self) != [1.0, -2.0])
  }

  @Test func `a copy of a parameter survives a step`() {
    let network = Two()
    let snapshot = network.second.value.copied()
    SGD(network, learningRate: 0.1).minimize(network.second.value.square().sum())
    #expect(snapshot.array(of: Double.self) == [1.0, -2.0])
    #expect(network.second.value.array(of: Double.self) == [0.8, -1.6])
  }

  @Test func `clipping by length equals PyTorch's`() throws {
    let expected = try TrainingFixture.read().clipped
    let network = Two()
    var gradients = Gradients(
      of: network.parameters, values: network.parameters.map { $0.value.detached() * 3.0 })
    let length = gradients.clip(norm: 2.5)
    #expect(abs(length - expected.length) < 1e-12)
    for (value, wanted) in zip(gradients.values, expected.gradients) {
      for (a, b) in zip(value.array(of: Double.self), wanted) { #expect(abs(a - b) < 1e-12) }
    }
    let short = gradients.values
    gradients.clip(norm: 100)
    #expect(zip(short, gradients.values).allSatisfy { $0.isEqual(to: $1) })
  }

  @Test func `clipping by value limits every element`() {
    let network = Two()
    var gradients = Gradients(of: [network.second], values: [Tensor([5.0, -0.5])])
    gradients.clip(value: 1)
    #expect(gradients.values[0].array(of: Double.self) == [1, -0.5])
  }

  @Test func `gradients of two halves of a batch add up to those of the whole`() {
    let network = Linear(3, 2).initialized(seed: 1)
    network.convert(to: .float64)
    let x = sample([4, 3])
    var sum = network.gradients(of: network(x.narrowed(axis: 0, to: 0..<2)).square().sum())
    sum += network.gradients(of: network(x.narrowed(axis: 0, to: 2..<4)).square().sum())
    let whole = network.gradients(of: network(x).square().sum())
    for (a, b) in zip(sum.values, whole.values) { #expect(a.isClose(to: b)) }
    #expect(sum[network.weight]?.shape == [2, 3])
  }
}
