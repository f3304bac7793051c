import Networks
import Tensors

/// A plain convolutional network without normalisation or shortcuts, for comparison.
final class PlainCNN: Layer {
  let conv1: Conv2D
  let conv2: Conv2D
  let conv3: Conv2D
  let fc: Linear

  init(channels: Int, width: Int, classes: Int) {
    conv1 = Conv2D(channels, width, kernel: 3, padding: 1, initializer: .heNormal())
    conv2 = Conv2D(width, 2 * width, kernel: 3, padding: 1, initializer: .heNormal())
    conv3 = Conv2D(2 * width, 4 * width, kernel: 3, padding: 1, initializer: .heNormal())
    fc = Linear(4 * width, classes)
  }

  /// Computes the class scores of `[B, C, H, W]`.
  func forward(_ x: Tensor) -> Tensor {
    var x = conv1(x).relu().maxPool(axes: 2, 2)  // [B, width, H / 2, W / 2]
    x = conv2(x).relu().maxPool(axes: 2, 2)  // [B, 2 width, H / 4, W / 4]
    x = conv3(x).relu().mean(axes: [2, 3])  // [B, 4 width]
    return fc(x)
  }
}
