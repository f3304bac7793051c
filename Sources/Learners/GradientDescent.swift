internal import Tensors

/// How a learner walks down its loss: over all rows at once, over small batches, or row by row.
public struct GradientDescent: Sendable, Equatable {
  /// Step width.
  public var learningRate: Double
  /// The step width is divided by 1 plus this times the epochs that are done.
  public var decay: Double
  /// Part of the velocity that is kept from step to step.
  public var momentum: Double
  /// Rows of a step; all when nil, 1 is stochastic gradient descent.
  public var batchSize: Int?
  /// Runs through the rows.
  public var epochs: Int
  /// Seed of the order of rows.
  public var seed: UInt64

  /// A way of descending.
  ///
  /// - Parameters:
  ///   - learningRate: Step width, above 0.
  ///   - decay: The step width is divided by 1 plus this times the epochs that are done.
  ///   - momentum: Part of the velocity that is kept from step to step, from 0 to below 1.
  ///   - batchSize: Rows of a step; all when nil.
  ///   - epochs: Runs through the rows.
  ///   - seed: Seed of the order of rows.
  public init(
    learningRate: Double, decay: Double = 0, momentum: Double = 0, batchSize: Int? = nil,
    epochs: Int, seed: UInt64 = 0
  ) {
    precondition(learningRate > 0, "a step cannot have the width \(learningRate)")
    precondition((0..<1).contains(momentum), "a velocity cannot be kept by \(momentum)")
    precondition((batchSize ?? 1) >= 1, "a step needs rows, not \(batchSize ?? 0)")
    self.learningRate = learningRate
    self.decay = decay
    self.momentum = momentum
    self.batchSize = batchSize
    self.epochs = epochs
    self.seed = seed
  }

  /// Walks from `start`; `gradient` gives the slope of the mean loss over some rows, all when nil.
  func minimise(
    from start: Tensor, rows: Int, gradient: (_ point: Tensor, _ rows: Tensor?) -> Tensor
  ) -> Tensor {
    var (point, velocity) = (start, start * 0.0)
    let size = batchSize ?? rows
    for epoch in 0..<epochs {
      let width = learningRate / (1 + decay * Double(epoch))
      var generator = SeededGenerator(seed: seed, stream: UInt64(epoch))
      let order = size < rows ? Tensor.permutation(rows, using: &generator) : nil
      for first in stride(from: 0, to: rows, by: size) {
        let part = order?.narrowed(axis: 0, to: first..<min(rows, first + size))
        velocity = velocity * momentum - gradient(point, part) * width
        point = point + velocity
      }
    }
    return point
  }
}
