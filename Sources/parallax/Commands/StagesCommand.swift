import Configuration
import Pipelines
import Stages

/// `parallax stages [NAME]`.
enum StagesCommand: Command {
  static let description = CommandDescription(
    name: "stages", summary: "list the stages and output formats, or document one",
    positionals: [.init(name: "NAME", summary: "a stage or an output format", isOptional: true)],
    options: [CommandDescription.json],
    examples: ["parallax stages", "parallax stages stereo.sgm"])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let pages = StagePage.all
    guard let name = arguments.positionals.first else {
      if arguments.isSet("--json") {
        try Console.json(pages)
      } else {
        Console.result(list(pages))
      }
      return .done
    }
    guard let page = pages.first(where: { $0.name == name }) else {
      let hint = NearestName.hint(for: name, among: pages.map(\.name), listing: "stages")
      throw CommandFailure.usage("unknown stage '\(name)'; \(hint)", command: "stages")
    }
    if arguments.isSet("--json") {
      try Console.json(page)
    } else {
      Console.result(page.text)
    }
    return .done
  }

  private static func list(_ pages: [StagePage]) -> String {
    let rows = { (isStage: Bool) in
      pages.filter { ($0.output != nil) == isStage }.map { ["  " + $0.name, $0.summary] }
    }
    return """
      stages (use:)
      \(Console.table(rows(true)))

      output formats (to:)
      \(Console.table(rows(false)))

      parallax stages NAME documents one.
      """
  }
}

/// The documentation of one stage or output format.
struct StagePage: Encodable {
  struct Port: Encodable {
    var name: String
    var type: String
    var isOptional: Bool
    var summary: String
  }

  struct Setting: Encodable {
    var name: String
    var type: String
    var `default`: String
    var allowed: String
    var summary: String
  }

  var name: String
  var documentation: String
  /// Ports of a stage.
  var inputs: [Port]
  /// What a stage yields; nil for an output format.
  var output: String?
  /// What an output format takes.
  var takes: [String]
  var isStateful: Bool
  var parameters: [Setting]

  var summary: String { documentation.split(separator: "\n").first.map(String.init) ?? "" }

  static var all: [StagePage] {
    let stages = Catalogue.stages.names.compactMap { Catalogue.stages.description(of: $0) }
    let formats = Catalogue.formats.names.compactMap { Catalogue.formats.description(of: $0) }
    return stages.map { StagePage($0) } + formats.map { StagePage($0) }
  }

  private init(_ stage: StageCatalogue.Description) {
    name = stage.name
    documentation = stage.documentation
    inputs = stage.inputs.map {
      Port(name: $0.name, type: $0.payloadType, isOptional: $0.isOptional, summary: $0.summary)
    }
    output = stage.outputType
    takes = []
    isStateful = stage.isStateful
    parameters = stage.parameters.map { Setting($0) }
  }

  private init(_ format: OutputFormats.Description) {
    name = format.name
    documentation = format.documentation
    inputs = []
    output = nil
    takes = format.payloadTypes
    isStateful = false
    parameters = format.parameters.map { Setting($0) }
  }

  var text: String {
    var parts = [name, "", documentation]
    if !inputs.isEmpty {
      let rows = inputs.map { port in
        ["  " + port.name, port.type, port.isOptional ? "optional" : "", port.summary]
      }
      parts += ["", "inputs, in the order of from:", Console.table(rows)]
    }
    if let output { parts += ["", "output: " + output] }
    if !takes.isEmpty { parts += ["", "takes: " + takes.joined(separator: ", ")] }
    if isStateful { parts += ["", "stateful: sees frames one at a time, in order"] }
    if parameters.isEmpty {
      parts += ["", "no settings"]
    } else {
      let rows = parameters.map {
        ["  " + $0.name, $0.type, "default \($0.default)", $0.allowed, $0.summary]
      }
      parts += ["", "settings, under with:", Console.table(rows)]
    }
    return parts.joined(separator: "\n")
  }
}

extension StagePage.Setting {
  fileprivate init(_ parameter: ParameterDescription) {
    name = parameter.name
    type = parameter.typeName
    `default` = parameter.defaultValue.compact
    summary = parameter.summary
    if let range = parameter.range {
      allowed =
        "\(JSONValue.number(range.lowerBound).compact) to \(JSONValue.number(range.upperBound).compact)"
    } else {
      allowed = parameter.choices.joined(separator: " | ")
    }
  }
}
