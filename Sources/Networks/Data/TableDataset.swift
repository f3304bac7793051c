public import Tensors

/// The rows of a labelled table as a network sees them: normalised, as Float.
public struct TableDataset: Dataset {
  /// The table.
  public let table: LabelledTable
  /// Subtracted from each column.
  public let mean: [Double]
  /// What each column is divided by.
  public let standardDeviation: [Double]

  /// Number of rows.
  public var count: Int { table.count }

  /// Rows for a network.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - mean: Subtracted from each column; the table's own when nil. Give the training rows' to test rows.
  ///   - standardDeviation: What each column is divided by; the table's own when nil, 1 where that is 0.
  public init(_ table: LabelledTable, mean: [Double]? = nil, standardDeviation: [Double]? = nil) {
    let own = table.columnStatistics()
    self.table = table
    self.mean = mean ?? own.mean
    self.standardDeviation = standardDeviation ?? own.standardDeviation
  }

  /// One row.
  ///
  /// - Parameters:
  ///   - index: Its number.
  ///   - generator: Not used.
  /// - Returns: `[F]` and the class.
  public func sample(at index: Int, using generator: inout SeededGenerator) -> LabelledSample {
    let width = mean.count
    let row = table.features.withUnsafeElements(of: Double.self) { values in
      (0..<width).map {
        Float((values[index * width + $0] - mean[$0]) / standardDeviation[$0])
      }
    }
    return LabelledSample(input: Tensor(row), label: table.labels[index])
  }

  /// Puts rows together.
  ///
  /// - Parameter samples: Rows.
  /// - Returns: The batch.
  public func batch(of samples: [LabelledSample]) -> LabelledBatch {
    LabelledBatch(stacking: samples)
  }
}

extension LabelledTable {
  /// Mean and standard deviation of each column.
  ///
  /// - Returns: Means and standard deviations (of the rows as a whole population); a deviation of 0 is given as 1.
  public func columnStatistics() -> (mean: [Double], standardDeviation: [Double]) {
    let width = features.shape[1]
    let total = Double(max(1, count))
    return features.withUnsafeElements(of: Double.self) { values in
      var means: [Double] = []
      var deviations: [Double] = []
      for column in 0..<width {
        let cells = (0..<count).map { values[$0 * width + column] }
        let mean = cells.reduce(0, +) / total
        let variance = cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / total
        means.append(mean)
        deviations.append(variance > 0 ? variance.squareRoot() : 1)
      }
      return (means, deviations)
    }
  }
}
