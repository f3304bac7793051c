/// Reads numbers from text as data sets write them.
enum NumberText {
  /// The whitespace-separated words of a line.
  static func words(_ line: some StringProtocol) -> [Substring] {
    Substring(line).split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
  }

  /// The lines of a text without their ends.
  static func lines(_ text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }

  /// All numbers, or what is wrong with the first word that is none.
  static func numbers(_ words: [Substring]) throws(NumberTextError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(words.count)
    for (index, word) in words.enumerated() {
      guard let value = Double(word) else {
        throw NumberTextError(problem: "value \(index + 1) is '\(word.prefix(40))', not a number")
      }
      guard value.isFinite else {
        throw NumberTextError(problem: "value \(index + 1) is '\(word.prefix(40))', not finite")
      }
      values.append(value)
    }
    return values
  }
}

/// What is wrong with a number in a text.
struct NumberTextError: Error, CustomStringConvertible {
  var problem: String
  var description: String { problem }
}
