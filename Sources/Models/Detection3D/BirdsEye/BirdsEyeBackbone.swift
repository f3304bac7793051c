public import Configuration
public import Networks
public import Tensors

/// Convolutions over a map seen from above, at several sizes, whose results are enlarged and joined.
///
/// Names are OpenPCDet's (`BaseBEVBackbone`): `blocks.0.1.weight` is the first convolution,
/// `deblocks.0.0.weight` the first enlargement.
///
/// - Note: Source: Yan, Mao and Li, "SECOND: sparsely embedded convolutional detection", Sensors
///   2018; Lang et al., "PointPillars", CVPR 2019.
public final class BirdsEyeBackbone: Layer {
  let blocks: [Sequential]
  let deblocks: [Sequential]
  /// Channels of the output.
  public let outputs: Int

  /// A network without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the map.
  ///   - settings: Its levels; as many in each list.
  public init(inputs: Int, _ settings: BirdsEyeSettings) {
    require(
      settings.mistake == nil, "BirdsEyeBackbone: \(settings.mistake ?? "")")
    var width = inputs
    blocks = (0..<settings.layers.count).map { level in
      let output = settings.widths[level]
      // Place 0 is the padding, which is the convolution's here.
      var layers: [any Layer] = []
      for layer in 0...settings.layers[level] {
        layers += [
          Conv2D(
            layer == 0 ? width : output, output, kernel: 3,
            stride: PerAxis(layer == 0 ? settings.strides[level] : 1), padding: 1, bias: false,
            initializer: .heNormal(.out)),
          BatchNorm2D(output, epsilon: 1e-3, momentum: settings.momentum), ReLU(),
        ]
      }
      width = output
      return Sequential(named: layers.enumerated().map { ("\($0.offset + 1)", $0.element) })
    }
    deblocks = (0..<settings.layers.count).map { level in
      let (input, output) = (settings.widths[level], settings.upWidths[level])
      let factor = settings.upStrides[level]
      return Sequential([
        ConvTranspose2D(
          input, output, kernel: PerAxis(factor), stride: PerAxis(factor), bias: false,
          initializer: .heNormal(.out)),
        BatchNorm2D(output, epsilon: 1e-3, momentum: settings.momentum), ReLU(),
      ])
    }
    outputs = settings.upWidths.reduce(0, +)
  }

  /// Features of each cell.
  ///
  /// - Parameter x: `[B, C, H, W]`.
  /// - Returns: `[B, outputs, H', W']`, where H' is H over the first level's stride times its enlargement.
  public func forward(_ x: Tensor) -> Tensor {
    var x = x
    var found: [Tensor] = []
    for (block, deblock) in zip(blocks, deblocks) {
      x = block(x)
      found.append(deblock(x))
    }
    return found.count == 1 ? found[0] : .concatenated(found, axis: 1)
  }
}

/// Settings of a ``BirdsEyeBackbone``: one number for each level.
public struct BirdsEyeSettings: ParameterSet, ParameterValue {
  /// Convolutions of each level besides its first.
  @Setting("Convolutions of each level besides its first", in: 0...20) public var layers = [1, 3]
  /// Step of each level's first convolution.
  @Setting("Step of each level's first convolution", in: 1...8) public var strides = [1, 2]
  /// Channels of each level.
  @Setting("Channels of each level", in: 1...1024) public var widths = [64, 96]
  /// Enlargement of each level's result.
  @Setting("Enlargement of each level's result; all end at one size", in: 1...32)
  public var upStrides = [1, 2]
  /// Channels of each enlarged result.
  @Setting("Channels of each enlarged result", in: 1...1024) public var upWidths = [64, 64]
  /// Weight of a batch in the running statistics.
  @Setting("Weight of a batch in the running statistics of normalisations", in: 0.001...1)
  public var momentum = 0.05

  /// The defaults: a small network.
  public init() {}

  /// Cells of the map for one cell of the result.
  var stride: Int { strides[0] / upStrides[0] }

  /// What does not fit, if anything.
  var mistake: String? {
    let count = layers.count
    guard count >= 1, strides.count == count, widths.count == count, upStrides.count == count,
      upWidths.count == count
    else { return "the backbone's lists have different lengths" }
    var step = 1
    var steps: Set<Int> = []
    for level in 0..<count {
      step *= strides[level]
      guard step % upStrides[level] == 0 else {
        return "level \(level) of the backbone is enlarged beyond the map"
      }
      steps.insert(step / upStrides[level])
    }
    return steps.count == 1 ? nil : "the levels of the backbone do not end at one size"
  }

  /// Cells that the map's sides are a multiple of.
  var granularity: Int { strides.reduce(1, *) }

  /// SECOND's as published for KITTI.
  public static var second: BirdsEyeSettings {
    var settings = BirdsEyeSettings()
    (settings.layers, settings.strides, settings.widths) = ([5, 5], [1, 2], [128, 256])
    (settings.upStrides, settings.upWidths) = ([1, 2], [256, 256])
    settings.momentum = 0.01
    return settings
  }

  /// PointPillars' as published for KITTI.
  public static var pointPillars: BirdsEyeSettings {
    var settings = BirdsEyeSettings()
    (settings.layers, settings.strides, settings.widths) = ([3, 5, 5], [2, 2, 2], [64, 128, 256])
    (settings.upStrides, settings.upWidths) = ([1, 2, 4], [128, 128, 128])
    settings.momentum = 0.01
    return settings
  }
}
