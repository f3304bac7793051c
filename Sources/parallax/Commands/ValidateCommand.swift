import Configuration
import Pipelines
import Stages

/// `parallax validate PIPELINE.yaml`.
enum ValidateCommand: Command {
  static let description = CommandDescription(
    name: "validate", summary: "check a pipeline definition without running it",
    discussion:
      "Every mistake is printed with file, line and column; exit code 4 when there is one.",
    positionals: [.init(name: "PIPELINE.yaml", summary: "a pipeline definition")],
    options: [
      .init(
        name: "--set", value: "STAGE.PARAM=VALUE", summary: "override a setting", isRepeated: true),
      CommandDescription.json,
    ],
    examples: ["parallax validate pipelines/stereo-depth.yaml"])

  private struct Summary: Encodable {
    struct Problem: Encodable {
      var file: String
      var line: Int
      var column: Int
      var problem: String
    }
    var valid: Bool
    var errors: [Problem]
    var warnings: [Problem]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let path = arguments.positionals[0]
    var summary = Summary(valid: true, errors: [], warnings: [])
    do {
      let definition = try PipelineDefinition.load(
        path: path, overrides: arguments.overrides())
      let plan = try definition.check(against: Catalogue.stages, formats: Catalogue.formats)
      for warning in plan.warnings { Console.note(warning.text(severity: "warning")) }
      summary.warnings = plan.warnings.map(problem)
    } catch let errors as ConfigurationErrors {
      for error in errors.errors { Console.note(error.description) }
      guard !errors.isOnlyMissing else { return .unreadableInput }
      summary.valid = false
      summary.errors = errors.errors.map(problem)
    }
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else if summary.valid {
      Console.result("\(path): valid")
    }
    return summary.valid ? .done : .invalidDefinition
  }

  private static func problem(_ error: ConfigurationError) -> Summary.Problem {
    .init(
      file: error.file, line: error.line, column: error.column,
      problem: error.problem)
  }
}
