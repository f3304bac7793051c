/// Why a training run cannot go on.
public struct TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  /// An error.
  ///
  /// - Parameter description: What is wrong.
  public init(_ description: String) { self.description = description }
}
