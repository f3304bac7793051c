/// What the program tells its caller by its exit status; the same for all commands.
enum ExitCode: Int32 {
  case done = 0
  /// A failure while running, such as a full disk.
  case failure = 1
  /// Wrong usage: an unknown command or option, a missing argument.
  case usage = 2
  /// Finished, but some input was damaged or some frames were skipped.
  case incomplete = 3
  /// An invalid pipeline, scene or training definition.
  case invalidDefinition = 4
  /// Input missing or unreadable.
  case unreadableInput = 5
  /// Temporary: the same call may succeed later.
  case temporary = 75
  /// Interrupted; what was written stays valid and resumable.
  case interrupted = 130
}

/// Ends a command with a message on stderr.
struct CommandFailure: Error {
  var code: ExitCode
  /// Lines for the user, each of which stands on its own.
  var messages: [String]

  init(_ code: ExitCode, _ message: String) {
    self.code = code
    self.messages = [message]
  }

  init(_ code: ExitCode, messages: [String]) {
    self.code = code
    self.messages = messages
  }

  /// Wrong usage of `command`, with the way to its help.
  static func usage(_ message: String, command: String? = nil) -> CommandFailure {
    let help = command.map { "parallax \($0) --help" } ?? "parallax --help"
    return CommandFailure(.usage, messages: [message, "see: \(help)"])
  }
}
