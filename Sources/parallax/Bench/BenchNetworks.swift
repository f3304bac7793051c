import Networks
import Tensors

/// Networks of the peers' benchmark scripts, with random weights.
enum BenchNetworks {
  /// Four levels of halving and doubling, joined across, as in the peers' `UNet`.
  final class UNet: Layer {
    private let down: [Sequential]
    private let up: [ConvTranspose2D]
    private let decode: [Sequential]
    private let head: Conv2D

    init(width: Int = 32) {
      let widths = (0..<5).map { width << $0 }
      down = (0..<5).map { Self.pair($0 == 0 ? 3 : widths[$0 - 1], widths[$0]) }
      up = (0..<4).map { ConvTranspose2D(widths[$0 + 1], widths[$0], kernel: 2, stride: 2) }
      decode = (0..<4).map { Self.pair(2 * widths[$0], widths[$0]) }
      head = Conv2D(width, 2, kernel: 1)
    }

    private static func pair(_ inputs: Int, _ outputs: Int) -> Sequential {
      Sequential(
        Conv2D(inputs, outputs, kernel: 3, padding: 1, bias: false), BatchNorm2D(outputs), ReLU(),
        Conv2D(outputs, outputs, kernel: 3, padding: 1, bias: false), BatchNorm2D(outputs), ReLU())
    }

    func forward(_ x: Tensor) -> Tensor {
      var maps = [down[0](x)]
      for level in down.dropFirst() { maps.append(level(maps[maps.count - 1].maxPool(axes: 2, 2))) }
      var y = maps[4]
      for level in (0..<4).reversed() {
        y = decode[level](.concatenated([maps[level], up[level](y)], axis: 1))
      }
      return head(y)
    }
  }

  /// A transformer block that normalises first, 12 heads of 64, as the peers' `Block`.
  final class Block: Layer {
    private let norm1 = LayerNorm(768)
    private let norm2 = LayerNorm(768)
    private let qkv = Linear(768, 3 * 768)
    private let out = Linear(768, 768)
    private let expand = Linear(768, 4 * 768)
    private let contract = Linear(4 * 768, 768)

    func forward(_ x: Tensor) -> Tensor {
      let length = x.shape[1]
      let parts = qkv(norm1(x)).reshaped([1, length, 3, 12, 64]).permuted([2, 0, 3, 1, 4])
      let heads = parts[0].scaledDotProductAttention(key: parts[1], value: parts[2])
      let y = x + out(heads.transposed(1, 2).reshaped([1, length, 768]))
      return y + contract(expand(norm2(y)).gelu())
    }
  }
}
