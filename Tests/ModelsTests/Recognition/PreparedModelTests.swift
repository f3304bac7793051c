import Models
import Networks
import Tensors
import TestSupport
import Testing

/// Networks prepared for inference beside the networks themselves.
struct PreparedModelTests {
  private func uneven<Network: Module>(_ network: Network) -> Network {
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

  private func random(_ shape: [Int], seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  /// The greatest difference as a fraction of the greatest element, for two inputs in turn.
  private func difference(
    _ network: some Layer, _ fast: PreparedNetwork, _ shape: [Int]
  ) -> Float {
    ([1, 2] as [UInt64]).map { seed in
      let x = random(shape, seed: seed)
      let expected = withoutGradients { network(x) }
      let found = fast(x)
      #expect(found.isEqual(to: fast(x)), "the same input gives the same bytes")
      let scale = expected.abs().max().item(of: Float.self)
      return (found - expected).abs().max().item(of: Float.self) / scale
    }.max() ?? .infinity
  }

  @Test(arguments: ["alexnet", "vgg11_bn", "resnet18", "resnet50", "densenet121", "mobilenet_v2"])
  func `recognition models give the same scores when prepared`(name: String) throws {
    let network: any Layer =
      switch name {
      case "alexnet": AlexNet(classes: 5)
      case "vgg11_bn": VGG(.eleven, batchNorm: true, classes: 5)
      case "resnet18": ResNet(.eighteen, classes: 5)
      case "resnet50": ResNet(.fifty, classes: 5)
      case "densenet121": DenseNet(classes: 5)
      default: MobileNetV2(classes: 5)
      }
    try check(network, [1, 3, 64, 64])
  }

  private func check(_ network: some Layer, _ shape: [Int]) throws {
    let network = uneven(network)
    let example = random(shape, seed: 3)
    let fast = try network.preparedForInference(example: example)
    // Sums in another order, through up to 121 layers.
    #expect(difference(network, fast, shape) < 1e-4)
    #expect(!fast.steps.contains { $0.contains("libtorch aten::conv") })
    let half = try network.preparedForInference(example: example, elementType: .bfloat16)
    // Eight bits of fraction, through up to 121 layers.
    #expect(difference(network, half, shape) < 0.15)
  }

  /// Halving, doubling, and maps joined across, as in a U-Net.
  private final class UNet: Layer {
    let first = Conv2D(3, 8, kernel: 3, padding: 1, bias: false)
    let norm = BatchNorm2D(8)
    let second = Conv2D(8, 16, kernel: 3, padding: 1)
    let up = ConvTranspose2D(16, 8, kernel: 2, stride: 2)
    let last = Conv2D(16, 2, kernel: 3, padding: 1)

    func forward(_ x: Tensor) -> Tensor {
      let wide = norm(first(x)).relu()
      let deep = second(wide.maxPool(axes: 2, 2)).relu()
      return last(.concatenated([wide, up(deep)], axis: 1)).softmax(axis: 1)
    }
  }

  /// The layers of R3D-18, narrow.
  private final class Clips: Layer {
    let stem = Conv3D(
      3, 8, kernel: [3, 7, 7], stride: [1, 2, 2], padding: [1, 3, 3], bias: false)
    let norm = BatchNorm3D(8)
    let conv1 = Conv3D(8, 16, kernel: 3, stride: 2, padding: 1, bias: false)
    let norm1 = BatchNorm3D(16)
    let conv2 = Conv3D(16, 16, kernel: 3, padding: 1, bias: false)
    let norm2 = BatchNorm3D(16)
    let shortcut = Conv3D(8, 16, kernel: 1, stride: 2, bias: false)
    let shortcutNorm = BatchNorm3D(16)
    let fc = Linear(16, 4)

    func forward(_ x: Tensor) -> Tensor {
      let y = norm(stem(x)).relu()
      let z = norm2(conv2(norm1(conv1(y)).relu())) + shortcutNorm(shortcut(y))
      return fc(z.relu().mean(axes: [2, 3, 4]))
    }
  }

  @Test func `a U-Net and a network over clips give the same when prepared`() throws {
    try check(UNet(), [2, 3, 16, 24])
    try check(Clips(), [1, 3, 4, 16, 20])
    let fast = try uneven(Clips()).preparedForInference(
      example: random([1, 3, 4, 16, 20], seed: 1))
    // A copy to where oneDNN wants it, four convolutions, the mean and the last layer.
    #expect(fast.steps.count == 7)
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"))
  func `the shipped digits network says the same in bfloat16`() throws {
    let digits = try LabelledImages.mnist(folder: SharedData.path("mnist"))
    let statistics = ImageDataset(digits.subset(Array(0..<5700)))
    let test = ImageDataset(
      digits.subset(Array(5700..<6700)), mean: statistics.mean,
      standardDeviation: statistics.standardDeviation)
    let batch = try #require(
      DataLoader(test, batchSize: 1000, isShuffled: false).batches(epoch: 0).first { _ in true })
    let network = LeNet()
    try network.load(
      from: SafetensorsFile(path: repositoryFolder + "/models/lenet-mnist/weights.safetensors"))
    let half = try network.preparedForInference(example: batch.inputs, elementType: .bfloat16)
    let exact = withoutGradients { network(batch.inputs).argMax(axis: 1) }
    let agreeing = (half(batch.inputs).argMax(axis: 1) .== exact).converted(to: .float64)
    #expect(agreeing.mean().item(of: Double.self) >= 0.99)
    let right = (exact .== batch.labels).converted(to: .float64)
    #expect(right.mean().item(of: Double.self) >= 0.985)
  }
}
