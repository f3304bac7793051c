public import Networks
public import PointClouds
import Tensors

/// A residual U-Net over sparse tensors, with MinkowskiEngine's coordinates, weights and names.
///
/// A 5x5x5 convolution, four halvings with residual blocks, four doublings with skips and blocks, and
/// scores for each cell. Outputs have the cells of the input.
///
/// - Note: Source: Choy, Gwak and Savarese, "4D spatio-temporal ConvNets: Minkowski convolutional
///   neural networks", CVPR 2019, and the example network of MinkowskiEngine 0.5.
public final class MinkUNet: SparseLayer {
  /// A published variant.
  public enum Variant: String, Sendable, CaseIterable {
    case v14A = "14A"
    case v14B = "14B"
    case v14C = "14C"
    case v14D = "14D"
    case v18A = "18A"
    case v18B = "18B"
    case v18D = "18D"
    case v34A = "34A"
    case v34B = "34B"
    case v34C = "34C"

    /// Residual blocks of each of the eight stages.
    public var blocks: [Int] {
      switch self {
      case .v14A, .v14B, .v14C, .v14D: [1, 1, 1, 1, 1, 1, 1, 1]
      case .v18A, .v18B, .v18D: [2, 2, 2, 2, 2, 2, 2, 2]
      case .v34A, .v34B, .v34C: [2, 3, 4, 6, 2, 2, 2, 2]
      }
    }

    /// Channels of each of the eight stages.
    public var planes: [Int] {
      let ends =
        switch self {
        case .v14A, .v18A: [128, 128, 96, 96]
        case .v14B, .v18B: [128, 128, 128, 128]
        case .v14C: [192, 192, 128, 128]
        case .v14D, .v18D: [384, 384, 384, 384]
        case .v34A: [256, 128, 64, 64]
        case .v34B: [256, 128, 64, 32]
        case .v34C: [256, 128, 96, 96]
        }
      return [32, 64, 128, 256] + ends
    }
  }

  private static let stem = 32

  private let entry: (convolution: SubmanifoldConvolution, norm: MinkowskiNorm)
  private let downs:
    [(convolution: SparseConvolution, norm: MinkowskiNorm, blocks: SparseSequential)]
  private let ups:
    [(convolution: SparseInverseConvolution, norm: MinkowskiNorm, blocks: SparseSequential)]
  private let final: SubmanifoldConvolution

  /// A network without values.
  ///
  /// - Parameters:
  ///   - variant: Depth and widths.
  ///   - inputs: Channels of the input.
  ///   - classes: Number of classes.
  public init(_ variant: Variant, inputs: Int = 3, classes: Int = 20) {
    let (planes, blocks) = (variant.planes, variant.blocks)
    let layout = SparseWeight.Layout.placesFirstReversed
    var width = Self.stem
    entry = (
      SubmanifoldConvolution(inputs, width, kernel: 5, bias: false, layout: layout),
      MinkowskiNorm(width)
    )
    func stage(_ place: Int) -> SparseSequential {
      SparseSequential(
        (0..<blocks[place]).map { _ in
          defer { width = planes[place] }
          return MinkowskiBlock(width, planes[place])
        })
    }
    downs = (0..<4).map { place in
      let convolution = SparseConvolution(
        width, width, kernel: 2, stride: 2, striding: .floorDivision, bias: false, layout: layout)
      let norm = MinkowskiNorm(width)
      return (convolution, norm, stage(place))
    }
    let skips = [planes[2], planes[1], planes[0], Self.stem]
    ups = (0..<4).map { level in
      let place = level + 4
      let convolution = SparseInverseConvolution(
        width, planes[place], kernel: 2, stride: 2, striding: .floorDivision, bias: false,
        layout: layout)
      width = planes[place] + skips[level]
      return (convolution, MinkowskiNorm(planes[place]), stage(place))
    }
    final = SubmanifoldConvolution(width, classes, kernel: 1, layout: layout)
  }

  /// The parts under MinkowskiEngine's names: the digits are the place, the stride that goes in and
  /// the step.
  public var members: [(name: String, part: ModulePart)] {
    var found: [(name: String, part: ModulePart)] = [
      ("conv0p1s1", .module(entry.convolution)), ("bn0", .module(entry.norm)),
    ]
    for (place, down) in downs.enumerated() {
      found += [
        ("conv\(place + 1)p\(1 << place)s2", .module(down.convolution)),
        ("bn\(place + 1)", .module(down.norm)), ("block\(place + 1)", .module(down.blocks)),
      ]
    }
    for (level, up) in ups.enumerated() {
      found += [
        ("convtr\(level + 4)p\(16 >> level)s2", .module(up.convolution)),
        ("bntr\(level + 4)", .module(up.norm)), ("block\(level + 5)", .module(up.blocks)),
      ]
    }
    return found + [("final", .module(final))]
  }

  /// Scores of the classes.
  ///
  /// - Parameter x: Features of cells, with or without bounds of the grid.
  /// - Returns: Scores at the same cells, no softmax.
  public func forward(_ x: SparseTensor) -> SparseTensor {
    var y = normalised(x, entry.convolution, entry.norm)
    var skips: [SparseTensor] = []
    for down in downs {
      skips.append(y)
      y = down.blocks(normalised(y, down.convolution, down.norm))
    }
    for up in ups {
      let skip = skips.removeLast()
      y = normalised(y, up.convolution.onto(skip.cells), up.norm)
      y = up.blocks(y.joined(with: skip))
    }
    return final(y)
  }
}

/// Batch normalisation under MinkowskiEngine's name.
final class MinkowskiNorm: Layer, FoldableNormalisation {
  let bn: BatchNorm1D

  init(_ channels: Int) { bn = BatchNorm1D(channels) }

  var normalisation: BatchNorm1D { bn }
  var rectifies: Bool { false }
  func forward(_ x: Tensor) -> Tensor { bn(x) }
}

/// Two 3x3x3 convolutions beside a shortcut.
final class MinkowskiBlock: SparseLayer {
  let conv1: SubmanifoldConvolution
  let norm1: MinkowskiNorm
  let conv2: SubmanifoldConvolution
  let norm2: MinkowskiNorm
  let downsample: SparseSequential?

  init(_ inputs: Int, _ outputs: Int) {
    func convolution(_ from: Int, _ size: Int) -> SubmanifoldConvolution {
      SubmanifoldConvolution(
        from, outputs, kernel: PerAxis(size), bias: false, layout: .placesFirstReversed)
    }
    conv1 = convolution(inputs, 3)
    norm1 = MinkowskiNorm(outputs)
    conv2 = convolution(outputs, 3)
    norm2 = MinkowskiNorm(outputs)
    downsample =
      inputs == outputs
      ? nil : SparseSequential(convolution(inputs, 1), MinkowskiNorm(outputs))
  }

  func forward(_ x: SparseTensor) -> SparseTensor {
    let shortcut = downsample.map { $0(x) } ?? x
    return normalised(normalised(x, conv1, norm1), conv2, norm2, plus: shortcut)
  }
}
