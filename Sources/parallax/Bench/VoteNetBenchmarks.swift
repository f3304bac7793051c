import Foundation
import Geometry
import Models
import Networks
import PointClouds
import Tensors

/// VoteNet with random weights on made rooms of 20,000 points: inference of one room, and a training step on eight.
enum VoteNetBenchmarks {
  static func operations(threads: Int) -> [BenchOperation] {
    [inference("votenet", threads), training("train_votenet_b8", threads)]
  }

  /// The check value is the greatest centre coordinate.
  private static func inference(_ name: String, _ threads: Int) -> BenchOperation {
    var ready: (network: VoteNet, x: Tensor)?
    return BenchOperation(name: name, count: 20_000) {
      TorchThreads.set(threads)
      let network = VoteNet(.sunRGBD).initialized(seed: 1)
      network.evaluate()
      ready = (network, try samples(1)["point_clouds"])
    } body: {
      guard let (network, x) = ready else { return .nan }
      return try TorchThreads.with(threads) {
        try withoutGradients {
          Double(try network(x).predictions.centers.max().item(of: Float.self))
        }
      }
    }
  }

  /// The check value is the loss.
  private static func training(_ name: String, _ threads: Int) -> BenchOperation {
    var ready: (network: VoteNet, optimizer: Adam, batch: CloudBatch)?
    return BenchOperation(name: name, count: 8 * 20_000) {
      TorchThreads.set(threads)
      let network = VoteNet(.sunRGBD).initialized(seed: 1)
      ready = (network, Adam(network, learningRate: 1e-3), try samples(8))
    } body: {
      guard let (network, optimizer, batch) = ready else { return .nan }
      return try TorchThreads.with(threads) {
        let parts = try task().losses(network, batch).map { $0.value * $0.weight }
        let loss = parts.dropFirst().reduce(parts[0]) { $0 + $1 }
        optimizer.update(network.gradients(of: loss))
        return Double(loss.item(of: Float.self))
      }
    }
  }

  private static func task() throws -> VoteNetTask {
    let sizes = VoteNet.Configuration.sunRGBD.meanSizes
    return try VoteNetTask(
      .init(), classes: CloudClasses(names: sizes.indices.map { "class\($0)" }, meanSizes: sizes))
  }

  private static func samples(_ count: Int) throws -> CloudBatch {
    let task = try task()
    var generator = SeededGenerator(seed: 2)
    return task.batch(
      of: try (0..<count).map { _ in
        try task.sample(of: room(task, &generator), isTraining: true, using: &generator)
      })
  }

  /// A floor and two walls of 6 m, and ten boxes with points on their surfaces.
  private static func room(
    _ task: VoteNetTask, _ generator: inout SeededGenerator
  ) -> LabelledCloud {
    var xyz: [Float] = []
    func add(_ p: Vector3) { xyz += [Float(p.x), Float(p.y), Float(p.z)] }
    for point in 0..<30_000 {
      let (u, v) = (6 * generator.uniform() - 3, generator.uniform())
      switch point % 3 {
      case 0: add(Vector3(u, 6 * v - 3, 0))
      case 1: add(Vector3(u, 3, 2.5 * v))
      default: add(Vector3(-3, u, 2.5 * v))
      }
    }
    let boxes = task.classes.names.indices.map { kind -> Box3D in
      let size = task.classes.meanSizes[kind] * (0.9 + 0.2 * generator.uniform())
      let box = Box3D(
        center: Vector3(
          4.4 * generator.uniform() - 2.2, 4.4 * generator.uniform() - 2.2, size.z / 2),
        size: size, yaw: 2 * .pi * generator.uniform(), label: task.classes.names[kind])
      let (c, s) = (cos(box.yaw), sin(box.yaw))
      for _ in 0..<2000 {
        var p = Vector3(generator.uniform(), generator.uniform(), generator.uniform()) - 0.5
        let face = generator.uniform(below: 3)
        p[face] = p[face] < 0 ? -0.5 : 0.5
        p *= size
        add(box.center + Vector3(c * p.x - s * p.y, s * p.x + c * p.y, p.z))
      }
      return box
    }
    return LabelledCloud(
      name: "room", cloud: PointCloud(positions: Tensor(xyz, shape: [xyz.count / 3, 3])),
      boxes: boxes)
  }
}
