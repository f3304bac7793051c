internal import CKernels
import Synchronization
public import Tensors

/// A set of cells of a grid: where a sparse tensor has features.
///
/// Layers that keep the cells share this object, and with it the rule books: each is made once, when
/// the first layer needs it. The rows keep the order in which they were given; cells that a layer
/// makes ascend by batch, then by each place.
public final class SparseCells: Sendable {
  /// Batch and places of each cell, `[N, 3]` for two axes or `[N, 4]` for three, Int32.
  ///
  /// Places count in steps of ``stride`` cells of the finest grid.
  public let coordinates: Tensor
  /// Length of each axis; nil where the grid has no bounds.
  public let shape: [Int]?
  /// Cells of the finest grid from one cell to the next.
  public let stride: [Int]
  /// Edges of a cell of the finest grid, metres.
  public let voxelSize: [Double]
  /// Lower corner of the cell at place 0, metres.
  public let origin: [Double]

  let sites: SparseSites
  private let cache = Mutex<[Key: Entry]>([:])

  /// What a cached layer depends on.
  private struct Key: Hashable {
    enum Direction: Hashable {
      case same
      case coarser(SparseStriding)
      case finer
    }
    let window: SparseWindow
    let direction: Direction
  }
  /// A link, and the other cells where it leads to others.
  private struct Entry {
    let link: SparseLink
    let others: SparseCells?
  }

  /// A set of cells.
  ///
  /// - Parameters:
  ///   - coordinates: Batch and places, `[N, 3]` or `[N, 4]` Int32, each cell once, batches from 0.
  ///   - shape: Length of each axis: places lie within; nil where places may be any, also negative.
  ///   - voxelSize: Edges of a cell, metres; 1 when left out.
  ///   - origin: Lower corner of the cell at place 0, metres; 0 when left out.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` when a cell occurs twice or lies outside.
  public convenience init(
    _ coordinates: Tensor, shape: [Int]? = nil, voxelSize: [Double]? = nil,
    origin: [Double]? = nil
  ) throws(PointCloudError) {
    let four = try Self.checked(coordinates, shape: shape)
    let sites = try SparseSites.made("sparse cells") { made, culprit in
      four.withUnsafeBufferPointer {
        ckernels_sites_create($0.baseAddress, Int64($0.count / 4), made, culprit)
      }
    }
    let axes = coordinates.shape[1] - 1
    self.init(
      sites, coordinates: coordinates, shape: shape, stride: [Int](repeating: 1, count: axes),
      voxelSize: voxelSize ?? [Double](repeating: 1, count: axes),
      origin: origin ?? [Double](repeating: 0, count: axes))
  }

  init(
    _ sites: SparseSites, coordinates: Tensor, shape: [Int]?, stride: [Int], voxelSize: [Double],
    origin: [Double]
  ) {
    self.sites = sites
    self.coordinates = coordinates
    self.shape = shape
    self.stride = stride
    self.voxelSize = voxelSize
    self.origin = origin
  }

  /// Number of cells.
  public var count: Int { sites.count }

  /// Number of axes, 2 or 3.
  public var axes: Int { coordinates.shape[1] - 1 }

  /// Number of batches: one more than the largest.
  public var batchCount: Int {
    let width = axes + 1
    return coordinates.withUnsafeElements(of: Int32.self) { all in
      var largest: Int32 = -1
      for row in 0..<count { largest = max(largest, all[row * width]) }
      return Int(largest) + 1
    }
  }

  /// Bytes of the rule books that were made so far, those of coarser cells included.
  public var ruleBookByteCount: Int {
    cache.withLock { $0.values.map { ($0.link, $0.others) } }.reduce(0) {
      $0 + $1.0.byteCount + ($1.1?.ruleBookByteCount ?? 0)
    }
  }

  /// What links a window to the cells of the same set.
  func link(_ window: SparseWindow) -> SparseLink {
    cache.withLock { cache in
      let key = Key(window: window, direction: .same)
      if let known = cache[key] { return known.link }
      let link = SparseLink(fine: sites, coarse: sites, window: window)
      cache[key] = Entry(link: link, others: nil)
      return link
    }
  }

  /// The coarser cells of a window, and what links them to these.
  func coarser(
    _ window: SparseWindow, _ striding: SparseStriding
  ) throws(PointCloudError) -> (cells: SparseCells, link: SparseLink) {
    let key = Key(window: window, direction: .coarser(striding))
    return try others(key) { () throws(PointCloudError) in
      let cells = try makeCoarser(window, striding)
      return (cells, SparseLink(fine: sites, coarse: cells.sites, window: window))
    }
  }

