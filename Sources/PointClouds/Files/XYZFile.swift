/// Text with one point a line, numbers separated by blanks, commas or semicolons; `#` and `//` start comments.
///
/// The first three numbers are x, y, z. A fourth alone is the intensity; three more are the normal in `.xyzn` files, the colour
/// in `.xyzrgb` files (0 to 1) and where they all are whole numbers from 0 to 255. Anything else is kept as `column_4`,
/// `column_5` and so on. A first line of words is a heading and passed over.
enum XYZFile {
  static func read(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws -> CloudReading {
    if bytes.isEmpty { throw CloudFileError(file: file, problem: "the file is empty: no points") }
    var lines = TextLines(bytes)
    var start = lines
    var width = 0
    var hasHeading = false
    while width == 0 {
      start = lines
      guard let line = lines.next() else {
        throw CloudFileError(file: file, problem: "there is no line of numbers")
      }
      let words = line.split(whereSeparator: { isSeparator($0) })
      guard let first = words.first, !isComment(first) else { continue }
      if case .invalid = NumberText.parse(UnsafeBufferPointer(rebasing: first)) {
        if hasHeading {
          throw CloudFileError(
            file: file, place: "line \(lines.number)", problem: "this is no line of numbers")
        }
        hasHeading = true
        continue
      }
      width = words.count
      if width < 3 || width > 4096 {
        throw CloudFileError(
          file: file, place: "line \(lines.number)",
          problem: "a point needs 3 numbers or more, not \(width)")
      }
    }
    let names = ["x", "y", "z"] + (3..<width).map { "column_\($0 + 1)" }
    // Coordinates may be large: they go by way of Double.
    let fields = names.enumerated().map {
      CloudField(name: $1, type: $0 < 3 ? .float64 : .float32)
    }
    var rows = TextRows(fields: fields) { isSeparator($0) }
    rows.read(&start, limit: Int.max)
    let columns = rows.points.withUnsafeBytes {
      CloudColumn.split($0, fields: fields, pointCount: rows.count)
    }
    guard rows.count > 0,
      let cloud = PointCloud(columns: named(columns, file: file), count: rows.count)
    else {
      throw CloudFileError(file: file, problem: rows.problems.joined(separator: "; "))
    }
    return CloudReading(cloud: cloud, problems: rows.problems)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 9 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
  }

  private static func isComment(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    word.first == UInt8(ascii: "#") || word.starts(with: "//".utf8)
  }

  /// Columns of numbers without names, named by what they are likely to mean.
  static func named(_ columns: [CloudColumn], file: String = "") -> [CloudColumn] {
    func rename(_ names: [String]) -> [CloudColumn] {
      zip(columns, ["x", "y", "z"] + names).map { column, name in
        CloudColumn(
          field: CloudField(name: name, type: column.field.type), bytes: column.bytes)
      }
    }
    switch columns.count {
    case 4: return rename(["intensity"])
    case 6 where file.hasSuffix(".xyzn"): return rename(["nx", "ny", "nz"])
    case 6 where file.hasSuffix(".xyzrgb"): return rename(["red", "green", "blue"])
    case 6:
      let colors = columns[3...].compactMap(byteColumn)
      guard colors.count == 3 else { return columns }
      return rename(["red", "green", "blue"]).prefix(3)
        + zip(["red", "green", "blue"], colors).map {
          CloudColumn(field: CloudField(name: $0, type: .uint8), bytes: $1)
        }
    default: return columns
    }
  }

  /// The values as bytes when all are whole numbers from 0 to 255.
  private static func byteColumn(_ column: CloudColumn) -> [UInt8]? {
    let count = column.bytes.count / column.field.type.byteCount
    let values = [Float](unsafeUninitializedCapacity: count) { memory, filled in
      if let base = memory.baseAddress { column.copy(to: base) }
      filled = count
    }
    let areBytes = values.allSatisfy { $0 >= 0 && $0 <= 255 && $0 == $0.rounded() }
    return areBytes ? values.map { UInt8($0) } : nil
  }

  static func encode(_ cloud: PointCloud, file: String) throws -> [UInt8] {
    let kept = cloud.attributes.filter { $0.key == "intensity" && $0.value.shape[1] == 1 }
    let columns = try PointCloud(
      positions: cloud.positions, attributes: kept, origin: cloud.origin
    )
    .columns(style: .pcd, file: file)
    return CloudColumn.text(columns, count: cloud.count)
  }
}
