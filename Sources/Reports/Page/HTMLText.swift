import Foundation

/// Text made safe for its place in a page.
enum HTMLText {
  /// Text for an element's content or a quoted attribute.
  static func escape(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\u{0}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// A JSON string that may stand inside a script element.
  static func json(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1F}":
        result += String(format: "\\u%04x", character.value)
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }

  /// A JSON number; null where it is not finite.
  static func json(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return String(Double(String(format: "%.7g", value)) ?? value)
  }

  /// A JSON list.
  static func json(_ values: [Double]) -> String {
    "[" + values.map { json($0) }.joined(separator: ",") + "]"
  }
}
