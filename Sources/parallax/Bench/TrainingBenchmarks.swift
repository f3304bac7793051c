import Foundation
import Models
import Training
import Networks
import Tensors

/// Training steps, as in the peers' `train.py`.
enum TrainingBenchmarks {
  static func operations(threads: Int) -> [BenchOperation] {
    [cifar("train_resnet18_cifar_b32", threads), shapes("pointnet2_train", threads)]
  }

  /// A step of ResNet-18 on 32 pictures of 32x32 pixels; the check value is the loss.
  private static func cifar(_ name: String, _ threads: Int) -> BenchOperation {
    var ready: (network: ResNet, optimizer: SGD, x: Tensor, labels: Tensor)?
    return BenchOperation(name: name, count: 32 * 3 * 32 * 32) {
      TorchThreads.set(threads)
      ready = prepared()
    } body: {
      guard let (network, optimizer, x, labels) = ready else { return .nan }
      return TorchThreads.with(threads) {
        let loss = network(x).crossEntropy(labels)
        optimizer.update(network.gradients(of: loss))
        return Double(loss.item(of: Float.self))
      }
    }
  }

  /// A step of PointNet++ (single-scale classification) on 16 clouds of 1024 points, as in scripts/compare-pointnet2.py.
  private static func shapes(_ name: String, _ threads: Int) -> BenchOperation {
    var ready: (network: PointNet2Classifier, optimizer: Adam, points: Tensor, labels: Tensor)?
    return BenchOperation(name: name, count: 16 * 1024) {
      TorchThreads.set(threads)
      let network = PointNet2Classifier().initialized(seed: 1)
      network.train(using: try TorchGenerator(seed: 1))
      ready = (
        network, Adam(network, learningRate: 1e-3), ellipsoids(16, 1024),
        Tensor((0..<16).map { Int64($0 * 7 % 40) })
      )
    } body: {
      guard let (network, optimizer, points, labels) = ready else { return .nan }
      return try TorchThreads.with(threads) {
        let loss = try network(PointFeatures(positions: points)).crossEntropy(labels)
        optimizer.update(network.gradients(of: loss))
        return Double(loss.item(of: Float.self))
      }
    }
  }

  /// Golden spirals on ellipsoids of several forms, within the unit sphere.
  private static func ellipsoids(_ clouds: Int, _ count: Int) -> Tensor {
    let turn = Double.pi * (3 - 5.0.squareRoot())
    return Tensor(
      (0..<clouds).flatMap { cloud -> [Float] in
        let (wide, high) = (0.3 + 0.04 * Double(cloud), 0.9 - 0.05 * Double(cloud))
        return (0..<count).flatMap { i -> [Float] in
          let z = 1 - (2 * Double(i) + 1) / Double(count)
          let radius = (1 - z * z).squareRoot()
          let angle = turn * Double(i)
          return [
            Float(radius * cos(angle)), Float(wide * radius * sin(angle)), Float(high * z),
          ]
        }
      }, shape: [clouds, count, 3])
  }

  private static func prepared() -> (ResNet, SGD, Tensor, Tensor) {
    var generator = SeededGenerator(seed: 1)
    let network = ResNet(.eighteen, classes: 10, stem: .small)
    network.initialize(using: &generator)
    network.arrangeChannelsLast()
    let optimizer = SGD(network, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
    let x = Tensor.normal([32, 3, 32, 32], using: &generator).toChannelsLast()
    return (network, optimizer, x, Tensor((0..<32).map { Int64($0 * 7 % 10) }))
  }
}
