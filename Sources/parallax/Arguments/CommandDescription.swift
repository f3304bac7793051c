/// What a command takes: the one source of parsing, help and hints.
struct CommandDescription {
  struct Positional {
    var name: String
    var summary: String
    var isOptional = false
    var isRepeated = false
  }

  struct Option {
    var name: String
    /// Name of the value in the help; nil for a switch.
    var value: String?
    var summary: String
    var isRequired = false
    var isRepeated = false
  }

  var name: String
  var summary: String
  /// Paragraphs behind the summary in the command's own help.
  var discussion = ""
  var positionals: [Positional] = []
  var options: [Option] = []
  var examples: [String] = []

  static let json = Option(name: "--json", summary: "print one JSON object for machines on stdout")
  static let help = Option(name: "--help", summary: "print this help")

  var usage: String {
    let fixed = positionals.map { positional in
      let dots = positional.isRepeated ? "…" : ""
      return positional.isOptional ? "[\(positional.name)\(dots)]" : "\(positional.name)\(dots)"
    }
    let flags = options.map { option in
      let text = option.value.map { "\(option.name) \($0)" } ?? option.name
      return (option.isRequired ? text : "[\(text)]") + (option.isRepeated ? "…" : "")
    }
    return (["parallax", name] + fixed + flags).joined(separator: " ")
  }

  var helpText: String {
    var lines = [summary, ""]
    if !discussion.isEmpty { lines += [discussion, ""] }
    lines += ["usage: " + usage]
    var rows: [[String]] = positionals.map { ["  " + $0.name, $0.summary] }
    for option in options + [Self.help] {
      let name = option.value.map { "\(option.name) \($0)" } ?? option.name
      rows.append(["  " + name, option.summary])
    }
    lines += ["", Console.table(rows)]
    if !examples.isEmpty { lines += ["", "examples:"] + examples.map { "  " + $0 } }
    return lines.joined(separator: "\n")
  }
}

extension String {
  /// The text filled up with spaces at its right.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
