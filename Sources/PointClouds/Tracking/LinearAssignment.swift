/// Pairs rows with columns at the least sum of costs.
///
/// - Note: Source: Kuhn, "The Hungarian method for the assignment problem", 1955; by shortest augmenting paths as in Jonker and
///   Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987.
public enum LinearAssignment {
  /// Pairs rows with columns.
  ///
  /// As many pairs as possible are made of allowed costs, and among these the sum is least.
  ///
  /// - Parameters:
  ///   - costs: Costs of row r and column c at `r * columns + c`; infinite where a pair is not allowed.
  ///   - rows: Number of rows.
  ///   - columns: Number of columns.
  /// - Returns: For each row its column, or nil.
  public static func pairs(_ costs: [Double], rows: Int, columns: Int) -> [Int?] {
    precondition(costs.count == rows * columns, "\(costs.count) costs of \(rows) x \(columns)")
    guard rows > 0, columns > 0 else { return [Int?](repeating: nil, count: rows) }
    let allowed = costs.filter(\.isFinite)
    // A pair that is not allowed costs more than all others together.
    let largest = allowed.reduce(0) { max($0, abs($1)) }
    let forbidden = 2 * (largest + 1) * Double(min(rows, columns) + 1)
    let size = max(rows, columns)
    func cost(_ row: Int, _ column: Int) -> Double {
      guard row < rows, column < columns else { return 0 }
      let cost = costs[row * columns + column]
      return cost.isFinite ? cost : forbidden
    }
    // Rows and columns are counted from 1; column 0 starts each search.
    var rowPrice = [Double](repeating: 0, count: size + 1)
    var columnPrice = [Double](repeating: 0, count: size + 1)
    var rowOf = [Int](repeating: 0, count: size + 1)
    for row in 1...size {
      rowOf[0] = row
      var (column, shortest) = (0, [Double](repeating: .infinity, count: size + 1))
      var (before, isDone) = (
        [Int](repeating: 0, count: size + 1), [Bool](repeating: false, count: size + 1)
      )
      repeat {
        isDone[column] = true
        let here = rowOf[column]
        var (step, next) = (Double.infinity, 0)
        for other in 1...size where !isDone[other] {
          let reduced = cost(here - 1, other - 1) - rowPrice[here] - columnPrice[other]
          if reduced < shortest[other] { (shortest[other], before[other]) = (reduced, column) }
          if shortest[other] < step { (step, next) = (shortest[other], other) }
        }
        for other in 0...size {
          if isDone[other] {
            rowPrice[rowOf[other]] += step
            columnPrice[other] -= step
          } else {
            shortest[other] -= step
          }
        }
        column = next
      } while rowOf[column] != 0
      while column != 0 {
        rowOf[column] = rowOf[before[column]]
        column = before[column]
      }
    }
    var result = [Int?](repeating: nil, count: rows)
    for column in 1...columns where rowOf[column] <= rows {
      let row = rowOf[column] - 1
      if costs[row * columns + column - 1].isFinite { result[row] = column - 1 }
    }
    return result
  }
}
