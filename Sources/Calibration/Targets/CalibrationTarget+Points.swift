public import Geometry

extension CalibrationTarget {
  /// The points in the target's frame, metres, z = 0, by index.
  public var points: [Vector3] {
    switch self {
    case .checkerboard(let columns, let rows, let square):
      Self.grid(columns: columns, rows: rows, step: square)
    case .asymmetricCircles(let columns, let rows, let spacing):
      (0..<max(rows, 0)).flatMap { row in
        (0..<max(columns, 0)).map {
          Vector3(Double(2 * $0 + row % 2) * spacing, Double(row) * spacing, 0)
        }
      }
    case .charuco(let columns, let rows, let square, _, _):
      Self.grid(columns: columns - 1, rows: rows - 1, step: square)
    case .aprilGrid(let columns, let rows, let tag, let gap):
      (0..<max(rows, 0)).flatMap { row in
        (0..<max(columns, 0)).flatMap { column in
          let x = Double(column) * tag * (1 + gap)
          let y = Double(row) * tag * (1 + gap)
          return [
            Vector3(x, y, 0), Vector3(x + tag, y, 0), Vector3(x + tag, y + tag, 0),
            Vector3(x, y + tag, 0),
          ]
        }
      }
    }
  }

  private static func grid(columns: Int, rows: Int, step: Double) -> [Vector3] {
    (0..<max(rows, 0)).flatMap { row in
      (0..<max(columns, 0)).map { Vector3(Double($0) * step, Double(row) * step, 0) }
    }
  }
}
