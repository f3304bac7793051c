public import Tensors

/// How the weight of a neighbour falls with its distance d; weights are then scaled to the sum 1.
public enum InverseDistance: Sendable, CaseIterable {
  /// 1 / (d + 1e-8), as in VoteNet.
  case plain
  /// 1 / (d^2 + 1e-8).
  case squared
  /// 1 / max(d^2, 1e-10), as in the original PointNet++.
  case squaredClamped

  /// Weights of neighbours.
  ///
  /// - Parameter squaredDistances: Shape `[..., K]`, Float, as ``NearestNeighbours`` gives them; infinity has no weight.
  /// - Returns: Weights of the same shape; each row sums to 1, or is 0 when all of its distances are infinite.
  public func weights(squaredDistances: Tensor) -> Tensor {
    let width = squaredDistances.shape.last ?? 1
    return Tensor(shape: squaredDistances.shape, of: Float.self) { target in
      squaredDistances.withUnsafeElements(of: Float.self) { source in
        for start in stride(from: 0, to: source.count, by: max(width, 1)) {
          var sum: Float = 0
          for place in start..<start + width {
            let square = source[place]
            switch self {
            case .plain: target[place] = 1 / (square.squareRoot() + 1e-8)
            case .squared: target[place] = 1 / (square + 1e-8)
            case .squaredClamped: target[place] = 1 / max(square, 1e-10)
            }
            sum += target[place]
          }
          for place in start..<start + width where sum > 0 { target[place] /= sum }
        }
      }
    }
  }
}
