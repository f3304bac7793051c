public import Networks
public import Tensors

/// Blocks that widen, filter each channel by itself and narrow again, for small machines.
///
/// - Note: Source: Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR
///   2018, table 2.
public final class MobileNetV2: Layer {
  let features: Sequential
  let classifier: Sequential

  /// Rows of the paper's table: widening, channels, blocks, stride of the first.
  private static let table = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
  ]

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - dropout: Probability of zeros in training.
  public init(classes: Int = 1000, dropout: Double = 0.2) {
    var layers: [any Layer] = [convNorm(3, 32, stride: 2, activation: ReLU6())]
    var channels = 32
    for (widening, outputs, count, stride) in Self.table {
      for block in 0..<count {
        layers.append(
          InvertedResidual(
            channels, outputs, stride: block == 0 ? stride : 1, widening: widening))
        channels = outputs
      }
    }
    layers.append(convNorm(channels, 1280, kernel: 1, activation: ReLU6()))
    features = Sequential(layers)
    classifier = Sequential(
      Dropout(dropout),
      Linear(1280, classes, initializer: .normal(), biasInitializer: .zeros))
  }

  /// Scores of the classes.
  ///
  /// - Parameter x: Normalised pictures, `[B, 3, H, W]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor {
    classifier(features(x).mean(axes: [2, 3]))
  }
}

/// A wide depthwise convolution between two 1x1 convolutions, with a shortcut where shapes allow.
final class InvertedResidual: Layer {
  let conv: Sequential
  let hasShortcut: Bool

  init(_ inputs: Int, _ outputs: Int, stride: Int, widening: Int) {
    let width = inputs * widening
    var layers: [any Layer] = []
    if widening != 1 { layers.append(convNorm(inputs, width, kernel: 1, activation: ReLU6())) }
    layers += [
      convNorm(width, width, stride: stride, groups: width, activation: ReLU6()),
      Conv2D(width, outputs, kernel: 1, bias: false, initializer: .heNormal(.out)),
      BatchNorm2D(outputs),
    ]
    conv = Sequential(layers)
    hasShortcut = stride == 1 && inputs == outputs
  }

  func forward(_ x: Tensor) -> Tensor { hasShortcut ? x + conv(x) : conv(x) }
}
