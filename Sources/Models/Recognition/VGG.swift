public import Networks
public import Tensors

/// Blocks of 3x3 convolutions, each block followed by a halving of the size.
///
/// - Note: Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image
///   recognition", ICLR 2015, table 1.
public final class VGG: Layer {
  let features: Sequential
  let avgpool = AdaptiveAveragePool2D(7)
  let classifier: Sequential

  /// The depths of the paper.
  public enum Depth: Int, Sendable, CaseIterable {
    /// Configuration A.
    case eleven = 11
    /// Configuration B.
    case thirteen = 13
    /// Configuration D.
    case sixteen = 16
    /// Configuration E.
    case nineteen = 19

    /// Convolutions in each of the five blocks.
    var blocks: [Int] {
      switch self {
      case .eleven: [1, 1, 2, 2, 2]
      case .thirteen: [2, 2, 2, 2, 2]
      case .sixteen: [2, 2, 3, 3, 3]
      case .nineteen: [2, 2, 4, 4, 4]
      }
    }
  }

  /// A network without values.
  ///
  /// - Parameters:
  ///   - depth: Number of layers with weights.
  ///   - batchNorm: Whether every convolution is followed by batch normalisation.
  ///   - classes: Number of classes.
  ///   - dropout: Probability of zeros in training.
  public init(
    _ depth: Depth, batchNorm: Bool = false, classes: Int = 1000, dropout: Double = 0.5
  ) {
    var layers: [any Layer] = []
    var inputs = 3
    for (count, outputs) in zip(depth.blocks, [64, 128, 256, 512, 512]) {
      for _ in 0..<count {
        layers.append(
          Conv2D(
            inputs, outputs, kernel: 3, padding: 1, initializer: .heNormal(.out),
            biasInitializer: .zeros))
        if batchNorm { layers.append(BatchNorm2D(outputs)) }
        layers.append(ReLU())
        inputs = outputs
      }
      layers.append(MaxPool2D(2))
    }
    features = Sequential(layers)
    func linear(_ inputs: Int, _ outputs: Int) -> Linear {
      Linear(inputs, outputs, initializer: .normal(), biasInitializer: .zeros)
    }
    classifier = Sequential(
      linear(512 * 7 * 7, 4096), ReLU(), Dropout(dropout), linear(4096, 4096), ReLU(),
      Dropout(dropout), linear(4096, classes))
  }

  /// Scores of the classes.
  ///
  /// - Parameter x: Normalised pictures, `[B, 3, H, W]`, at least 32 pixels high and wide.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor {
    classifier(avgpool(features(x)).flattened(from: 1))
  }
}
