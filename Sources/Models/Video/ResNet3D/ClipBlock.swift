import Networks
import Tensors

/// How a block of a network over clips looks at time and space.
enum ClipConvolution: Sendable {
  /// 3x3x3.
  case volume
  /// 1x3x3: each frame by itself.
  case frame
  /// 1x3x3, then 3x1x1.
  case factored
}

/// Two convolutions over clips beside a shortcut.
final class ClipBlock: Layer {
  let conv1: Sequential
  let conv2: Sequential
  let downsample: Sequential?

  /// A block without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - width: Channels of the output.
  ///   - stride: Step over space, and over time unless frames stay by themselves.
  ///   - form: How it looks at time and space.
  ///   - causal: Whether no output may depend on a later frame.
  init(_ inputs: Int, _ width: Int, stride: Int, form: ClipConvolution, causal: Bool) {
    // Both halves of R(2+1)D have as many parameters together as one 3x3x3 convolution.
    let middle = 27 * inputs * width / (9 * inputs + 3 * width)
    func convolution(_ inputs: Int, _ stride: Int) -> any Layer {
      switch form {
      case .volume:
        return clipConvolution(
          inputs, width, kernel: [3, 3, 3], stride: .init(stride), causal: causal)
      case .frame:
        return clipConvolution(
          inputs, width, kernel: [1, 3, 3], stride: [1, stride, stride], causal: causal)
      case .factored:
        return Sequential(
          clipConvolution(
            inputs, middle, kernel: [1, 3, 3], stride: [1, stride, stride], causal: causal),
          BatchNorm3D(middle), ReLU(),
          clipConvolution(
            middle, width, kernel: [3, 1, 1], stride: [stride, 1, 1], causal: causal))
      }
    }
    conv1 = Sequential(convolution(inputs, stride), BatchNorm3D(width), ReLU())
    conv2 = Sequential(convolution(width, 1), BatchNorm3D(width))
    let time = form == .frame ? 1 : stride
    downsample =
      stride == 1 && inputs == width
      ? nil
      : Sequential(
        clipConvolution(
          inputs, width, kernel: [1, 1, 1], stride: [time, stride, stride], causal: causal),
        BatchNorm3D(width))
  }

  /// The input, or what the shortcut makes of it, and what the convolutions add.
  ///
  /// - Parameter x: `[B, C, T, H, W]`.
  /// - Returns: `[B, width, T / stride, H / stride, W / stride]`.
  func forward(_ x: Tensor) -> Tensor {
    (conv2(conv1(x)) + (downsample.map { $0(x) } ?? x)).relu()
  }

  var fieldSteps: [ReceptiveField.Step] {
    (conv1.convolutions + conv2.convolutions).map(\.fieldStep)
  }
}

/// A convolution over clips without bias that keeps the size at stride 1.
func clipConvolution(
  _ inputs: Int, _ outputs: Int, kernel: [Int], stride: PerAxis = 1, causal: Bool,
  bias: Bool = false
) -> Conv3D {
  Conv3D(
    inputs, outputs, kernel: PerAxis(kernel), stride: stride,
    padding: PerAxis(kernel.map { $0 / 2 }), bias: bias, causal: causal,
    initializer: .heNormal(.out), biasInitializer: .zeros)
}

extension Sequential {
  /// The convolutions over clips in this chain and in chains inside it, in order.
  var convolutions: [Conv3D] {
    layers.flatMap { _, layer -> [Conv3D] in
      if let convolution = layer as? Conv3D { return [convolution] }
      return (layer as? Sequential)?.convolutions ?? []
    }
  }
}
