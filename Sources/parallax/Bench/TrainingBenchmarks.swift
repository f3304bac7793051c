import Models
import Training
import Networks
import Tensors

/// Training steps, as in the peers' `train.py`.
enum TrainingBenchmarks {
  static func operations(threads: Int) -> [BenchOperation] {
    [cifar("train_resnet18_cifar_b32", threads)]
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
