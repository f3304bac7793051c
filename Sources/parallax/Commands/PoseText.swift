import Foundation
import Geometry

/// A pose as a text file of numbers: a 4 x 4 or 3 x 4 matrix, row by row.
enum PoseText {
  /// Reads a pose.
  ///
  /// Throws `CommandFailure` when the file holds something else.
  static func read(_ path: String) throws -> Pose {
    guard let data = FileManager.default.contents(atPath: path),
      data.count < 1 << 16, let text = String(data: data, encoding: .utf8)
    else {
      throw CommandFailure(.unreadableInput, "\(path): no such file, or it is no short text")
    }
    let words = text.split(whereSeparator: { $0.isWhitespace || $0 == "," })
    let m = words.compactMap { Double($0) }
    guard m.count == words.count, m.count == 12 || m.count == 16,
      m.allSatisfy({ $0.isFinite }), m.count == 12 || Array(m[12...]) == [0, 0, 0, 1]
    else {
      throw CommandFailure(
        .unreadableInput, "\(path): a pose is 12 numbers, or 16 that end in 0 0 0 1, row by row")
    }
    let rotation = Matrix3(rows: [
      Vector3(m[0], m[1], m[2]), Vector3(m[4], m[5], m[6]), Vector3(m[8], m[9], m[10]),
    ])
    let product = rotation * rotation.transpose
    let isRotation =
      zip(product.elements, Matrix3.identity.elements).allSatisfy { abs($0 - $1) < 1e-2 }
      && rotation.determinant > 0
    guard isRotation else {
      throw CommandFailure(
        .unreadableInput,
        "\(path): the matrix is no rotation (its rows must be perpendicular, of length 1)")
    }
    return Pose(rotation: Quaternion(rotation), translation: Vector3(m[3], m[7], m[11]))
  }

  /// Writes the 4 x 4 matrix.
  static func write(_ pose: Pose, to path: String) throws {
    let text = rows(pose).map { row in
      row.map { "\($0)" }.joined(separator: " ") + "\n"
    }.joined()
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch { throw CommandFailure(.failure, "\(path): cannot be written") }
  }

  static func rows(_ pose: Pose) -> [[Double]] {
    let (rows, t) = (pose.rotation.matrix.rows, pose.translation)
    return (0..<3).map { [rows[$0].x, rows[$0].y, rows[$0].z, t[$0]] } + [[0, 0, 0, 1]]
  }
}
