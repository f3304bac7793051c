public import Tensors

/// All products of up to so many features, as columns of their own.
///
/// Two features a and b with degree 2 become a, b, a², ab, b²: a linear model of these is a polynomial of those.
public struct PolynomialFeatures: Sendable, Equatable {
  /// The greatest number of factors.
  public let degree: Int

  /// Products of up to `degree` features.
  ///
  /// - Parameter degree: At least 1.
  public init(degree: Int) {
    precondition(degree >= 1, "a polynomial cannot have the degree \(degree)")
    self.degree = degree
  }

  /// The columns as numbers of their factors, by degree, then in ascending order.
  ///
  /// - Parameter count: Number of features.
  /// - Returns: Numbers of the factors of each column.
  public func factors(ofFeatures count: Int) -> [[Int]] {
    var all: [[Int]] = []
    var last: [[Int]] = [[]]
    for _ in 0..<degree {
      last = last.flatMap { product in
        ((product.last ?? 0)..<count).map { product + [$0] }
      }
      all += last
    }
    return all
  }

  /// The products.
  ///
  /// - Parameter features: `[N, F]` Float64.
  /// - Returns: `[N, P]` Float64, one column for each of ``factors(ofFeatures:)``.
  public func callAsFunction(_ features: Tensor) -> Tensor {
    Rows.require(features, "PolynomialFeatures")
    let (rows, width) = (features.shape[0], features.shape[1])
    let columns = factors(ofFeatures: width)
    return features.withUnsafeElements(of: Double.self) { source in
      Tensor(shape: [rows, columns.count], of: Double.self) { target in
        for row in 0..<rows {
          for (column, factors) in columns.enumerated() {
            var product = 1.0
            for factor in factors { product *= source[row * width + factor] }
            target[row * columns.count + column] = product
          }
        }
      }
    }
  }
}
