public import Tensors

/// Features at some cells of a grid, and nothing elsewhere.
///
/// ```swift
/// let cells = try SparseCells(coordinates, shape: [41, 1600, 1408])
/// let x = SparseTensor(cells, features: features)
/// let y = try x.submanifoldConvolution(SparseWeight(weight))
/// ```
///
/// Row i of the features belongs to row i of the coordinates, which keep the order in which they
/// were given. Results are the same bits in whatever order that is, on any number of threads.
public struct SparseTensor: Sendable {
  /// Where the features are.
  public let cells: SparseCells
  /// One row for each cell, `[N, C]`, float32 or float64.
  public let features: Tensor

  /// A sparse tensor.
  ///
  /// - Parameters:
  ///   - cells: Where the features are.
  ///   - features: One row for each cell, `[N, C]`, float32 or float64.
  public init(_ cells: SparseCells, features: Tensor) {
    require(
      features.rank == 2 && features.shape[0] == cells.count
        && (features.elementType == .float32 || features.elementType == .float64),
      """
      a sparse tensor of \(cells.count) cells takes real features [\(cells.count), C], not \
      \(features.shape) of \(features.elementType)
      """)
    self.cells = cells
    self.features = features
  }

  /// A sparse tensor over cells of its own.
  ///
  /// - Parameters:
  ///   - coordinates: Batch and places, `[N, 3]` or `[N, 4]` Int32, each cell once, batches from 0.
  ///   - features: One row for each cell, `[N, C]`.
  ///   - shape: Length of each axis; nil where places may be any, also negative.
  ///   - voxelSize: Edges of a cell, metres; 1 when left out.
  ///   - origin: Lower corner of the cell at place 0, metres; 0 when left out.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)``.
  public init(
    coordinates: Tensor, features: Tensor, shape: [Int]? = nil, voxelSize: [Double]? = nil,
    origin: [Double]? = nil
  ) throws(PointCloudError) {
    let cells = try SparseCells(
      coordinates, shape: shape, voxelSize: voxelSize, origin: origin)
    guard features.rank == 2, features.shape[0] == cells.count,
      features.elementType == .float32 || features.elementType == .float64
    else {
      throw .unsuitableInput(
        operation: "sparse tensor",
        reason:
          "\(cells.count) cells need real features [\(cells.count), C], not \(features.shape) of \(features.elementType)"
      )
    }
    self.init(cells, features: features)
  }

  /// Batch and places of each cell, `[N, 3]` or `[N, 4]` Int32.
  public var coordinates: Tensor { cells.coordinates }

  /// Number of cells.
  public var count: Int { cells.count }

  /// Channels of the features.
  public var channels: Int { features.shape[1] }

  /// Other features at the same cells.
  ///
  /// - Parameter features: One row for each cell.
  /// - Returns: A tensor that shares the cells and their rule books.
  public func with(_ features: Tensor) -> SparseTensor { SparseTensor(cells, features: features) }

  /// The channels of this tensor, then those of another at the same cells.
  ///
  /// - Parameter other: A tensor that shares the cells.
  /// - Returns: A tensor with both.
  public func joined(with other: SparseTensor) -> SparseTensor {
    requireSameCells(other, "joined")
    return with(.concatenated([features, other.features], axis: 1))
  }

  /// The sum of two tensors at the same cells.
  public static func + (a: SparseTensor, b: SparseTensor) -> SparseTensor {
    a.requireSameCells(b, "+")
    return a.with(a.features + b.features)
  }

  private func requireSameCells(_ other: SparseTensor, _ operation: String) {
    require(
      cells === other.cells
        || cells.coordinates.array(of: Int32.self) == other.cells.coordinates.array(of: Int32.self),
      "\(operation): the sparse tensors do not have the same cells in the same order")
  }
}
