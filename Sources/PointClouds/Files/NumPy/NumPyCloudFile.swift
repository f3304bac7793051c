/// Clouds as NumPy arrays.
///
/// A structured array names its fields: `x`, `y`, `z` or one of `xyz`, `position`, `positions`, `points` with three numbers.
/// A plain one has the shape `[N, K]`, or `[rows, columns, K]` for an organised cloud, K at least 3; its columns mean what those
/// of text files mean. Fortran order and big-endian numbers are read as well; what is written is little-endian in C order.
enum NumPyCloudFile {
  static func read(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws -> CloudReading {
    let header = try NumPyHeader(bytes, file: file)
    let layout = try NumPyCloudLayout(header, file: file)
    let data = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[header.dataOffset...])
    var count = layout.pointCount
    var problems: [String] = []
    if data.count / layout.pointSize < count {
      let found = data.count / layout.pointSize
      let problem =
        "truncated: \(data.count) bytes of data hold \(found) of \(count) points"
      guard !header.isFortranOrder, found > 0 else {
        throw CloudFileError(file: file, place: "byte \(header.dataOffset)", problem: problem)
      }
      problems.append(problem)
      count = found
    }
    let columns = layout.columns(data, count: count)
    let grid = problems.isEmpty ? layout.grid : nil
    let named = header.isStructured ? columns : XYZFile.named(columns)
    guard let cloud = PointCloud(columns: named, count: count, grid: grid) else {
      let names = columns.prefix(12).map(\.field.name).joined(separator: ", ")
      throw CloudFileError(
        file: file, place: "header",
        problem: "the fields hold no position x, y, z or xyz: \(names)")
    }
    return CloudReading(cloud: cloud, problems: problems)
  }

  static func encode(_ cloud: PointCloud, file: String) throws -> [UInt8] {
    let columns = try cloud.columns(style: .npy, file: file)
    let sides = cloud.grid.map { [$0.rows, $0.columns] } ?? [cloud.count]
    let isPlain = columns.count == 3
    let descr =
      isPlain
      ? "'\(code(columns[0].field.type))'"
      : "[" + columns.map { entry($0.field) }.joined(separator: ", ") + "]"
    return NumPyHeader.bytes(descr: descr, shape: sides + (isPlain ? [3] : []))
      + CloudColumn.interleave(columns, count: cloud.count)
  }

  private static func entry(_ field: CloudField) -> String {
    let name = String(
      field.name.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] })
    let shape = field.count == 1 ? "" : ", (\(field.count),)"
    return "('\(name)', '\(code(field.type))'\(shape))"
  }

  private static func code(_ type: CloudScalarType) -> String {
    switch type {
    case .int8: "|i1"
    case .uint8: "|u1"
    case .int16: "<i2"
    case .uint16: "<u2"
    case .int32: "<i4"
    case .uint32: "<u4"
    case .int64: "<i8"
    case .uint64: "<u8"
    case .float32: "<f4"
    case .float64: "<f8"
    }
  }
}
