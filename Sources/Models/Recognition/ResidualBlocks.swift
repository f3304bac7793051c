import Networks
import Tensors

/// A layer that adds something to its input.
protocol ResidualBlock: Layer {
  /// Channels of the output.
  var outputs: Int { get }
}

/// Two 3x3 convolutions beside a shortcut.
final class BasicBlock: ResidualBlock {
  let conv1: Conv2D
  let bn1: BatchNorm2D
  let conv2: Conv2D
  let bn2: BatchNorm2D
  let downsample: Sequential?

  /// A block without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - width: Channels of the output.
  ///   - stride: Step of the first convolution and of the shortcut.
  init(_ inputs: Int, _ width: Int, stride: Int = 1) {
    conv1 = conv3x3(inputs, width, stride: stride)
    bn1 = BatchNorm2D(width)
    conv2 = conv3x3(width, width)
    bn2 = BatchNorm2D(width)
    downsample = shortcut(inputs, width, stride: stride)
  }

  var outputs: Int { conv2.outputs }

  /// The input, or what the shortcut makes of it, and what the convolutions add.
  ///
  /// - Parameter x: `[B, C, H, W]`.
  /// - Returns: `[B, width, H / stride, W / stride]`.
  func forward(_ x: Tensor) -> Tensor {
    let y = bn2(conv2(bn1(conv1(x)).relu()))
    return (y + (downsample.map { $0(x) } ?? x)).relu()
  }
}

/// A 3x3 convolution between two 1x1 convolutions, beside a shortcut.
final class Bottleneck: ResidualBlock {
  let conv1: Conv2D
  let bn1: BatchNorm2D
  let conv2: Conv2D
  let bn2: BatchNorm2D
  let conv3: Conv2D
  let bn3: BatchNorm2D
  let downsample: Sequential?

  /// A block without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - width: Channels in the middle; the output has four times as many.
  ///   - stride: Step of the middle convolution and of the shortcut.
  init(_ inputs: Int, _ width: Int, stride: Int = 1) {
    conv1 = conv1x1(inputs, width)
    bn1 = BatchNorm2D(width)
    conv2 = conv3x3(width, width, stride: stride)
    bn2 = BatchNorm2D(width)
    conv3 = conv1x1(width, 4 * width)
    bn3 = BatchNorm2D(4 * width)
    downsample = shortcut(inputs, 4 * width, stride: stride)
  }

  var outputs: Int { conv3.outputs }

  /// The input, or what the shortcut makes of it, and what the convolutions add.
  ///
  /// - Parameter x: `[B, C, H, W]`.
  /// - Returns: `[B, 4 width, H / stride, W / stride]`.
  func forward(_ x: Tensor) -> Tensor {
    let y = bn3(conv3(bn2(conv2(bn1(conv1(x)).relu())).relu()))
    return (y + (downsample.map { $0(x) } ?? x)).relu()
  }
}

private func conv3x3(_ inputs: Int, _ outputs: Int, stride: Int = 1) -> Conv2D {
  Conv2D(
    inputs, outputs, kernel: 3, stride: .init(stride), padding: 1, bias: false,
    initializer: .heNormal(.out))
}

private func conv1x1(_ inputs: Int, _ outputs: Int) -> Conv2D {
  Conv2D(inputs, outputs, kernel: 1, bias: false, initializer: .heNormal(.out))
}

/// A projection where the shapes of input and output differ.
private func shortcut(_ inputs: Int, _ outputs: Int, stride: Int) -> Sequential? {
  stride == 1 && inputs == outputs
    ? nil : convNorm(inputs, outputs, kernel: 1, stride: stride, activation: nil)
}
