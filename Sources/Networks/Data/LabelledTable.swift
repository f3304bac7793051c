public import Tensors

/// Rows of numbers with a class each, in memory.
public struct LabelledTable: Sendable {
  /// The numbers, `[N, F]` Float64.
  public let features: Tensor
  /// Number of each row's class, counted from 0.
  public let labels: [Int]
  /// Names of the classes.
  public let classNames: [String]
  /// The files that the rows come from; may be empty.
  public var files: [String] = []

  /// Number of rows.
  public var count: Int { labels.count }

  /// A table.
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64.
  ///   - labels: One class for each row, below the number of names.
  ///   - classNames: Names of the classes.
  public init(features: Tensor, labels: [Int], classNames: [String]) {
    precondition(
      features.rank == 2 && features.elementType == .float64 && features.shape[0] == labels.count,
      "\(labels.count) labels do not fit \(features.shape) of \(features.elementType)")
    precondition(
      labels.allSatisfy { classNames.indices.contains($0) },
      "a label is none of the \(classNames.count) classes")
    self.features = features
    self.labels = labels
    self.classNames = classNames
  }

  /// Reads numbers separated by commas, the last of each line being the class.
  ///
  /// The first line may be a header as scikit-learn writes it: number of rows, number of features, names of the classes. The
  /// file may be a gzip file. Without names, classes are named by their numbers.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``DatasetError`` with the line that is wrong.
  public init(csv path: String) throws(DatasetError) {
    let text = String(decoding: try DatasetFile(path: path).bytes, as: UTF8.self)
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated().filter { !$0.element.isEmpty }.map { (number: $0.offset + 1, text: $0.element) }
    var names: [String] = []
    if let first = lines.first {
      let cells = first.text.split(separator: ",", omittingEmptySubsequences: false)
      if cells.count > 2, cells[2...].allSatisfy({ Double($0) == nil }) {
        names = cells[2...].map(String.init)
        lines.removeFirst()
        try Self.check(header: cells, rows: lines.map(\.text), path: path)
      }
    }
    guard let width = lines.first?.text.split(separator: ",").count, width >= 2 else {
      throw DatasetError(path: path, "holds no rows of at least one number and a class")
    }
    var values: [Double] = []
    values.reserveCapacity(lines.count * (width - 1))
    var labels: [Int] = []
    for line in lines {
      let cells = line.text.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == width else {
        throw DatasetError(
          path: path, "line \(line.number) has \(cells.count) cells, others have \(width)")
      }
      for cell in cells.dropLast() {
        guard let value = Double(cell), value.isFinite else {
          throw DatasetError(path: path, "line \(line.number): '\(cell.prefix(40))' is no number")
        }
        values.append(value)
      }
      let last = cells[width - 1]
      guard let label = Double(last).flatMap({ Int(exactly: $0) }), (0..<1000).contains(label),
        names.isEmpty || label < names.count
      else {
        throw DatasetError(path: path, "line \(line.number): '\(last.prefix(40))' is no class")
      }
      labels.append(label)
    }
    if names.isEmpty { names = (0...(labels.max() ?? 0)).map(String.init) }
    self.init(
      features: Tensor(values, shape: [labels.count, width - 1]), labels: labels,
      classNames: names)
    files = [path]
  }

  private static func check(header: [Substring], rows: [Substring], path: String)
    throws(DatasetError)
  {
    guard Int(header[0]) == rows.count else {
      throw DatasetError(
        path: path, "the header states \(header[0]) rows, the file holds \(rows.count)")
    }
    let width = rows.first?.split(separator: ",").count ?? 0
    guard Int(header[1]) == width - 1 else {
      throw DatasetError(
        path: path, "the header states \(header[1]) features, line 2 holds \(width - 1)")
    }
  }

  /// Some of the rows, in a given order.
  ///
  /// - Parameter indices: Their numbers.
  /// - Returns: Copies of the rows.
  public func subset(_ indices: [Int]) -> LabelledTable {
    let width = features.shape[1]
    let rows = features.withUnsafeElements(of: Double.self) { source in
      indices.flatMap { source[$0 * width..<($0 + 1) * width] }
    }
    return LabelledTable(
      features: Tensor(rows, shape: [indices.count, width]), labels: indices.map { labels[$0] },
      classNames: classNames)
  }

  /// The rows of some classes, which are numbered anew in the given order.
  ///
  /// - Parameter classes: Numbers of the classes, each at most once.
  /// - Returns: Copies of their rows, in the old order.
  public func restricted(toClasses classes: [Int]) -> LabelledTable {
    var newNumber = [Int?](repeating: nil, count: classNames.count)
    for (number, old) in classes.enumerated() { newNumber[old] = number }
    let kept = subset(labels.indices.filter { newNumber[labels[$0]] != nil })
    return LabelledTable(
      features: kept.features, labels: kept.labels.compactMap { newNumber[$0] },
      classNames: classes.map { classNames[$0] })
  }
}
