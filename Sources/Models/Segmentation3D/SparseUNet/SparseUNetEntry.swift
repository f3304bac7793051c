import Networks
import PointClouds
import Tensors

/// Configuration of the two-level U-Net.
private struct SparseUNetConfiguration: Decodable, Sendable {
  struct Down: Decodable, Sendable {
    var kernel: PerAxis
    var stride: PerAxis
    var padding: PerAxis
  }
  var spatialShape: [Int]?
  var classes: Int?
  var batchNormEpsilon: Double?
  var down: Down?

  enum CodingKeys: String, CodingKey {
    case classes, down
    case spatialShape = "spatial_shape"
    case batchNormEpsilon = "batch_norm_eps"
  }
}

/// The network with the shape of its grid.
private final class SparseUNetModel: Module {
  let network: TwoLevelSparseUNet
  let shape: [Int]

  init(_ network: TwoLevelSparseUNet, _ shape: [Int]) {
    self.network = network
    self.shape = shape
  }

  var members: [(name: String, part: ModulePart)] { network.members }
  static var kind: String { TwoLevelSparseUNet.kind }

  /// Outputs; with labels also the loss and its gradients, in evaluation and in training.
  func outputs(_ inputs: ModelTensors) throws -> [(name: String, value: Tensor)] {
    let x = try sparseInput(inputs, shape: shape)
    let y = network(x)
    let found = [
      ("coarse_coordinates", y.inner.coordinates), ("entry", y.entry.features),
      ("inner", y.inner.features), ("logits", y.logits.features),
    ]
    guard let labels = inputs.optional("labels"), x.count > 0 else { return found }
    let classes = y.logits.channels
    guard
      labels.withUnsafeElements(
        of: Int32.self, { $0.allSatisfy { (0..<classes).contains(Int($0)) } }),
      labels.count == x.count
    else { throw ModelError.input("labels: one of 0 to \(classes - 1) for each cell") }
    let evaluation = losses(x, labels)
    // Training moves the running statistics, which belong to the weights.
    let kept = network.namedBuffers.map { ($0.buffer, $0.buffer.value.copied()) }
    network.train()
    defer {
      network.evaluate()
      for (buffer, value) in kept { buffer.value = value }
    }
    let training = losses(x, labels, withLogits: true)
    return found + evaluation + training.map { ("training." + $0.name, $0.value) }
  }

  private func losses(
    _ x: SparseTensor, _ labels: Tensor, withLogits: Bool = false
  ) -> [(name: String, value: Tensor)] {
    withGradients {
      let leaf = x.features.requiringGradient()
      let logits = network(x.with(leaf)).logits.features
      let loss = logits.crossEntropy(labels.converted(to: .int64))
      let parameters = network.namedParameters
      let found = Tensors.gradients(
        of: loss, withRespectTo: [leaf] + parameters.map(\.parameter.value))
      let names = ["features"] + parameters.map { "parameters." + $0.name }
      return (withLogits ? [("logits", logits.detached())] : [])
        + [("loss", loss.detached().reshaped([1]))]
        + zip(names, found).map { ("grad." + $0, $1) }
    }
  }
}

extension ModelCatalogue {
  /// The two-level U-Net.
  static let sparseUNet = ModelEntry(
    "sparse_unet", "two-level sparse U-Net; with labels also the loss and its gradients",
    inputs: [
      .cells, .features(4),
      ModelInput("labels", [.any("N", least: 0, example: 1)], .int32, isOptional: true),
    ], configuration: SparseUNetConfiguration.self
  ) { configuration in
    let classes = configuration.classes ?? 6
    let shape = configuration.spatialShape ?? [64, 64, 64]
    let down = configuration.down ?? .init(kernel: 2, stride: 2, padding: 0)
    let numbers = [down.kernel, down.stride, down.padding].map(\.numbers)
    guard (1...65536).contains(classes), shape.count == 3,
      shape.allSatisfy({ (1...(1 << 20)).contains($0) }),
      numbers.allSatisfy({ $0.count == 1 || $0.count == 3 }),
      (numbers[0] + numbers[1]).allSatisfy({ (1...16).contains($0) }),
      numbers[2].allSatisfy({ (0...16).contains($0) }),
      zip(down.kernel.expanded(to: 3), zip(shape, down.padding.expanded(to: 3))).allSatisfy({
        $0 <= $1.0 + 2 * $1.1
      })
    else {
      throw ModelError.configuration("classes, spatial_shape and down do not describe a network")
    }
    return SparseUNetModel(
      TwoLevelSparseUNet(
        classes: classes, kernel: down.kernel, stride: down.stride, padding: down.padding,
        epsilon: configuration.batchNormEpsilon ?? 1e-3), shape)
  } run: { model, inputs in
    try model.outputs(inputs)
  }
}
