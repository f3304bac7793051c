import CKernels
public import Tensors

/// Mean and spread of each channel of rows that may count more than once.
public struct RowStatistics: Sendable {
  /// Shape `[C]`, Float.
  public let mean: Tensor
  /// Mean squared deviation, shape `[C]`, Float.
  public let variance: Tensor
  /// How many rows count.
  public let count: Double

  /// Statistics that are known.
  ///
  /// - Parameters:
  ///   - mean: Shape `[C]`, Float.
  ///   - variance: Mean squared deviation, shape `[C]`, Float.
  public init(mean: Tensor, variance: Tensor) {
    precondition(
      mean.rank == 1 && mean.shape == variance.shape,
      "a mean \(mean.shape) beside a variance \(variance.shape)")
    self.mean = mean.detached()
    self.variance = variance.detached()
    count = 0
  }

  /// The statistics of rows, without gradients.
  ///
  /// - Parameters:
  ///   - rows: Shape `[R, C]`, Float.
  ///   - repeats: How often each counts, shape `[R]`, Float; once when left out.
  public init(of rows: Tensor, repeats: Tensor? = nil) {
    precondition(
      rows.rank == 2 && repeats.map { $0.shape == [rows.shape[0]] } ?? true,
      "rows \(rows.shape) that count \(repeats?.shape ?? [])")
    let channels = rows.shape[1]
    var mean = [Double](repeating: 0, count: channels)
    var variance = mean
    count = rows.detached().withUnsafeElements(of: Float.self) { rows in
      withOptionalElements(repeats) { repeats in
        ckernels_row_moments(
          rows.baseAddress, repeats, Int64(rows.count / Swift.max(channels, 1)), Int64(channels),
          Int32(clamping: TorchThreads.count), &mean, &variance)
      }
    }
    self.mean = Tensor(mean.map { Float($0) })
    self.variance = Tensor(variance.map { Float($0) })
  }
}

/// Calls `body` with the elements of a tensor that may be absent.
func withOptionalElements<Result>(
  _ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Result
) -> Result {
  guard let tensor else { return body(nil) }
  return tensor.withUnsafeElements(of: Float.self) { body($0.baseAddress) }
}
