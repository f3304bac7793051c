/// Writes PLY files with one element, `vertex`.
enum PLYWriter {
  static func encode(_ cloud: PointCloud, encoding: CloudEncoding, file: String) throws -> [UInt8] {
    guard encoding != .binaryCompressed else {
      throw CloudFileError(file: file, problem: "PLY knows no compressed encoding")
    }
    let columns = try cloud.columns(style: .ply, file: file)
    let format = encoding == .ascii ? "ascii" : "binary_little_endian"
    let properties = columns.map { "property \(name($0.field.type)) \($0.field.name)" }
    let lines =
      ["ply", "format \(format) 1.0", "comment made by Parallax", "element vertex \(cloud.count)"]
      + properties + ["end_header", ""]
    let header = Array(lines.joined(separator: "\n").utf8)
    return encoding == .ascii
      ? header + CloudColumn.text(columns, count: cloud.count)
      : header + CloudColumn.interleave(columns, count: cloud.count)
  }

  private static func name(_ type: CloudScalarType) -> String {
    switch type {
    case .int8: "char"
    case .uint8: "uchar"
    case .int16: "short"
    case .uint16: "ushort"
    case .int32, .int64: "int"
    case .uint32, .uint64: "uint"
    case .float32: "float"
    case .float64: "double"
    }
  }
}
