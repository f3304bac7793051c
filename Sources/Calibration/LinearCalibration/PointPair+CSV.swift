import Configuration
import Foundation
import Geometry

extension PointPair {
  /// Reads lines `X,Y,Z,u,v`: metres and pixels; a header line with these names may come first.
  ///
  /// - Parameters:
  ///   - text: The lines; empty ones are skipped.
  ///   - file: The file's name, for messages.
  /// - Returns: The pairs in the order of the lines.
  /// - Throws: ``Configuration/ConfigurationError`` with line and column of the first mistake.
  public static func parse(csv text: String, file: String) throws -> [PointPair] {
    let names = ["X", "Y", "Z", "u", "v"]
    var (pairs, isFirst) = ([PointPair](), true)
    let body = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    for (index, line) in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      if line.allSatisfy(\.isWhitespace) { continue }
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let words = fields.map { $0.trimmingCharacters(in: .whitespaces) }
      defer { isFirst = false }
      if isFirst && words.map({ $0.lowercased() }) == names.map({ $0.lowercased() }) { continue }
      var (numbers, column) = ([Double](), 1)
      for (place, field) in fields.enumerated() {
        let position = SourcePosition(file: file, line: index + 1, column: column)
        guard place < names.count else {
          throw ConfigurationError(
            at: position, "more than 5 columns", hint: "a line holds X,Y,Z,u,v", kind: .missing)
        }
        guard let number = Double(words[place]), number.isFinite else {
          throw ConfigurationError(
            at: position, "\(names[place]) is no finite number: '\(words[place].prefix(40))'",
            hint: isFirst ? "the header is X,Y,Z,u,v" : "", kind: .missing)
        }
        numbers.append(number)
        column += field.count + 1
      }
      guard numbers.count == names.count else {
        throw ConfigurationError(
          at: SourcePosition(file: file, line: index + 1, column: column - 1),
          "\(names[numbers.count]) is missing", hint: "a line holds X,Y,Z,u,v", kind: .missing)
      }
      pairs.append(
        PointPair(
          world: Vector3(numbers[0], numbers[1], numbers[2]),
          pixel: Vector2(numbers[3], numbers[4])))
    }
    return pairs
  }
}
