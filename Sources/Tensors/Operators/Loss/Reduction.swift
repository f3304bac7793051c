/// What a loss makes of the single losses.
public enum Reduction: String, Sendable, CaseIterable {
  /// Nothing: one loss for each element or example.
  case none
  /// Their mean (for class labels weighted by the classes' weights).
  case mean
  /// Their sum.
  case sum
  /// Their sum divided by the length of the first axis.
  case batchMean

  /// libtorch's number; the mean over a batch is made of the sum.
  var argument: TorchArgument {
    switch self {
    case .none: .int(0)
    case .mean: .int(1)
    case .sum, .batchMean: .int(2)
    }
  }

  /// Completes what libtorch does not know.
  func finished(_ loss: Tensor, batch: [Int]) -> Tensor {
    self == .batchMean ? loss / Double(batch.first ?? 1) : loss
  }
}
