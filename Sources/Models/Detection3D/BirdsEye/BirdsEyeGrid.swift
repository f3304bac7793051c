public import Geometry

/// The cells of a map seen from above.
///
/// Row r and column c hold the places `low + (c, r) * cell` up to the next cell; rows go along y, columns along x.
public struct BirdsEyeGrid: Sendable, Equatable {
  /// Lowest x and y, metres.
  public let low: (x: Double, y: Double)
  /// Edges of a cell along x and y, metres.
  public let cell: (x: Double, y: Double)
  /// Cells along y.
  public let rows: Int
  /// Cells along x.
  public let columns: Int

  /// A grid.
  ///
  /// - Parameters:
  ///   - low: Lowest x and y, metres.
  ///   - cell: Edges of a cell along x and y, metres.
  ///   - rows: Cells along y.
  ///   - columns: Cells along x.
  public init(low: (x: Double, y: Double), cell: (x: Double, y: Double), rows: Int, columns: Int) {
    self.low = low
    self.cell = cell
    self.rows = rows
    self.columns = columns
  }

  /// Number of cells.
  public var count: Int { rows * columns }

  /// Whether a place lies over the grid, its lower sides included.
  ///
  /// - Parameter place: A place, metres; z is not looked at.
  /// - Returns: Whether one of the cells holds it.
  public func contains(_ place: Vector3) -> Bool {
    let (column, row) = position(of: place)
    return column >= 0 && row >= 0 && column < Double(columns) && row < Double(rows)
  }

  /// A place in cells from the lowest corner.
  func position(of place: Vector3) -> (column: Double, row: Double) {
    ((place.x - low.x) / cell.x, (place.y - low.y) / cell.y)
  }

  /// Whether two grids have the same cells.
  public static func == (a: BirdsEyeGrid, b: BirdsEyeGrid) -> Bool {
    a.low == b.low && a.cell == b.cell && a.rows == b.rows && a.columns == b.columns
  }
}
