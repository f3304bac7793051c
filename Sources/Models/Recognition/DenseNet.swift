public import Networks
public import Tensors

/// Blocks in which every layer sees the outputs of all layers before it.
///
/// - Note: Source: Huang et al., "Densely connected convolutional networks", CVPR 2017.
public final class DenseNet: Layer {
  let features: Sequential
  let classifier: Linear

  /// A network without values, DenseNet-121 by default.
  ///
  /// - Parameters:
  ///   - blocks: Layers in each block.
  ///   - growth: Channels that each layer adds.
  ///   - width: Channels before the first block.
  ///   - classes: Number of classes.
  public init(
    blocks: [Int] = [6, 12, 24, 16], growth: Int = 32, width: Int = 64, classes: Int = 1000
  ) {
    var layers: [(name: String, layer: any Layer)] = [
      (
        "conv0",
        Conv2D(
          3, width, kernel: 7, stride: 2, padding: 3, bias: false, initializer: .heNormal())
      ),
      ("norm0", BatchNorm2D(width)), ("relu0", ReLU()),
      ("pool0", MaxPool2D(3, stride: 2, padding: 1)),
    ]
    var channels = width
    for (place, count) in blocks.enumerated() {
      let inputs = channels
      let dense = (0..<count).map { i in
        (
          name: "denselayer\(i + 1)",
          layer: DenseLayer(inputs + i * growth, growth: growth) as any Layer
        )
      }
      layers.append(("denseblock\(place + 1)", Sequential(named: dense)))
      channels += count * growth
      if place < blocks.count - 1 {
        layers.append(("transition\(place + 1)", Self.transition(channels)))
        channels /= 2
      }
    }
    layers.append(("norm5", BatchNorm2D(channels)))
    features = Sequential(named: layers)
    classifier = Linear(channels, classes, biasInitializer: .zeros)
  }

  /// Half the channels and half the size.
  private static func transition(_ channels: Int) -> Sequential {
    Sequential(named: [
      ("norm", BatchNorm2D(channels)), ("relu", ReLU()),
      (
        "conv",
        Conv2D(channels, channels / 2, kernel: 1, bias: false, initializer: .heNormal())
      ),
      ("pool", AveragePool2D(2)),
    ])
  }

  /// Scores of the classes.
  ///
  /// - Parameter x: Normalised pictures, `[B, 3, H, W]`, at least 29 pixels high and wide.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor {
    classifier(features(x).relu().mean(axes: [2, 3]))
  }
}

/// A layer of a dense block: its input, followed by the channels that it adds.
final class DenseLayer: Layer {
  let norm1: BatchNorm2D
  let conv1: Conv2D
  let norm2: BatchNorm2D
  let conv2: Conv2D

  init(_ inputs: Int, growth: Int) {
    norm1 = BatchNorm2D(inputs)
    conv1 = Conv2D(inputs, 4 * growth, kernel: 1, bias: false, initializer: .heNormal())
    norm2 = BatchNorm2D(4 * growth)
    conv2 = Conv2D(
      4 * growth, growth, kernel: 3, padding: 1, bias: false, initializer: .heNormal())
  }

  func forward(_ x: Tensor) -> Tensor {
    let added = conv2(norm2(conv1(norm1(x).relu())).relu())
    return .concatenated([x, added], axis: 1)
  }
}
