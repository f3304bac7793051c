/// Why a training run cannot go on.
public struct TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of mistake.
  public enum Kind: Sendable {
    /// A failure while running.
    case failed
    /// The caller asked for what cannot be.
    case misuse
  }

  /// What is wrong.
  public let description: String
  /// What kind of mistake.
  public let kind: Kind

  /// An error.
  ///
  /// - Parameters:
  ///   - description: What is wrong.
  ///   - kind: What kind of mistake.
  public init(_ description: String, kind: Kind = .failed) {
    self.description = description
    self.kind = kind
  }
}
