import Foundation

/// What was measured in the course of a training run: named columns, one row for each epoch.
///
/// ```swift
/// var log = MetricLog(columns: ["epoch", "loss", "accuracy"])
/// log.append(["epoch": 1, "loss": 0.31, "accuracy": 0.91])
/// try log.write(to: "out/log.csv")
/// ```
public struct MetricLog: Sendable, Equatable {
  /// Names of the columns.
  public let columns: [String]
  /// The rows; nil where nothing was measured.
  public private(set) var rows: [[Double?]] = []

  /// A log without rows.
  ///
  /// - Parameter columns: Names of the columns, without commas, quotes and line breaks.
  public init(columns: [String]) {
    precondition(
      columns.allSatisfy { !$0.contains(where: { ",\"\r\n".contains($0) }) },
      "a name of the columns \(columns) cannot stand in a CSV file")
    self.columns = columns
  }

  /// Adds a row.
  ///
  /// - Parameter values: Values by column; columns that are left out stay empty.
  public mutating func append(_ values: [String: Double]) {
    for name in values.keys.sorted() {
      precondition(columns.contains(name), "the log has no column '\(name)'")
    }
    rows.append(columns.map { values[$0] })
  }

  /// The values of one column.
  ///
  /// - Parameter name: The column.
  /// - Returns: Its values from the first row on; empty when there is no such column.
  public func values(of name: String) -> [Double?] {
    guard let column = columns.firstIndex(of: name) else { return [] }
    return rows.map { $0[column] }
  }

  /// The log as comma-separated values with a header; numbers in their shortest form that reads back exactly.
  public var csv: String {
    let lines = rows.map { row in
      row.map { $0.map(Self.text) ?? "" }.joined(separator: ",")
    }
    return ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }

  /// Reads a log.
  ///
  /// - Parameter csv: As ``csv`` gives it.
  /// - Throws: ``TrainingError`` when a row has another number of cells, or a cell is no number.
  public init(csv: String) throws(TrainingError) {
    var lines = csv.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    guard let header = lines.first, !header.isEmpty else {
      throw TrainingError("the metric log has no header")
    }
    columns = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for (number, line) in lines.enumerated().dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == columns.count else {
        throw TrainingError(
          "line \(number + 1) of the metric log has \(cells.count) cells, not \(columns.count)")
      }
      var row: [Double?] = []
      for cell in cells {
        guard let value = Double(cell) ?? (cell.isEmpty ? .nan : nil) else {
          throw TrainingError(
            "line \(number + 1) of the metric log: '\(cell.prefix(40))' is no number")
        }
        row.append(cell.isEmpty ? nil : value)
      }
      rows.append(row)
    }
  }

  /// Writes the log as CSV; the file appears whole or not at all.
  ///
  /// - Parameter path: The file; one that exists is replaced.
  /// - Throws: ``TrainingError`` when it cannot be written.
  public func write(to path: String) throws(TrainingError) {
    try WholeFile.write(Array(csv.utf8), to: path)
  }

  private static func text(_ value: Double) -> String {
    // Whole numbers, such as epochs, without a point.
    if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
    return String(value)
  }
}
