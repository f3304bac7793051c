import Networks
public import PointClouds
import Tensors

/// SparseConvNet's U-Net over sparse tensors, with its weights and names.
///
/// A submanifold convolution, a recursion of pre-activated blocks, halvings and doublings whose results
/// are joined, and scores for each cell.
///
/// - Note: Source: Graham, Engelcke and van der Maaten, "3D semantic segmentation with submanifold
///   sparse convolutional networks", CVPR 2018, and the ScanNet example of SparseConvNet.
public final class SparseConvNetUNet: SparseLayer {
  /// What stands between two changes of the size.
  public enum Blocks: String, Sendable, Codable {
    /// A normalisation and a convolution.
    case vgg
    /// Two of each beside a shortcut.
    case residual
  }

  private let sparseModel: SparseSequential
  private let linear: Linear

  /// A network without values.
  ///
  /// - Parameters:
  ///   - width: Channels m of the first level; level l has `l * m`.
  ///   - levels: Number of levels.
  ///   - repetitions: Blocks on each side of a level.
  ///   - blocks: Kind of blocks.
  ///   - inputs: Channels of the input.
  ///   - classes: Number of classes.
  public init(
    width: Int = 16, levels: Int = 7, repetitions: Int = 1, blocks: Blocks = .vgg,
    inputs: Int = 3, classes: Int = 20
  ) {
    let planes = (1...max(levels, 1)).map { $0 * width }
    // Layer 0 of the original takes coordinates and features apart.
    sparseModel = SparseSequential(named: [
      ("1", convolution(inputs, width)),
      ("2", level(planes[...], repetitions: repetitions, blocks)),
      ("3", BatchNormReLU(width)),
    ])
    linear = Linear(width, classes)
  }

  /// Names of the original.
  public static var memberNames: [String: String] { ["sparseModel": "sparseModel"] }

  /// Scores of the classes.
  ///
  /// - Parameter x: Features of cells.
  /// - Returns: Scores at the same cells, no softmax.
  public func forward(_ x: SparseTensor) -> SparseTensor { linear(sparseModel(x)) }
}

private func convolution(_ inputs: Int, _ outputs: Int) -> SubmanifoldConvolution {
  SubmanifoldConvolution(
    inputs, outputs, bias: false, layout: .placesFirst,
    initializer: .normal(standardDeviation: (2 / Double(27 * inputs)).squareRoot()))
}

/// A level with all below it: blocks, the way down and up beside the identity, blocks.
private func level(
  _ planes: ArraySlice<Int>, repetitions: Int, _ blocks: SparseConvNetUNet.Blocks
) -> SparseSequential {
  let width = planes[planes.startIndex]
  var layers: [(name: String, layer: any Module)] = []
  // A residual block takes two places: the table of its branches, and their sum.
  var place = 0
  func add(_ layer: any Module, places: Int = 1) {
    layers.append(("\(place)", layer))
    place += places
  }
  func addBlock(_ inputs: Int) {
    switch blocks {
    case .vgg:
      add(SparseSequential(BatchNormReLU(inputs), convolution(inputs, width)))
    case .residual: add(PreactivatedBlock(inputs, width), places: 2)
    }
  }
  for _ in 0..<repetitions { addBlock(width) }
  if planes.count > 1 {
    let below = planes.dropFirst()
    add(
      SkippedLevel(
        width, below[below.startIndex],
        inner: level(below, repetitions: repetitions, blocks)), places: 2)
    for i in 0..<repetitions { addBlock(i == 0 ? 2 * width : width) }
  }
  return SparseSequential(named: layers)
}

/// Batch normalisation and rectification in one layer.
final class BatchNormReLU: Layer, FoldableNormalisation {
  private let norm: BatchNorm1D

  init(_ channels: Int) { norm = BatchNorm1D(channels, epsilon: 1e-4) }

  var members: [(name: String, part: ModulePart)] { norm.members }
  var normalisation: BatchNorm1D { norm }
  var rectifies: Bool { true }
  func forward(_ x: Tensor) -> Tensor { norm.forward(x).relu() }
}

/// A shortcut (branch 0) beside two pre-activated convolutions (branch 1).
private final class PreactivatedBlock: SparseLayer {
  let shortcut: SubmanifoldConvolution?
  let branch: SparseSequential

  init(_ inputs: Int, _ outputs: Int) {
    shortcut =
      inputs == outputs
      ? nil
      : SubmanifoldConvolution(
        inputs, outputs, kernel: 1, bias: false, layout: .placesFirst)
    branch = SparseSequential(
      BatchNormReLU(inputs), convolution(inputs, outputs), BatchNormReLU(outputs),
      convolution(outputs, outputs))
  }

  var members: [(name: String, part: ModulePart)] {
    (shortcut.map { [("0", .module($0))] } ?? []) + [("1", .module(branch))]
  }

  func forward(_ x: SparseTensor) -> SparseTensor { (shortcut.map { $0(x) } ?? x) + branch(x) }
}

/// The cells as they are (branch 0) beside the way through the next level (branch 1).
private final class SkippedLevel: SparseLayer {
  let before: BatchNormReLU
  let down: SparseConvolution
  let inner: SparseSequential
  let after: BatchNormReLU
  let up: SparseInverseConvolution

  init(_ width: Int, _ below: Int, inner: SparseSequential) {
    before = BatchNormReLU(width)
    down = SparseConvolution(
      width, below, kernel: 2, stride: 2, striding: .floorDivision, bias: false,
      layout: .placesFirst)
    self.inner = inner
    after = BatchNormReLU(below)
    up = SparseInverseConvolution(
      below, width, kernel: 2, stride: 2, striding: .floorDivision, bias: false,
      layout: .placesFirst)
  }

  var members: [(name: String, part: ModulePart)] {
    [
      ("1.0", .module(before)), ("1.1", .module(down)), ("1.2", .module(inner)),
      ("1.3", .module(after)), ("1.4", .module(up)),
    ]
  }

  func forward(_ x: SparseTensor) -> SparseTensor {
    x.joined(with: up(after(inner(down(before(x)))), onto: x.cells))
  }
}
