import Models
import Networks

/// `parallax models [NAME] --fields`: what networks over clips see.
enum FieldListing {
  private struct Listed: Encodable {
    var name: String
    var input: [Int]
    var layers: [Layer]
  }

  private struct Layer: Encodable {
    var name: String
    var size: [Int]
    var field: [Int]
    var reach: [Int]
    var stride: [Int]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let name = arguments.positionals.first
    let entries: [FieldTable.Entry]
    if let name {
      let model = try ModelsCommand.entry(named: name, command: "models")
      guard let entry = try FieldTable.entry(of: model) else {
        throw CommandFailure(.usage, "\(name) takes no clips or does not state its layers")
      }
      entries = [entry]
    } else {
      entries = try FieldTable.examples + FieldTable.entries()
    }
    if arguments.isSet("--json") {
      try Console.json(
        entries.map { entry in
          Listed(
            name: entry.name, input: entry.input,
            layers: entry.rows.map {
              Layer(
                name: $0.name, size: $0.size, field: $0.field, reach: $0.reach, stride: $0.stride)
            })
        })
    } else {
      Console.result(name == nil ? table(entries) : layers(entries[0]))
    }
    return .done
  }

  private static func table(_ entries: [FieldTable.Entry]) -> String {
    let head = ["network", "clip", "maps", "a place of the maps sees", "every", "seen in the clip"]
    let rows = entries.compactMap { entry -> [String]? in
      guard let maps = entry.maps else { return nil }
      return [
        entry.name, size(entry.input), size(maps.size), reach(maps), reach(maps.stride),
        size(maps.field),
      ]
    }
    return Console.table([head] + rows)
      + "\n\nSizes are frames x height x width. The head behind the maps sees the whole clip."
      + "\nparallax models NAME --fields shows each layer."
  }

  private static func layers(_ entry: FieldTable.Entry) -> String {
    let head = [["layer", "output", "sees", "every"]]
    let rows = entry.rows.map { [$0.name, size($0.size), reach($0), reach($0.stride)] }
    return "\(entry.name): clips of \(size(entry.input))\n\n" + Console.table(head + rows)
  }

  private static func size(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: "x")
  }

  private static func reach(_ row: ReceptiveField.Row) -> String { reach(row.reach) }

  private static func reach(_ numbers: [Int]) -> String {
    let pixels = numbers[1] == numbers[2] ? "\(numbers[1])" : "\(numbers[1])x\(numbers[2])"
    return "\(numbers[0]) frames, \(pixels) px"
  }
}
