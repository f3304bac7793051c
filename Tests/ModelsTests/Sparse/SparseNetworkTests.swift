import Foundation
import Models
import Networks
import PointClouds
import Tensors
import TestSupport
import Testing

struct SparseNetworkTests {
  private func scene(
    _ count: Int, _ lengths: [Int], channels: Int, shape: [Int]? = nil
  ) throws -> SparseTensor {
    var generator = SeededGenerator(seed: 11)
    var rows: Set<[Int32]> = []
    while rows.count < count {
      rows.insert([Int32(rows.count % 2)] + lengths.map { Int32(generator.uniform(below: $0)) })
    }
    let sorted = rows.sorted { $0.lexicographicallyPrecedes($1) }
    return try SparseTensor(
      coordinates: Tensor(sorted.flatMap { $0 }, shape: [count, 4]),
      features: .normal([count, channels], using: &generator), shape: shape)
  }

  private func difference(_ a: Tensor, _ b: Tensor) -> Double {
    guard a.shape == b.shape, a.count > 0 else { return .infinity }
    return Double((a - b).abs().max().item(of: Float.self))
      / Double(b.abs().max().item(of: Float.self))
  }

  @Test(arguments: [
    ("minkunet14a", 8_024_500), ("minkunet18a", 15_493_172), ("minkunet34c", 37_856_052),
    ("second_middle_encoder", 711_872), ("sparse_unet", 6_470),
  ])
  func `networks have the published numbers of parameters`(name: String, count: Int) throws {
    let model = try #require(ModelCatalogue.entry(named: name)).build()
    #expect(model.network.parameterCount == count)
  }

