/// What is wrong with the files of a data set.
public struct DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of mistake.
  public enum Kind: Sendable {
    /// The file is not there or cannot be read.
    case missing
    /// The file is there, but its content is not what it should be.
    case damaged
    /// The data are sound, but hold nothing that fits the question.
    case unsuitable
  }

  /// The file or folder.
  public let path: String
  /// What is wrong with it.
  public let problem: String
  /// What kind of mistake.
  public let kind: Kind

  /// A mistake.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - problem: What is wrong with it.
  ///   - kind: What kind of mistake.
  public init(path: String, _ problem: String, kind: Kind = .damaged) {
    self.path = path
    self.problem = problem
    self.kind = kind
  }

  /// `path: problem`.
  public var description: String { "\(path): \(problem)" }
}
