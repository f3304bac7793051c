public import Tensors

/// A row of a table for each index.
public final class Embedding: Layer {
  /// `[rows, length]`.
  public let weight: Parameter
  private let paddingIndex: Int?

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - rows: Number of rows; indices lie below it.
  ///   - length: Length of a row.
  ///   - paddingIndex: A row that gets no gradients.
  ///   - initializer: Rule for the table; normal with standard deviation 1 by default.
  public init(
    _ rows: Int, _ length: Int, paddingIndex: Int? = nil,
    initializer: Initializer = .normal(standardDeviation: 1)
  ) {
    weight = Parameter([rows, length], initializer)
    self.paddingIndex = paddingIndex
  }

  /// The settings in one line.
  public var settings: String { "\(weight.shape[0]) rows of \(weight.shape[1])" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    x.embedding(weight.value, paddingIndex: paddingIndex)
  }
}
