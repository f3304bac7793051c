public import Tensors

/// The directions in which rows differ most.
///
/// - Note: Source: Pearson, "On lines and planes of closest fit to systems of points in space", 1901.
public struct PrincipalComponents: Sendable {
  /// Mean of the rows, `[1, F]` Float64.
  public let mean: Tensor
  /// Directions of length 1 as columns, `[F, K]` Float64, the most important first; the entry of greatest size is positive.
  public let components: Tensor
  /// Variance along each direction, of the rows as a sample.
  public let variances: [Double]
  /// Share of the whole variance along each direction.
  public let shares: [Double]

  /// Finds the directions.
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64, at least two rows.
  ///   - count: How many directions, from 1 to F.
  /// - Throws: `TensorError` when the features are not finite.
  public init(_ features: Tensor, count: Int) throws(TensorError) {
    Rows.require(features, "PrincipalComponents")
    let (rows, width) = (features.shape[0], features.shape[1])
    precondition(rows >= 2, "PrincipalComponents: \(rows) rows have no variance")
    precondition(
      (1...max(1, width)).contains(count), "PrincipalComponents: \(count) directions of \(width)")
    mean = features.mean(axis: 0, keepDims: true)
    let centred = features - mean
    let covariance = centred.transposed().matmul(centred) / Double(rows - 1)
    let (values, vectors) = try covariance.symmetricEigen()
    // Ascending; rounding may leave a variance just below 0.
    let ascending = values.array(of: Double.self).map { max(0, $0) }
    let columns = vectors.array(of: Double.self)
    components = Tensor(shape: [width, count], of: Double.self) { target in
      for place in 0..<count {
        let column = width - 1 - place
        var largest = 0.0
        for row in 0..<width where abs(columns[row * width + column]) > abs(largest) {
          largest = columns[row * width + column]
        }
        let sign: Double = largest < 0 ? -1 : 1
        for row in 0..<width {
          target[row * count + place] = sign * columns[row * width + column]
        }
      }
    }
    let total = ascending.reduce(0, +)
    variances = Array(ascending.reversed().prefix(count))
    shares = variances.map { total > 0 ? $0 / total : 0 }
  }

  /// Coordinates along the directions.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: `[N, K]` Float64.
  public func transform(_ features: Tensor) -> Tensor { (features - mean).matmul(components) }

  /// The rows that lie nearest among those that the directions span.
  ///
  /// - Parameter coordinates: `[N, K]` Float64.
  /// - Returns: `[N, F]` Float64.
  public func reconstruct(_ coordinates: Tensor) -> Tensor {
    coordinates.matmul(components.transposed()) + mean
  }
}
