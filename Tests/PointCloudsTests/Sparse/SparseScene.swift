import PointClouds
import Tensors

/// Random cells, and what dense convolutions of libtorch make of them.
struct SparseScene {
  var shape: [Int]
  var batches: Int
  var coordinates: Tensor

  /// Cells of which each is there with a probability, in random order.
  init(_ shape: [Int], batches: Int = 2, density: Double = 0.2, seed: UInt64 = 1) {
    var generator = SeededGenerator(seed: seed, stream: 7)
    var rows: [[Int32]] = []
    let lengths = [batches] + shape
    for place in 0..<lengths.reduce(1, *) where generator.uniform() < density {
      var (rest, row) = (place, [Int32](repeating: 0, count: lengths.count))
      for axis in lengths.indices.reversed() {
        row[axis] = Int32(rest % lengths[axis])
        rest /= lengths[axis]
      }
      rows.append(row)
    }
    rows.shuffle(using: &generator)
    self.shape = shape
    self.batches = batches
    coordinates = Tensor(rows.flatMap { $0 }, shape: [rows.count, lengths.count])
  }

  func random(_ shape: [Int], _ type: ElementType = .float64, stream: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: 5, stream: stream)
    return .normal(shape, type, using: &generator)
  }

  /// Rows of a dense grid `[B, C, places...]` at cells.
  static func rows(of grid: Tensor, at coordinates: Tensor) -> Tensor {
    let lengths = [grid.shape[0]] + grid.shape[2...]
    let width = lengths.count
    let places = coordinates.withUnsafeElements(of: Int32.self) { all in
      (0..<coordinates.shape[0]).map { row in
        Int64(
          (0..<width).reduce(0) { $0 * lengths[$1] + Int(all[row * width + $1]) })
      }
    }
    return grid.permuted([0] + Array(2...width) + [1])
      .reshaped([lengths.reduce(1, *), grid.shape[1]])
      .selected(axis: 0, at: Tensor(places))
  }

  /// The dense correlation of a window, whose padding is before the grid; behind there is plenty.
  static func correlation(_ grid: Tensor, _ weight: Tensor, _ window: SparseWindow) -> Tensor {
    let axes = window.size.count
    // The last axis comes first.
    let amounts = (0..<axes).reversed().flatMap { axis in
      [window.padding[axis], window.padding[axis] + window.size[axis] * window.dilation[axis]]
    }
    let padded = grid.padded(amounts)
    let (stride, dilation) = (PerAxis(window.stride), PerAxis(window.dilation))
    return padded.convolution(weight, stride: stride, dilation: dilation)
  }

  /// Ascending coarse cells inside a grid whose window holds a cell.
  func reached(_ window: SparseWindow) -> [Int32] {
    let ones = Tensor.ones([coordinates.shape[0], 1], .float64)
    let mask = try? SparseTensor(coordinates: coordinates, features: ones, shape: shape)
      .dense(batches: batches)
    guard let mask else { return [] }
    let weight = Tensor.ones([1, 1] + window.size, .float64)
    let sums = Self.correlation(mask, weight, window)
    let limits = window.coarseShape(shape)
    return (sums .> 0.5).nonzero().array(of: Int64.self).chunked(by: shape.count + 2)
      .filter { row in limits.indices.allSatisfy { row[$0 + 2] < limits[$0] } }
      .flatMap { row in row.enumerated().filter { $0.offset != 1 }.map { Int32($0.element) } }
  }

  /// Ascending cells rounded down.
  func floored(_ stride: [Int]) -> [Int32] {
    let rows = coordinates.array(of: Int32.self).map(Int.init).chunked(by: shape.count + 1).map {
      row in
      row.enumerated().map { axis, value in
        axis == 0 ? value : Int((Double(value) / Double(stride[axis - 1])).rounded(.down))
      }
    }
    return Set(rows).sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0.map(Int32.init) }
  }
}

extension Array {
  func chunked(by length: Int) -> [[Element]] {
    stride(from: 0, to: count, by: length).map { Array(self[$0..<$0 + length]) }
  }
}

/// The largest difference of two tensors relative to the largest magnitude of the second.
func relativeDifference(_ a: Tensor, _ b: Tensor) -> Double {
  guard a.shape == b.shape else { return .infinity }
  guard a.count > 0 else { return 0 }
  let (a, b) = (a.detached().converted(to: .float64), b.detached().converted(to: .float64))
  let scale = b.abs().max().item(of: Double.self)
  return (a - b).abs().max().item(of: Double.self) / (scale == 0 ? 1 : scale)
}

/// The bits of a tensor.
func bits(_ tensor: Tensor) -> [UInt8] { tensor.detached().withUnsafeBytes { Array($0) } }
