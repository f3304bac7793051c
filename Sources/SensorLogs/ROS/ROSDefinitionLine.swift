/// One line of a `.msg` definition.
enum DefinitionLine {
  case constant(ROSSchema.Constant)
  case field(type: String, arity: ROSSchema.Arity, name: String, defaultValue: String?)

  /// Parses a line; nil when it is empty or a comment.
  init?(_ line: Substring) throws {
    let content = Self.withoutComment(line).trimmingBlanks
    guard !content.isEmpty else { return nil }
    guard let space = content.firstIndex(where: \.isBlank) else {
      throw FormatProblem("'\(content)' has a type but no name")
    }
    let type = content[..<space]
    let rest = content[space...].trimmingBlanks
    if let equals = rest.firstIndex(of: "="),
      !rest[..<equals].trimmingBlanks.contains(where: \.isBlank)
    {
      // A string constant of ROS 1 reaches to the end of the line, with any '#' in it.
      let name = String(rest[..<equals].trimmingBlanks)
      var value = rest[rest.index(after: equals)...].trimmingBlanks
      if type == "string", !value.hasPrefix("\""), !value.hasPrefix("'"),
        let mark = line.firstIndex(of: "=")
      {
        value = line[line.index(after: mark)...].trimmingBlanks
      }
      self = .constant(ROSSchema.Constant(type: String(type), name: name, value: String(value)))
      return
    }
    let nameEnd = rest.firstIndex(where: \.isBlank) ?? rest.endIndex
    let value = rest[nameEnd...].trimmingBlanks
    let (element, arity) = try Self.split(type)
    self = .field(
      type: element, arity: arity, name: String(rest[..<nameEnd]),
      defaultValue: value.isEmpty ? nil : String(value))
  }

  /// The primitive of a type's name; `char` and `byte` are 8-bit numbers in both languages.
  static func primitive(_ name: String) -> ROSSchema.Primitive? {
    switch name {
    case "char", "byte", "octet": .uint8
    default: ROSSchema.Primitive(rawValue: name)
    }
  }

  /// Splits `string<=10[<=5]` into its element and how many there are.
  private static func split(_ type: Substring) throws -> (String, ROSSchema.Arity) {
    var element = type
    var arity = ROSSchema.Arity.one
    if type.hasSuffix("]") {
      guard let open = type.lastIndex(of: "[") else {
        throw FormatProblem("'\(type)' is not a type")
      }
      element = type[..<open]
      let inside = type[type.index(after: open)...].dropLast()
      if inside.isEmpty {
        arity = .sequence(bound: nil)
      } else if inside.hasPrefix("<="), let bound = Int(inside.dropFirst(2)), bound >= 0 {
        arity = .sequence(bound: bound)
      } else if let count = Int(inside), count >= 0 {
        arity = .fixed(count)
      } else {
        throw FormatProblem("'\(type)' is not a type")
      }
    }
    if let bound = element.range(of: "<=") { element = element[..<bound.lowerBound] }
    guard element != "wstring" else {
      throw FormatProblem("the type wstring is not supported; only string is")
    }
    guard !element.isEmpty else { throw FormatProblem("'\(type)' is not a type") }
    return (String(element), arity)
  }

  private static func withoutComment(_ line: Substring) -> Substring {
    var quote: Character?
    for index in line.indices {
      let character = line[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "#" {
        return line[..<index]
      } else if character == "\"" || character == "'" {
        quote = character
      }
    }
    // A quote that never closes is an apostrophe; the comment then starts at the first mark.
    guard quote != nil, let mark = line.firstIndex(of: "#") else { return line }
    return line[..<mark]
  }
}

extension Character {
  fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\r" }
}

extension Substring {
  /// Without blanks at either end.
  var trimmingBlanks: Substring {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
    return start[...last]
  }

  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
