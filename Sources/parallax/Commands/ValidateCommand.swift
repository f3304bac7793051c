import Configuration
import Foundation
import Pipelines
import Stages

/// `parallax validate PIPELINE.yaml`.
enum ValidateCommand: Command {
  static let description = CommandDescription(
    name: "validate", summary: "check a pipeline definition, or labelled clouds before training",
    discussion: """
      A definition: every mistake is printed with file, line and column. Labelled clouds (a folder with labels.jsonl, a KITTI
      object folder, a log with boxes, a .json manifest): clouds that cannot be read, boxes without points, and labels that follow
      another convention. Exit code 4 when there is a mistake.
      """,
    positionals: [
      .init(name: "PIPELINE.yaml|CLOUDS", summary: "a pipeline definition, or labelled clouds")
    ],
    options: [
      .init(
        name: "--set", value: "STAGE.PARAM=VALUE", summary: "override a setting", isRepeated: true),
      CommandDescription.json,
    ],
    examples: ["parallax validate pipelines/stereo-depth.yaml", "parallax validate my-clouds/"])

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
    if isDataset(path) { return try DatasetValidation.run(path, json: arguments.isSet("--json")) }
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

  private static func isDataset(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let ending = (path as NSString).pathExtension.lowercased()
    return exists && (isFolder.boolValue || !["yaml", "yml"].contains(ending))
  }

  private static func problem(_ error: ConfigurationError) -> Summary.Problem {
    .init(
      file: error.file, line: error.line, column: error.column,
      problem: error.problem)
  }
}
