import Configuration
import Foundation
import Models
import Networks
import Tensors

/// `parallax models [NAME]`.
enum ModelsCommand: Command {
  static let description = CommandDescription(
    name: "models", summary: "list the networks, or show the layers of one",
    positionals: [.init(name: "NAME", summary: "a network", isOptional: true)],
    options: [
      .init(name: "--config", value: "JSON", summary: "configuration, a JSON object"),
      .init(
        name: "--fields",
        summary: "sizes and receptive fields of the networks over clips, or of each layer of NAME"),
      CommandDescription.json,
    ],
    examples: ["parallax models", "parallax models resnet18", "parallax models --fields"])

  private struct Listed: Encodable {
    var name: String
    var summary: String
    var inputs: [String]
  }

  private struct Page: Encodable {
    var name: String
    var summary: String
    var parameters: Int
    var multiplyAdds: Int
    var modules: [NetworkSummary.Row]
    var card: String?
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    if arguments.isSet("--fields") { return try FieldListing.run(arguments) }
    guard let name = arguments.positionals.first else {
      let listed = ModelCatalogue.entries.map { entry in
        Listed(
          name: entry.name, summary: entry.summary,
          inputs: entry.inputs.map { "\($0.name) \($0.elementType) \($0.pattern)" })
      }
      if arguments.isSet("--json") {
        try Console.json(listed)
      } else {
        let rows = listed.map { [$0.name, $0.summary, $0.inputs.joined(separator: ", ")] }
        Console.result(
          Console.table(rows) + "\n\nparallax models NAME shows the layers of one.")
      }
      return .done
    }
    let entry = try entry(named: name, command: "models")
    let page = try page(entry, configuration: arguments.value(of: "--config") ?? "{}")
    if arguments.isSet("--json") {
      try Console.json(page)
    } else {
      Console.result(text(page))
    }
    return .done
  }

  static func entry(named name: String, command: String) throws -> ModelEntry {
    if let entry = ModelCatalogue.entry(named: name) { return entry }
    let names = ModelCatalogue.entries.map(\.name)
    let hint = NearestName.hint(for: name, among: names, listing: "models")
    throw CommandFailure.usage("unknown model '\(name)'; \(hint)", command: command)
  }

  /// Runs the network once on zeros: the shapes are what really comes out.
  private static func page(_ entry: ModelEntry, configuration: String) throws -> Page {
    let model: LoadedModel
    do { model = try entry.build(configuration: Data(configuration.utf8)) } catch {
      throw CommandFailure(.usage, error.description)
    }
    var unused = SeededGenerator(seed: 0)
    model.network.initialize(using: &unused) { _, _ in .zeros }
    model.network.evaluate()
    var inputs: [String: Tensor] = [:]
    for input in entry.inputs where !input.isOptional { inputs[input.name] = input.example() }
    let summary = try withoutGradients {
      try model.network.summary { _ = try model.run(inputs) }
    }
    return Page(
      name: entry.name, summary: entry.summary, parameters: summary.parameterCount,
      multiplyAdds: summary.multiplyAdds, modules: summary.rows,
      card: try? String(contentsOfFile: "models/\(entry.name).md", encoding: .utf8))
  }

  private static func text(_ page: Page) -> String {
    let rows = page.modules.map { row in
      [
        row.label, row.outputShape.map { "\($0)" } ?? "",
        row.parameters == 0 ? "" : grouped(row.parameters),
        row.multiplyAdds == 0 ? "" : grouped(row.multiplyAdds),
      ]
    }
    let head = [["module", "output", "parameters", "multiply-adds"]]
    let sum = "\(grouped(page.parameters)) parameters, \(grouped(page.multiplyAdds)) multiply-adds"
    let card = page.card.map { ["", $0] } ?? []
    return
      ([page.name + ": " + page.summary, "", Console.table(head + rows), "", sum] + card)
      .joined(separator: "\n")
  }

  /// Digits in groups of three.
  private static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }
}