  @Test func `MinkUNet has MinkowskiEngine's names and shapes`() throws {
    let network = MinkUNet(.v34C)
    let shapes = Dictionary(
      uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter.shape) })
    #expect(shapes["conv0p1s1.kernel"] == [125, 3, 32])
    #expect(shapes["conv4p8s2.kernel"] == [8, 128, 128])
    #expect(shapes["convtr4p16s2.kernel"] == [8, 256, 256])
    #expect(shapes["convtr7p2s2.kernel"] == [8, 96, 96])
    #expect(shapes["block4.5.conv2.kernel"] == [27, 256, 256])
    #expect(shapes["block5.0.downsample.0.kernel"] == [384, 256])
    #expect(shapes["block5.0.downsample.1.bn.weight"] == [256])
    #expect(shapes["block1.0.norm1.bn.bias"] == [32])
    #expect(shapes["block1.0.downsample.0.kernel"] == nil)
    #expect(shapes["final.kernel"] == [96, 20])
    #expect(shapes["final.bias"] == [1, 20])
    #expect(network.namedBuffers.contains { $0.name == "bntr7.bn.running_var" })
  }

  @Test func `SparseConvNet's U-Net has its names and shapes`() throws {
    func shapes(_ blocks: SparseConvNetUNet.Blocks) -> [String: [Int]] {
      Dictionary(
        uniqueKeysWithValues: SparseConvNetUNet(levels: 3, repetitions: 1, blocks: blocks)
          .namedParameters.map { ($0.name, $0.parameter.shape) })
    }
    let vgg = shapes(.vgg)
    #expect(vgg["sparseModel.1.weight"] == [27, 1, 3, 16])
    #expect(vgg["sparseModel.2.0.0.weight"] == [16])
    #expect(vgg["sparseModel.2.0.1.weight"] == [27, 1, 16, 16])
    // Level 1: place 1 is the table of the skip, 2 joins its branches, 3 the block behind.
    #expect(vgg["sparseModel.2.1.1.1.weight"] == [8, 1, 16, 32])
    #expect(vgg["sparseModel.2.1.1.2.0.1.weight"] == [27, 1, 32, 32])
    #expect(vgg["sparseModel.2.1.1.4.weight"] == [8, 1, 32, 16])
    #expect(vgg["sparseModel.2.3.1.weight"] == [27, 1, 32, 16])
    #expect(vgg["linear.weight"] == [20, 16])
    let residual = shapes(.residual)
    #expect(residual["sparseModel.2.0.1.3.weight"] == [27, 1, 16, 16])
    #expect(residual["sparseModel.2.2.1.1.weight"] == [8, 1, 16, 32])
    #expect(residual["sparseModel.2.4.0.weight"] == [32, 16])
    #expect(residual["sparseModel.2.4.1.1.weight"] == [27, 1, 32, 16])
  }

  @Test func `SECOND's encoder has OpenPCDet's names and the published shapes`() throws {
    let network = SECONDMiddleEncoder().initialized(seed: 3)
    network.evaluate()
    let shapes = Dictionary(
      uniqueKeysWithValues: network.namedParameters.map { ($0.name, $0.parameter.shape) })
    #expect(shapes["conv_input.0.weight"] == [16, 3, 3, 3, 4])
    #expect(shapes["conv1.0.0.weight"] == [16, 3, 3, 3, 16])
    #expect(shapes["conv4.2.1.bias"] == [64])
    #expect(shapes["conv_out.0.weight"] == [128, 3, 1, 1, 64])
    let x = try scene(400, [41, 1600, 1408], channels: 4, shape: SECONDMiddleEncoder.kittiShape)
    let y = withoutGradients { network(x) }
    #expect(y.cells.shape == [2, 200, 176])
    #expect(y.cells.stride == [16, 8, 8])
    #expect(try withoutGradients { try network.birdsEyeView(x) }.shape == [2, 256, 200, 176])
  }

  /// In evaluation without gradients normalisations are folded into convolutions.
  @Test func `folded layers compute what the layers compute one by one`() throws {
    let grid = try scene(300, [12, 13, 14], channels: 3, shape: [12, 13, 14])
    let networks: [(String, any SparseLayer)] = [
      ("MinkUNet", MinkUNet(.v14A)),
      ("VGG", SparseConvNetUNet(levels: 3, repetitions: 2)),
      ("residual", SparseConvNetUNet(width: 8, levels: 3, repetitions: 2, blocks: .residual)),
    ]
    for (name, network) in networks {
      var generator = SeededGenerator(seed: 5)
      network.initialize(using: &generator)
      // A training pass gives normalisations statistics of their own.
      network.train()
      _ = network(grid)
      network.evaluate()
      let single = network(grid).features.detached()
      let folded = withoutGradients { network(grid).features }
      #expect(difference(folded, single) < 2e-5, "\(name)")
      #expect(difference(folded, single) > 0, "\(name): nothing was folded")
    }
  }

  @Test func `a network learns through every layer`() throws {
    let x = try scene(60, [6, 6, 6], channels: 3)
    let network = MinkUNet(.v14A, classes: 4).initialized(seed: 1)
    let labels = Tensor((0..<60).map { Int64($0 % 4) })
    let optimizer = Adam(network, learningRate: 2e-3)
    var losses: [Float] = []
    for _ in 0..<6 {
      let loss = network(x).features.crossEntropy(labels)
      let slopes = network.gradients(of: loss)
      optimizer.update(slopes)
      losses.append(loss.item())
    }
    #expect((losses.last ?? 1) < 0.6 * losses[0], "\(losses)")
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the two-level U-Net agrees with its fixture, losses and gradients included`() throws {
    let fixture = try ParityFixture("sparse_unet")
    let path = SharedData.path("parity/sparse_unet/README.json")
    let recipe = try ModelRecipe(Data(contentsOf: URL(fileURLWithPath: path)))
    let model = try #require(ModelCatalogue.entry(named: "sparse_unet"))
      .build(configuration: recipe.configuration)
    try model.load(#require(recipe.weights))
    model.network.evaluate()
    let results = try withoutGradients { try model.run(fixture.inputs) }
    #expect(Set(results.map(\.name)) == Set(fixture.outputs.keys))
    for (name, value) in results { #expect(fixture.mismatch(value, name) == nil) }
  }

  @Test func `cells that do not fit are the input's fault`() throws {
    let model = try #require(ModelCatalogue.entry(named: "second_middle_encoder")).build()
    let inputs = [
      "coordinates": Tensor([Int32(0), 41, 0, 0], shape: [1, 4]),
      "features": Tensor(repeating: Float(1), shape: [1, 4]),
    ]
    #expect {
      _ = try model.run(inputs)
    } throws: { "\($0)".contains("lies outside of the grid [41, 1600, 1408]") }
  }
}
