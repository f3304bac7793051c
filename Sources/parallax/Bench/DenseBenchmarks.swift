import Foundation
import Models
import Networks
import Tensors

/// Inference of dense networks at batch 1 with random weights, as in the peers' `dense.py`.
enum DenseBenchmarks {
  static func operations(threads: Int) -> [BenchOperation] {
    let image = [1, 3, 224, 224]
    return [
      network("resnet18_224", image, threads) { ResNet(.eighteen) },
      network("resnet50_224", image, threads) { ResNet(.fifty) },
      network("unet32_256", [1, 3, 256, 256], threads) { BenchNetworks.UNet() },
      network("r3d18_16x112x112", [1, 3, 16, 112, 112], threads) { ResNet3D(.r3d18) },
      network("attention_block_768x12_197", [1, 197, 768], threads) { BenchNetworks.Block() },
      network("conv2d_64_64_k3s1_56", [1, 64, 56, 56], threads) {
        Conv2D(64, 64, kernel: 3, padding: 1)
      },
      network("conv2d_64_128_k3s1_128", [1, 64, 128, 128], threads) {
        Conv2D(64, 128, kernel: 3, padding: 1)
      },
      network("conv3d_3_64_k3_16x112x112", [1, 3, 16, 112, 112], threads) {
        Conv3D(3, 64, kernel: 3, padding: 1)
      },
      network("conv3d_64_64_k3_8x56x56", [1, 64, 8, 56, 56], threads) {
        Conv3D(64, 64, kernel: 3, padding: 1)
      },
    ].flatMap { $0 }
  }

  /// In float32, and in bfloat16 under the name with `_bf16`.
  ///
  /// The check value is the greatest difference to what the network itself computes in float32, as
  /// a fraction of the greatest number there: about 1e-6 and 1e-2.
  private static func network(
    _ name: String, _ shape: [Int], _ threads: Int, _ build: @escaping () -> any Layer
  ) -> [BenchOperation] {
    [(name, ElementType.float32), (name + "_bf16", .bfloat16)].map { name, elementType in
      var ready: Prepared?
      return BenchOperation(name: name, count: shape.reduce(1, *)) {
        TorchThreads.set(threads)
        ready = try prepared(build(), shape, elementType)
      } body: {
        guard let ready else { return .nan }
        _ = ready.network(ready.x)
        return ready.difference
      }
    }
  }

  private struct Prepared {
    var network: PreparedNetwork
    var x: Tensor
    var difference: Double
  }

  private static func prepared(
    _ network: some Layer, _ shape: [Int], _ elementType: ElementType
  ) throws -> Prepared {
    var generator = SeededGenerator(seed: 1)
    network.initialize(using: &generator)
    let x = Tensor.normal(shape, using: &generator)
    let fast = try network.preparedForInference(example: x, elementType: elementType)
    let expected = withoutGradients { network(x) }
    let difference = (fast(x) - expected).abs().max().item(of: Float.self)
    let scale = expected.abs().max().item(of: Float.self)
    return Prepared(network: fast, x: x, difference: Double(difference / scale))
  }
}
