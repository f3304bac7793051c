import Configuration

/// The arguments of one call, checked against the command's description.
struct ParsedArguments {
  let command: CommandDescription
  private(set) var positionals: [String] = []
  private var values: [String: [String]] = [:]

  init(_ arguments: [String], for command: CommandDescription) throws {
    self.command = command
    var rest = arguments[...]
    var onlyPositionals = false
    while let argument = rest.popFirst() {
      if onlyPositionals || !argument.hasPrefix("-") || argument == "-" {
        positionals.append(argument)
      } else if argument == "--" {
        onlyPositionals = true
      } else {
        try takeOption(argument, from: &rest)
      }
    }
    if isSet("--help") { return }
    try checkCounts()
  }

  private mutating func takeOption(_ argument: String, from rest: inout ArraySlice<String>) throws {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0] == "-h" ? "--help" : String(parts[0])
    let known = command.options + [CommandDescription.help]
    guard let option = known.first(where: { $0.name == name }) else {
      let hint = NearestName.hint(for: name, among: known.map(\.name))
      throw CommandFailure.usage(
        ["unknown option '\(name)'", hint].filter { !$0.isEmpty }.joined(separator: "; "),
        command: command.name)
    }
    guard let valueName = option.value else {
      if parts.count == 2 {
        throw CommandFailure.usage("option '\(name)' takes no value", command: command.name)
      }
      values[name, default: []].append("")
      return
    }
    guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
      throw CommandFailure.usage(
        "option '\(name)' needs a value: \(valueName)", command: command.name)
    }
    if values[name] != nil && !option.isRepeated {
      throw CommandFailure.usage("option '\(name)' is given twice", command: command.name)
    }
    values[name, default: []].append(value)
  }

  private func checkCounts() throws {
    for (index, positional) in command.positionals.enumerated()
    where !positional.isOptional && positionals.count <= index {
      throw CommandFailure.usage("\(positional.name) is missing", command: command.name)
    }
    let most =
      command.positionals.contains(where: \.isRepeated) ? Int.max : command.positionals.count
    if positionals.count > most {
      throw CommandFailure.usage(
        "unexpected argument '\(positionals[most])'", command: command.name)
    }
    for option in command.options where option.isRequired && values[option.name] == nil {
      throw CommandFailure.usage(
        "option '\(option.name) \(option.value ?? "")' is missing", command: command.name)
    }
  }

  func isSet(_ option: String) -> Bool { values[option] != nil }

  func value(of option: String) -> String? { values[option]?.last }

  func allValues(of option: String) -> [String] { values[option] ?? [] }

  /// A whole number of at least `minimum`.
  func number(of option: String, atLeast minimum: Int = 1) throws -> Int? {
    guard let text = value(of: option) else { return nil }
    guard let number = Int(text), number >= minimum else {
      throw CommandFailure.usage(
        "option '\(option)' takes a whole number of at least \(minimum), not '\(text)'",
        command: command.name)
    }
    return number
  }

  /// A number above 0.
  func positiveNumber(of option: String) throws -> Double? {
    guard let text = value(of: option) else { return nil }
    guard let number = Double(text), number > 0 else {
      throw CommandFailure.usage(
        "option '\(option)' takes a number above 0, not '\(text)'", command: command.name)
    }
    return number
  }

  /// The values of `--set`, each of the form NAME.KEY=VALUE.
  func overrides() throws -> [String] {
    let overrides = allValues(of: "--set")
    for text in overrides where !text.contains("=") {
      throw CommandFailure.usage(
        "option '--set' takes STAGE.PARAM=VALUE, not '\(text)'", command: command.name)
    }
    return overrides
  }
}