  /// The finer cells that the windows of these hold, and what links these to them.
  func finer(
    _ window: SparseWindow
  ) throws(PointCloudError) -> (cells: SparseCells, link: SparseLink) {
    try others(Key(window: window, direction: .finer)) { () throws(PointCloudError) in
      let cells = try spread(window)
      return (cells, SparseLink(fine: cells.sites, coarse: sites, window: window))
    }
  }

  /// What is known under a key, or is made.
  private func others(
    _ key: Key, _ make: () throws(PointCloudError) -> (SparseCells, SparseLink)
  ) throws(PointCloudError) -> (cells: SparseCells, link: SparseLink) {
    if let known = cache.withLock({ $0[key] }), let others = known.others {
      return (others, known.link)
    }
    let (cells, link) = try make()
    return cache.withLock { cache in
      // Another thread may have been faster.
      if let known = cache[key], let others = known.others { return (others, known.link) }
      cache[key] = Entry(link: link, others: cells)
      return (cells, link)
    }
  }

  /// What links a window to coarser cells that are there already.
  func link(_ window: SparseWindow, toCoarser coarse: SparseCells) -> SparseLink {
    let known = cache.withLock { cache in
      cache.values.first {
        $0.others === coarse && $0.link.coarse === coarse.sites && $0.link.window == window
      }?.link
    }
    return known ?? SparseLink(fine: sites, coarse: coarse.sites, window: window)
  }
}

extension SparseCells {
  /// Places of four numbers from those of three or four.
  private static func checked(
    _ coordinates: Tensor, shape: [Int]?
  ) throws(PointCloudError) -> [Int32] {
    func refuse(_ reason: String) -> PointCloudError {
      .unsuitableInput(operation: "sparse cells", reason: reason)
    }
    guard coordinates.elementType == .int32, coordinates.rank == 2,
      (3...4).contains(coordinates.shape[1]), coordinates.shape[0] <= Int(Int32.max) / 4
    else {
      throw refuse(
        "coordinates are [N, 3] or [N, 4] of int32, not \(coordinates.shape) of \(coordinates.elementType)"
      )
    }
    let width = coordinates.shape[1]
    if let shape, shape.count != width - 1 || shape.contains(where: { $0 < 1 || $0 > 1 << 30 }) {
      throw refuse("a grid of shape \(shape) does not fit \(width - 1) axes")
    }
    let rows = coordinates.shape[0]
    let limits =
      [Int32.max] + (shape.map { $0.map { Int32(clamping: $0) - 1 } } ?? [.max, .max, .max])
    let floors: [Int32] = [0] + [Int32](repeating: shape == nil ? .min : 0, count: 3)
    var wrong: Int?
    let four = [Int32](unsafeUninitializedCapacity: 4 * rows) { four, filled in
      coordinates.withUnsafeElements(of: Int32.self) { all in
        var row = rows
        while row > 0 {
          row -= 1
          four[4 * row + 3] = 0
          for axis in 0..<width {
            let place = all[row * width + axis]
            if place < floors[axis] || place > limits[axis] { wrong = row }
            four[4 * row + axis] = place
          }
        }
      }
      filled = 4 * rows
    }
    if let wrong {
      let values = coordinates.withUnsafeElements(of: Int32.self) {
        Array($0[wrong * width..<(wrong + 1) * width])
      }
      let bounds = shape.map { " of the grid \($0)" } ?? ""
      throw refuse("row \(wrong), batch and places \(values), lies outside\(bounds)")
    }
    return four
  }
}

extension SparseCells {
  /// The number of pairs of cells that see each other through a kernel around each: makes the rule
  /// book.
  ///
  /// - Parameters:
  ///   - size: Places of the kernel.
  ///   - dilation: Cells from one place of the kernel to the next.
  /// - Returns: Pairs of all places, each cell with itself included.
  /// - Throws: ``PointCloudError/libraryFailed(operation:reason:)`` when memory is short.
  public func submanifoldPairCount(
    kernel size: PerAxis, dilation: PerAxis = 1
  ) throws(PointCloudError) -> Int {
    let window = SparseWindow.around(axes: axes, size: size, dilation: dilation)
    return try link(window).rules(upwards: false, threads: TorchThreads.count).pairCount
  }
}
