/// One thing that is wrong in a configuration file or option.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of mistake, for the exit code.
  public enum Kind: Sendable {
    /// The text is wrong: exit code 4.
    case invalid
    /// Something that the text names, or the file itself, is missing or unreadable: exit code 5.
    case missing
  }
  /// The file, or the option.
  public var file: String
  /// Line, counted from 1; 0 when no line is meant.
  public var line: Int
  /// Column, counted from 1.
  public var column: Int
  /// What is wrong.
  public var problem: String
  /// What to do about it; may be empty.
  public var hint: String
  /// What kind of mistake.
  public var kind: Kind

  /// A mistake at a place.
  ///
  /// - Parameters:
  ///   - position: Where.
  ///   - problem: What is wrong.
  ///   - hint: What to do about it.
  ///   - kind: What kind of mistake.
  public init(
    at position: SourcePosition, _ problem: String, hint: String = "", kind: Kind = .invalid
  ) {
    file = position.file
    line = position.line
    column = position.column
    self.problem = problem
    self.hint = hint
    self.kind = kind
  }

  /// `file.yaml:line:column: error: problem (hint)`.
  public var description: String { text(severity: "error") }

  /// The line that is printed.
  ///
  /// - Parameter severity: `error` or `warning`.
  /// - Returns: One line.
  public func text(severity: String) -> String {
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    return "\(place): \(severity): \(problem)" + (hint.isEmpty ? "" : " (\(hint))")
  }
}

/// Everything that is wrong in a configuration, in the order of the text.
public struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
  /// The mistakes; at least one.
  public let errors: [ConfigurationError]

  /// The mistakes of a configuration.
  ///
  /// - Parameter errors: The mistakes; they are sorted by place.
  public init(_ errors: [ConfigurationError]) {
    self.errors = errors.enumerated().sorted {
      ($0.element.line, $0.element.column, $0.offset)
        < ($1.element.line, $1.element.column, $1.offset)
    }.map(\.element)
  }

  /// A single mistake.
  ///
  /// - Parameter error: The mistake.
  public init(_ error: ConfigurationError) { errors = [error] }

  /// Collects what a step of reading throws.
  ///
  /// - Parameters:
  ///   - error: Any error.
  ///   - position: Where it belongs when it does not say so itself.
  public init(collecting error: any Error, at position: SourcePosition) {
    switch error {
    case let many as ConfigurationErrors: errors = many.errors
    case let one as ConfigurationError: errors = [one]
    default: errors = [ConfigurationError(at: position, String(describing: error))]
    }
  }

  /// Whether the text is right and only something it names is missing: exit code 5 in place of 4.
  public var isOnlyMissing: Bool { errors.allSatisfy { $0.kind == .missing } }

  /// One line for each mistake.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
