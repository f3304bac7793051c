/// Where the numbers of a cloud's points lie in a NumPy array.
struct NumPyCloudLayout {
  /// Bytes of one point.
  let pointSize: Int
  let pointCount: Int
  /// Rows and columns of an organised cloud.
  let grid: (rows: Int, columns: Int)?

  private let header: NumPyHeader
  /// Numbers in a row of a plain array; 1 for structured arrays.
  private let width: Int

  init(_ header: NumPyHeader, file: String) throws {
    func failure(_ problem: String) -> CloudFileError {
      CloudFileError(file: file, place: "header", problem: problem)
    }
    self.header = header
    var sides = header.shape
    var width = 1
    if !header.isStructured {
      guard let last = sides.popLast(), last >= 3, last <= 4096, !sides.isEmpty else {
        let hint = header.shape.first == 3 ? "; transpose it: array.T" : ""
        throw failure(
          "an array of shape \(header.shape) is no cloud, which has the shape [N, 3] or wider\(hint)"
        )
      }
      width = last
    }
    guard sides.count <= 2 else {
      throw failure("an array of shape \(header.shape) is no cloud; reshape it to [N, K]")
    }
    for field in header.fields where field.type == nil && !field.code.hasPrefix("|V") {
      throw failure(
        "the type '\(field.code)' of '\(field.name)' is not read; save integers or floats of up to 64 bits"
      )
    }
    self.width = width
    pointSize = header.itemSize * width
    pointCount = sides.reduce(1, *)
    grid = sides.count == 2 ? (rows: sides[0], columns: sides[1]) : nil
  }

  /// The columns of the first `count` points.
  func columns(_ data: UnsafeRawBufferPointer, count: Int) -> [CloudColumn] {
    let isTransposed = header.isFortranOrder && grid != nil
    var columns: [CloudColumn] = []
    if header.isStructured {
      for field in header.fields where field.type != nil && !field.name.isEmpty {
        columns += column(
          field, named: field.name, data, offset: field.offset, stride: pointSize, count: count)
      }
    } else {
      let field = header.fields[0]
      for k in 0..<width {
        let name = k < 3 ? ["x", "y", "z"][k] : "column_\(k + 1)"
        let size = header.itemSize
        columns += column(
          field, named: name, data,
          offset: header.isFortranOrder ? k * size * pointCount : k * size,
          stride: header.isFortranOrder ? size : pointSize, count: count)
      }
    }
    return isTransposed ? columns.map(rowMajor) : columns
  }

  private func column(
    _ field: NumPyHeader.Field, named name: String, _ data: UnsafeRawBufferPointer, offset: Int,
    stride: Int, count: Int
  ) -> [CloudColumn] {
    guard let type = field.type else { return [] }
    var column = CloudColumn(
      field: CloudField(name: name, type: type, count: field.count), from: data, offset: offset,
      stride: stride, pointCount: count, isBigEndian: field.isBigEndian)
    if field.isHalf { column = column.widenedHalves }
    let isPosition = ["xyz", "position", "positions", "points"].contains(name.lowercased())
    guard isPosition, field.count == 3 else { return [column] }
    let fields = ["x", "y", "z"].map { CloudField(name: $0, type: column.field.type) }
    return column.bytes.withUnsafeBytes {
      CloudColumn.split($0, fields: fields, pointCount: count)
    }
  }

  /// Points stored column by column of the grid, in rows.
  private func rowMajor(_ column: CloudColumn) -> CloudColumn {
    guard let grid, grid.rows > 0, grid.columns > 0 else { return column }
    let size = column.field.byteCount
    var result = column
    column.bytes.withUnsafeBytes { source in
      result.bytes.withUnsafeMutableBytes { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        for row in 0..<grid.rows {
          for k in 0..<grid.columns {
            (to + (row * grid.columns + k) * size).copyMemory(
              from: from + (k * grid.rows + row) * size, byteCount: size)
          }
        }
      }
    }
    return result
  }
}

extension CloudColumn {
  /// Half-precision numbers, held as 16-bit patterns, as Float.
  fileprivate var widenedHalves: CloudColumn {
    let floats = bytes.withUnsafeBytes { raw in
      raw.bindMemory(to: UInt16.self).map { Float(Float16(bitPattern: $0)) }
    }
    return CloudColumn(
      field: CloudField(name: field.name, type: .float32, count: field.count),
      bytes: floats.withUnsafeBytes { Array($0) })
  }
}
