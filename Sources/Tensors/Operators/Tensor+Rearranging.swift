/// Elements moved to other places.
extension Tensor {
  /// The elements moved along axes; those that leave at one end come in at the other.
  ///
  /// - Parameters:
  ///   - amounts: By how many places towards the end, for each of the axes.
  ///   - axes: The axes.
  /// - Returns: A copy.
  public func rolled(by amounts: [Int], axes: [Int]) -> Tensor {
    require(
      amounts.count == axes.count && !axes.isEmpty,
      "rolled: the amounts \(amounts) do not belong to the axes \(axes)")
    return ATen.roll(
      .tensor(self), .ints(amounts), .ints(Shapes.axes(axes, of: shape, "rolled")))
  }

  /// Each element or slice several times in a row.
  ///
  /// - Parameters:
  ///   - count: How often, not negative.
  ///   - axis: The axis.
  /// - Returns: A copy.
  public func repeatedElements(_ count: Int, axis: Int) -> Tensor {
    require(count >= 0, "repeatedElements: \(count) times")
    let place = Shapes.axis(axis, of: shape, "repeatedElements")
    return ATen.repeatInterleave(.tensor(self), .int(count), .int(place))
  }

  /// The matrices with zeros above a diagonal.
  ///
  /// - Parameter diagonal: Which: 0 is the main one, higher ones lie to the right.
  /// - Returns: A copy.
  public func lowerTriangle(diagonal: Int = 0) -> Tensor {
    requireMatrices("lowerTriangle")
    return ATen.lowerTriangle(.tensor(self), .int(diagonal))
  }

  /// The matrices with zeros below a diagonal.
  ///
  /// - Parameter diagonal: Which: 0 is the main one, higher ones lie to the right.
  /// - Returns: A copy.
  public func upperTriangle(diagonal: Int = 0) -> Tensor {
    requireMatrices("upperTriangle")
    return ATen.upperTriangle(.tensor(self), .int(diagonal))
  }

  /// The elements on a diagonal of the last two axes.
  ///
  /// - Parameter offset: 0 is the main diagonal, higher ones lie to the right.
  /// - Returns: A view `[..., K]`.
  public func diagonal(offset: Int = 0) -> Tensor {
    requireMatrices("diagonal")
    return ATen.diagonal(.tensor(self), .int(offset), .int(-2), .int(-1))
  }

  /// Matrices with these vectors on a diagonal, and zeros elsewhere.
  ///
  /// - Parameter offset: 0 is the main diagonal, higher ones lie to the right.
  /// - Returns: `[..., K + |offset|, K + |offset|]` for `[..., K]`.
  public func diagonalMatrix(offset: Int = 0) -> Tensor {
    require(rank >= 1, "diagonalMatrix: a scalar has no axis")
    return ATen.diagonalMatrix(.tensor(self), .int(offset))
  }

  /// Grids of coordinates: for vectors of lengths L1, L2, … one tensor `[L1, L2, …]` each, in which
  /// it varies along its own axis.
  ///
  /// - Parameter vectors: At least one.
  /// - Returns: Views, as many as vectors.
  public static func meshgrid(_ vectors: [Tensor]) -> [Tensor] {
    require(
      !vectors.isEmpty && vectors.allSatisfy { $0.rank <= 1 },
      "meshgrid: the shapes \(vectors.map(\.shape)) are not those of vectors")
    return ATen.meshgrid.results(.tensors(vectors), .string("ij"))
  }

  /// All windows of an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - length: Length of a window.
  ///   - step: Steps from one window to the next.
  /// - Returns: A view: the axis counts the windows, and a new last axis their elements.
  public func windows(axis: Int, length: Int, step: Int = 1) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "windows")
    require(
      place < rank && length >= 1 && step >= 1 && length <= shape[place],
      "windows: axis \(axis) of the shape \(shape) has no windows of length \(length)")
    return ATen.unfold(.tensor(self), .int(place), .int(length), .int(step))
  }

  /// Channels made of neighbouring pixels' share: `[B, C r^2, H, W]` becomes `[B, C, H r, W r]`.
  ///
  /// - Parameter factor: The r.
  /// - Returns: A larger image with fewer channels.
  /// - Note: Source: Shi et al., "Real-time single image and video super-resolution", CVPR 2016.
  public func pixelShuffled(_ factor: Int) -> Tensor {
    require(
      rank >= 3 && factor >= 1 && shape[rank - 3] % (factor * factor) == 0,
      "pixelShuffled: the channels of the shape \(shape) do not fall into \(factor) x \(factor)")
    return ATen.pixelShuffle(.tensor(self), .int(factor))
  }

  /// Neighbouring pixels made channels: `[B, C, H r, W r]` becomes `[B, C r^2, H, W]`.
  ///
  /// - Parameter factor: The r.
  /// - Returns: A smaller image with more channels.
  public func pixelUnshuffled(_ factor: Int) -> Tensor {
    require(
      rank >= 3 && factor >= 1 && shape[rank - 2] % factor == 0 && shape[rank - 1] % factor == 0,
      "pixelUnshuffled: the shape \(shape) does not fall into blocks of \(factor) x \(factor)")
    return ATen.pixelUnshuffle(.tensor(self), .int(factor))
  }

  func requireMatrices(_ operation: String) {
    require(rank >= 2, "\(operation): the shape \(shape) is not that of matrices")
  }
}

extension ATen {
  static let roll = TorchOperator("aten::roll")
  static let repeatInterleave = TorchOperator("aten::repeat_interleave", "self_int")
  static let lowerTriangle = TorchOperator("aten::tril")
  static let upperTriangle = TorchOperator("aten::triu")
  static let diagonal = TorchOperator("aten::diagonal")
  static let diagonalMatrix = TorchOperator("aten::diag_embed")
  static let meshgrid = TorchOperator("aten::meshgrid", "indexing")
  static let unfold = TorchOperator("aten::unfold")
  static let pixelShuffle = TorchOperator("aten::pixel_shuffle")
  static let pixelUnshuffle = TorchOperator("aten::pixel_unshuffle")
}
