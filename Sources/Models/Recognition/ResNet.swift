public import Networks
public import Tensors

/// Residual blocks in four stages, each of half the size and twice the width of the one before.
///
/// - Note: Source: He et al., "Deep residual learning for image recognition", CVPR 2016. Differs as
///   in torchvision: bottleneck blocks halve the size in their 3x3 convolution.
public final class ResNet: Layer {
  let conv1: Conv2D
  let bn1 = BatchNorm2D(64)
  let maxpool: MaxPool2D?
  let layer1: Sequential
  let layer2: Sequential
  let layer3: Sequential
  let layer4: Sequential
  let fc: Linear

  /// The depths of the paper.
  public enum Depth: Int, Sendable, CaseIterable {
    /// A depth of the paper.
    case eighteen = 18
    /// A depth of the paper.
    case thirtyFour = 34
    /// A depth of the paper.
    case fifty = 50
    /// A depth of the paper.
    case oneHundredOne = 101
    /// A depth of the paper.
    case oneHundredFiftyTwo = 152

    /// Blocks in each of the four stages.
    var blocks: [Int] {
      switch self {
      case .eighteen: [2, 2, 2, 2]
      case .thirtyFour, .fifty: [3, 4, 6, 3]
      case .oneHundredOne: [3, 4, 23, 3]
      case .oneHundredFiftyTwo: [3, 8, 36, 3]
      }
    }

    /// Whether blocks have three convolutions, with four times the width at their ends.
    var hasBottlenecks: Bool { rawValue >= 50 }
  }

  /// How pictures enter the first stage.
  public enum Stem: String, Sendable, Codable {
    /// A 7x7 convolution of stride 2 and pooling, for pictures of about 224 pixels.
    case large
    /// A 3x3 convolution, for pictures of about 32 pixels.
    case small
  }

  /// How pictures enter the first stage.
  public let stem: Stem

  /// A network without values.
  ///
  /// - Parameters:
  ///   - depth: Number of layers with weights.
  ///   - classes: Number of classes.
  ///   - channels: Channels of the pictures.
  ///   - stem: How pictures enter the first stage.
  public init(_ depth: Depth, classes: Int = 1000, channels: Int = 3, stem: Stem = .large) {
    conv1 = Conv2D(
      channels, 64, kernel: stem == .large ? 7 : 3, stride: stem == .large ? 2 : 1,
      padding: stem == .large ? 3 : 1, bias: false, initializer: .heNormal(.out))
    self.stem = stem
    maxpool = stem == .large ? MaxPool2D(3, stride: 2, padding: 1) : nil
    var inputs = 64
    func stage(_ place: Int) -> Sequential {
      let width = 64 << place
      return Sequential(
        (0..<depth.blocks[place]).map { block in
          let stride = place > 0 && block == 0 ? 2 : 1
          let made: any ResidualBlock =
            depth.hasBottlenecks
            ? Bottleneck(inputs, width, stride: stride) : BasicBlock(inputs, width, stride: stride)
          inputs = made.outputs
          return made
        })
    }
    layer1 = stage(0)
    layer2 = stage(1)
    layer3 = stage(2)
    layer4 = stage(3)
    fc = Linear(inputs, classes)
  }

  /// The output of each stage, at 1/4, 1/8, 1/16 and 1/32 of the size with the large stem.
  ///
  /// - Parameter x: Normalised pictures, `[B, C, H, W]`.
  /// - Returns: Four maps.
  public func stages(_ x: Tensor) -> [Tensor] {
    let edges = bn1(conv1(x)).relu()
    let first = layer1(maxpool.map { $0(edges) } ?? edges)
    let second = layer2(first)
    let third = layer3(second)
    return [first, second, third, layer4(third)]
  }

  /// Scores of the classes.
  ///
  /// - Parameter x: Normalised pictures, `[B, C, H, W]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor {
    fc(stages(x)[3].mean(axes: [2, 3]))
  }
}
