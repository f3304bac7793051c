import Configuration
import Foundation
import Pipelines
import SensorLogs

/// The command line as a whole: finds the command, runs it, turns errors into messages and exit codes.
enum Tool {
  static let version = "0.1.0"

  static var commands: [any Command.Type] {
    [
      RunCommand.self, ValidateCommand.self, InspectCommand.self, ConvertCommand.self,
      CalibrateCommand.self, SimulateCommand.self, EvaluateCommand.self, ViewCommand.self,
      StagesCommand.self, ModelsCommand.self, InferCommand.self, TrainCommand.self,
      StitchCommand.self, RegisterCommand.self, BenchCommand.self,
    ]
  }

  static func run(_ arguments: [String]) -> ExitCode {
    signal(SIGPIPE, SIG_IGN)
    do {
      return try dispatch(arguments)
    } catch let failure as CommandFailure {
      for message in failure.messages { Console.note("parallax: \(message)") }
      return failure.code
    } catch {
      let failure = CommandFailure(explaining: error)
      for message in failure.messages { Console.note("parallax: \(message)") }
      return failure.code
    }
  }

  private static func dispatch(_ arguments: [String]) throws -> ExitCode {
    guard let verb = arguments.first else {
      Console.note(overview)
      return .usage
    }
    if ["--help", "-h", "help"].contains(verb) {
      if arguments.count > 1, let command = command(named: arguments[1]) {
        Console.result(command.description.helpText)
      } else {
        Console.result(overview)
      }
      return .done
    }
    if verb == "--version" {
      Console.result("parallax \(version)")
      return .done
    }
    guard var command = command(named: verb) else {
      let hint = NearestName.hint(for: verb, among: commands.map { $0.description.name })
      throw CommandFailure.usage(
        ["unknown command '\(verb)'", hint].filter { !$0.isEmpty }.joined(separator: "; "))
    }
    var rest = arguments.dropFirst()
    if let method = rest.first,
      let inner = command.subcommands.first(where: { $0.description.name == "\(verb) \(method)" })
    {
      command = inner
      rest = rest.dropFirst()
    }
    let parsed = try ParsedArguments(Array(rest), for: command.description)
    if parsed.isSet("--help") {
      Console.result(command.description.helpText)
      return .done
    }
    return try command.run(parsed)
  }

  private static func command(named name: String) -> (any Command.Type)? {
    commands.first { $0.description.name == name }
  }

  private static var overview: String {
    let rows = commands.map { ["  " + $0.description.name, $0.description.summary] }
    return """
      parallax \(version): recorded sensor logs in, calibrated 3D perception results out

      usage: parallax COMMAND …

      \(Console.table(rows))

      parallax COMMAND --help documents one. Results go to stdout, messages to stderr.
      exit codes: 0 done, 1 failure, 2 wrong usage, 3 finished but input was damaged or frames were skipped,
      4 invalid definition, 5 input missing or unreadable, 75 try again, 130 interrupted
      """
  }
}

extension CommandFailure {
  /// What an error of the libraries means to the caller.
  init(explaining error: any Error) {
    switch error {
    case let error as ConfigurationErrors:
      self.init(Self.code(of: error.errors), messages: error.errors.map(\.description))
    case let error as ConfigurationError:
      self.init(Self.code(of: [error]), error.description)
    case let error as PipelineError:
      self.init(Self.code(of: error.kind), error.description)
    case let error as LogError:
      self.init(error.kind == .unwritable ? .failure : .unreadableInput, error.description)
    default:
      self.init(.failure, "\(error)")
    }
  }

  private static func code(of errors: [ConfigurationError]) -> ExitCode {
    errors.allSatisfy { $0.kind == .missing } ? .unreadableInput : .invalidDefinition
  }

  private static func code(of kind: PipelineError.Kind) -> ExitCode {
    switch kind {
    case .failed: .failure
    case .usage: .usage
    case .definition: .invalidDefinition
    case .missingInput: .unreadableInput
    case .interrupted: .interrupted
    }
  }
}
