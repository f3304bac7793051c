import Geometry
import Models
import Networks
import PointClouds
import Tensors
import Testing

struct VoxNetTests {
  @Test func `it has the paper's parameters and the names of its layers`() throws {
    // 32 (125 + 1) + 32 (32 * 27 + 1) + 128 (32 * 6^3 + 1) + 40 (128 + 1)
    let network = try #require(ModelCatalogue.entry(named: "voxnet")).build().network
    #expect(network.parameterCount == 921_736)
    #expect(
      network.namedParameters.map(\.name).sorted() == [
        "conv1.bias", "conv1.weight", "conv2.bias", "conv2.weight", "fc1.bias", "fc1.weight",
        "fc2.bias", "fc2.weight",
      ])
    let small = VoxNet(classes: 3, channels: 2, size: 15)
    var generator = SeededGenerator(seed: 1)
    small.initialize(using: &generator)
    small.evaluate()
    #expect(small(.zeros([4, 2, 15, 15, 15])).shape == [4, 3])
  }

  /// Points on a ball, a plate, a rod or a cube around the middle of a grid over -1 to 1.
  private static func shape(_ kind: Int, _ generator: inout SeededGenerator) -> Tensor {
    let size = 0.5 + 0.3 * generator.uniform()
    return Tensor(
      (0..<400).flatMap { _ in
        let p = Vector3(
          2 * generator.uniform() - 1, 2 * generator.uniform() - 1, 2 * generator.uniform() - 1)
        return switch kind {
        case 0:
          [
            Float(size * p.normalized.x), Float(size * p.normalized.y),
            Float(size * p.normalized.z),
          ]
        case 1: [Float(size * p.x), Float(size * p.y), Float(0.05 * p.z)]
        case 2: [Float(0.05 * p.x), Float(0.05 * p.y), Float(size * p.z)]
        default: [Float(size * p.x), Float(size * p.y), Float(size * p.z)]
        }
      }, shape: [400, 3])
  }

  @Test func `it learns a handful of shapes from their occupied voxels`() throws {
    var generator = SeededGenerator(seed: 5)
    let lattice = try VoxelLattice(
      from: Vector3(-1, -1, -1), to: Vector3(1, 1, 1), voxelSize: Vector3(1, 1, 1) / 16)
    let labels = (0..<8).map { Int64($0 % 4) }
    let clouds = labels.map { Self.shape(Int($0), &generator) }
    let grids = try DynamicVoxelizer(lattice).voxelize(batch: clouds).dense().occupancy()
    #expect(grids.shape == [8, 1, 32, 32, 32])

    let network = VoxNet(classes: 4)
    network.initialize(using: &generator)
    network.train(using: try TorchGenerator(seed: 5))
    let first = network.gradients(of: network(grids).crossEntropy(Tensor(labels)))
    #expect(
      first.values.count == 8 && first.values.allSatisfy { $0.abs().max().item(of: Float.self) > 0 }
    )
    let optimizer = Adam(network, learningRate: 1e-3)
    for _ in 0..<30 {
      optimizer.update(network.gradients(of: network(grids).crossEntropy(Tensor(labels))))
    }
    network.evaluate()
    #expect(network(grids).argMax(axis: 1).array(of: Int64.self) == labels)
  }
}
