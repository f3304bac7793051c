/// One verb of the tool.
protocol Command {
  static var description: CommandDescription { get }

  /// Commands under this one, named `verb method`; empty for most.
  static var subcommands: [any Command.Type] { get }

  /// Does the work.
  ///
  /// Throws `CommandFailure` for what the user must know; other errors count as failures while running.
  static func run(_ arguments: ParsedArguments) throws -> ExitCode
}

extension Command {
  static var subcommands: [any Command.Type] { [] }
}
