import Foundation

/// The factor of a learning rate at every step of a training.
///
/// ```swift
/// let schedule = Schedule.cosine(steps: 1000).warmedUp(steps: 50)
/// for step in 0..<1000 {
///   optimizer.learningRate = 0.1 * schedule[step]
///   …
/// }
/// ```
///
/// A step is whatever the caller counts: batches or epochs.
public struct Schedule: Sendable {
  private let factor: @Sendable (Int) -> Double

  /// A schedule of one's own.
  ///
  /// - Parameter factor: The factor at a step, from 0.
  public init(_ factor: @escaping @Sendable (_ step: Int) -> Double) { self.factor = factor }

  /// The factor at a step, from 0.
  public subscript(step: Int) -> Double { factor(step) }

  /// Always 1.
  public static let constant = Schedule { _ in 1 }

  /// A fall by a factor after every so many steps.
  ///
  /// - Parameters:
  ///   - every: Steps between falls, at least 1.
  ///   - factor: The factor.
  /// - Returns: The schedule.
  public static func step(every: Int, factor: Double = 0.1) -> Schedule {
    Schedule { pow(factor, Double($0 / max(every, 1))) }
  }

  /// A fall by a factor at given steps.
  ///
  /// - Parameters:
  ///   - milestones: The steps.
  ///   - factor: The factor.
  /// - Returns: The schedule.
  public static func multiStep(_ milestones: [Int], factor: Double = 0.1) -> Schedule {
    Schedule { step in pow(factor, Double(milestones.filter { $0 <= step }.count)) }
  }

  /// A fall by a factor at every step.
  ///
  /// - Parameter factor: The factor, just below 1.
  /// - Returns: The schedule.
  public static func exponential(_ factor: Double) -> Schedule {
    Schedule { pow(factor, Double($0)) }
  }

  /// Half a wave of a cosine from 1 down to a floor, where it stays.
  ///
  /// - Parameters:
  ///   - steps: Length of the fall, at least 1.
  ///   - floor: The last factor.
  /// - Returns: The schedule.
  /// - Note: Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts",
  ///   ICLR 2017, without restarts.
  public static func cosine(steps: Int, floor: Double = 0) -> Schedule {
    Schedule { step in
      let part = Double(min(step, steps)) / Double(max(steps, 1))
      return floor + (1 - floor) * (1 + cos(.pi * part)) / 2
    }
  }

  /// One rise to 1 and one longer fall to almost nothing, both along cosines.
  ///
  /// - Parameters:
  ///   - steps: Length of the training, at least 2.
  ///   - rise: Part of the steps that rise.
  ///   - start: The first factor is one divided by it.
  ///   - end: The last factor is the first divided by it.
  /// - Returns: The schedule.
  /// - Note: Source: Smith and Topin, "Super-convergence", 2019, in PyTorch's form.
  public static func oneCycle(
    steps: Int, rise: Double = 0.3, start: Double = 25, end: Double = 1e4
  ) -> Schedule {
    let top = rise * Double(steps) - 1
    let last = Double(steps - 1)
    @Sendable func between(_ first: Double, _ second: Double, _ part: Double) -> Double {
      second + (first - second) * (1 + cos(.pi * part)) / 2
    }
    return Schedule { step in
      let step = min(Double(step), last)
      let low = 1 / start
      if step <= top { return between(low, 1, top > 0 ? step / top : 1) }
      return between(1, low / end, last > top ? (step - top) / (last - top) : 1)
    }
  }

  /// This schedule behind a straight rise from a small factor.
  ///
  /// The rise takes its steps from this schedule's beginning: at its end the schedule is where it
  /// would be anyway.
  ///
  /// - Parameters:
  ///   - steps: Length of the rise.
  ///   - first: The first factor.
  /// - Returns: The schedule.
  public func warmedUp(steps: Int, from first: Double = 0.01) -> Schedule {
    Schedule { step in
      guard step < steps else { return self[step] }
      return self[step] * (first + (1 - first) * Double(step) / Double(steps))
    }
  }

  /// The learning rate for a batch size, in proportion to that for another.
  ///
  /// - Parameters:
  ///   - learningRate: Known to be good for `reference`.
  ///   - batchSize: The batch size that is used.
  ///   - reference: The batch size that belongs to `learningRate`.
  /// - Returns: `learningRate * batchSize / reference`.
  /// - Note: Source: Goyal et al., "Accurate, large minibatch SGD", arXiv 1706.02677.
  public static func scaled(
    _ learningRate: Double, batchSize: Int, reference: Int = 256
  ) -> Double {
    learningRate * Double(batchSize) / Double(reference)
  }
}
