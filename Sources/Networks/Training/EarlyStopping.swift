/// Says when a measure has not improved for so long that training should end.
///
/// ```swift
/// var stopping = EarlyStopping(patience: 5)
/// if stopping.update(validationLoss) == .stop { break }
/// ```
public struct EarlyStopping: Sendable, Equatable {
  /// What a new value means.
  public enum Verdict: Sendable, Equatable {
    /// The best value so far: keep these weights.
    case improved
    /// Not better; training may go on.
    case waiting
    /// Not better for too long.
    case stop
  }

  /// Values without improvement after which training ends.
  public let patience: Int
  /// What counts as better must differ by more than this.
  public let minimumChange: Double
  /// Whether larger values are better.
  public let isLargerBetter: Bool
  /// The best value so far.
  public private(set) var best: Double?
  /// Number of values since the best one.
  public private(set) var countSinceBest = 0

  /// A rule that has seen no value.
  ///
  /// - Parameters:
  ///   - patience: Values without improvement after which training ends, at least 1.
  ///   - minimumChange: What counts as better must differ by more than this.
  ///   - isLargerBetter: Whether larger values are better: an accuracy, not a loss.
  public init(patience: Int, minimumChange: Double = 0, isLargerBetter: Bool = false) {
    precondition(patience >= 1, "training cannot end after \(patience) values")
    self.patience = patience
    self.minimumChange = minimumChange
    self.isLargerBetter = isLargerBetter
  }

  /// Takes the next value into account; one that is not a number is never better.
  ///
  /// - Parameter value: The measure after another epoch.
  /// - Returns: What it means.
  public mutating func update(_ value: Double) -> Verdict {
    let change = best.map { isLargerBetter ? value - $0 : $0 - value } ?? .infinity
    if !value.isNaN, change > minimumChange {
      best = value
      countSinceBest = 0
      return .improved
    }
    countSinceBest += 1
    return countSinceBest >= patience ? .stop : .waiting
  }

  /// Goes on where another rule of the same settings stood.
  ///
  /// - Parameters:
  ///   - best: Its best value.
  ///   - countSinceBest: Its number of values since then.
  public mutating func restore(best: Double?, countSinceBest: Int) {
    self.best = best
    self.countSinceBest = countSinceBest
  }
}
