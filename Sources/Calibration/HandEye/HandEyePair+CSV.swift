import Configuration
import Foundation
import Geometry

extension HandEyePair {
  /// Reads lines of 14 numbers: position x y z (metres) and quaternion w x y z of base_from_hand, then of camera_from_target.
  ///
  /// Empty lines, lines that start with `#` and a first line of names are skipped.
  ///
  /// - Parameters:
  ///   - text: The lines; numbers are separated by commas.
  ///   - file: The file's name, for messages.
  /// - Returns: The stops in the order of the lines.
  /// - Throws: ``Configuration/ConfigurationError`` with the line of the first mistake.
  public static func parse(csv text: String, file: String) throws -> [HandEyePair] {
    var (pairs, isFirst) = ([HandEyePair](), true)
    let body = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    for (index, line) in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
      let words = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      let numbers = words.compactMap(Double.init).filter(\.isFinite)
      defer { isFirst = false }
      if isFirst && numbers.isEmpty { continue }
      let position = SourcePosition(file: file, line: index + 1, column: 1)
      guard numbers.count == words.count, numbers.count == 14 else {
        throw ConfigurationError(
          at: position, "not 14 finite numbers: \(line.prefix(40))",
          hint: "x,y,z,qw,qx,qy,qz of the hand, then of the target", kind: .missing)
      }
      let poses = try [0, 7].map { start in
        let (t, q) = (
          numbers[start..<start + 3].map { $0 }, numbers[start + 3..<start + 7].map { $0 }
        )
        let length = q.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard abs(length - 1) < 1e-3 else {
          throw ConfigurationError(
            at: position, "the quaternion w x y z has the length \(length), not 1", kind: .missing)
        }
        return Pose(
          rotation: Quaternion(w: q[0], x: q[1], y: q[2], z: q[3]),
          translation: Vector3(t[0], t[1], t[2]))
      }
      pairs.append(HandEyePair(baseFromHand: poses[0], cameraFromTarget: poses[1]))
    }
    return pairs
  }
}
