/// A place in a configuration file, or an option of the command line.
public struct SourcePosition: Sendable, Equatable {
  /// The file as the user named it, or the option.
  public var file: String
  /// Line, counted from 1; 0 when the whole file, or an option, is meant.
  public var line: Int
  /// Column in characters, counted from 1.
  public var column: Int

  /// A place in a file.
  ///
  /// - Parameters:
  ///   - file: The file as the user named it, or the option.
  ///   - line: Line, counted from 1; 0 for the whole file.
  ///   - column: Column in characters, counted from 1.
  public init(file: String, line: Int = 0, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }
}
