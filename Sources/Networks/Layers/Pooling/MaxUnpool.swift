public import Tensors

/// Puts the elements of ``MaxPool/withIndices(_:)`` back where they came from, with zeros elsewhere.
///
/// It has no settings: the size before pooling is given with the indices.
public final class MaxUnpool: Module {
  /// A module.
  public init() {}

  /// Puts elements back.
  ///
  /// - Parameters:
  ///   - x: Pooled elements, `[B, C, ...]`.
  ///   - indices: From ``MaxPool/withIndices(_:)``; of this shape.
  ///   - size: Lengths of the spatial axes before pooling.
  /// - Returns: `[B, C, size...]`.
  public func callAsFunction(_ x: Tensor, indices: Tensor, to size: [Int]) -> Tensor {
    watched([x, indices]) { [x.maxUnpooled(indices, to: size)] }[0]
  }
}
