import Foundation
import Geometry

extension KITTILabel {
  /// Reads a label or result file: 15 columns a line, 16 with a score.
  ///
  /// - Parameters:
  ///   - text: The file's text; an empty one holds no object.
  ///   - name: The file's name, for messages.
  ///   - place: Where in the log, for messages, for example `frame 000001`.
  /// - Returns: The labels in the order of the file.
  /// - Throws: ``LogError`` that names the line, the column and what is wrong.
  public static func parse(_ text: String, named name: String, place: String = "") throws
    -> [KITTILabel]
  {
    var labels: [KITTILabel] = []
    for (index, line) in NumberText.lines(text).enumerated() {
      let words = NumberText.words(line)
      if words.isEmpty { continue }
      do throws(NumberTextError) {
        labels.append(try KITTILabel(columns: words))
      } catch {
        let place = place.isEmpty ? "line \(index + 1)" : place + ", line \(index + 1)"
        throw LogError(.undecodable, file: name, place: place, problem: "label: " + error.problem)
      }
    }
    return labels
  }

  /// The text of a file with these labels; empty for none.
  ///
  /// - Parameter labels: The labels.
  /// - Returns: One line each, with a score column where a label has a score.
  public static func text(of labels: [KITTILabel]) -> String {
    labels.map { $0.line + "\n" }.joined()
  }

  /// The columns as one line: numbers with four digits behind the point, the score with six.
  public var line: String {
    let numbers = [
      alpha, box.x1, box.y1, box.x2, box.y2, height, width, length, location.x, location.y,
      location.z, rotationY,
    ]
    var words = [type.isEmpty ? "Unknown" : type.replacingOccurrences(of: " ", with: "_")]
    words += [Self.decimal(truncated), "\(occluded)"] + numbers.map { Self.decimal($0) }
    if let score { words.append(String(format: "%.6f", score)) }
    return words.joined(separator: " ")
  }

  private static func decimal(_ value: Double) -> String { String(format: "%.4f", value) }

  private static let columnNames = [
    "type", "truncated", "occluded", "alpha", "left", "top", "right", "bottom", "height", "width",
    "length", "x", "y", "z", "rotation_y", "score",
  ]

  private init(columns words: [Substring]) throws(NumberTextError) {
    guard words.count == 15 || words.count == 16 else {
      throw NumberTextError(
        problem: "has \(words.count) columns, expected 15 (or 16 with a score)")
    }
    var v: [Double] = [0]
    for (index, word) in words.enumerated().dropFirst() {
      guard let value = Double(word), value.isFinite else {
        throw NumberTextError(
          problem: "column \(index + 1) (\(Self.columnNames[index])) is '\(word.prefix(40))', "
            + "not a number")
      }
      v.append(value)
    }
    guard let occluded = Int(exactly: v[2].rounded()) else {
      throw NumberTextError(problem: "column 3 (occluded) is '\(words[2])', not 0 to 3")
    }
    let score = v.count == 16 ? v[15] : nil
    self.init(
      type: String(words[0]), truncated: v[1], occluded: occluded, alpha: v[3],
      box: Box2D(
        x1: v[4], y1: v[5], x2: v[6], y2: v[7], label: String(words[0]), score: score ?? 1),
      height: v[8], width: v[9], length: v[10], location: Vector3(v[11], v[12], v[13]),
      rotationY: v[14], score: score)
  }
}
