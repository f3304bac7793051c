import Geometry

/// Writes PLY files with one element, `vertex`.
enum PLYWriter {
  static func encode(
    _ cloud: PointCloud, encoding: CloudEncoding, viewpoint: Pose, file: String
  ) throws -> [UInt8] {
    guard encoding != .binaryCompressed else {
      throw CloudFileError(
        file: file, problem: "PLY knows no compressed encoding; use binary, or a .pcd file")
    }
    let columns = try cloud.columns(style: .ply, file: file)
    var comments = [CloudComment.text(ofOrigin: cloud.origin)].compactMap { $0 }
    if viewpoint != .identity { comments.append("viewpoint " + CloudComment.text(of: viewpoint)) }
    if let grid = cloud.grid { comments.append("grid \(grid.rows) \(grid.columns)") }
    let lines =
      head(encoding, comments: comments) + element("vertex", count: cloud.count, columns)
      + ["end_header", ""]
    return Array(lines.joined(separator: "\n").utf8)
      + rows(columns, count: cloud.count, encoding: encoding)
  }

  /// The first lines of a header.
  static func head(_ encoding: CloudEncoding, comments: [String]) -> [String] {
    let format =
      switch encoding {
      case .ascii: "ascii"
      case .binaryBigEndian: "binary_big_endian"
      case .binary, .binaryCompressed: "binary_little_endian"
      }
    return ["ply", "format \(format) 1.0", "comment made by Parallax"]
      + comments.map { "comment " + $0 }
  }

  /// The header lines of an element of single values.
  static func element(_ name: String, count: Int, _ columns: [CloudColumn]) -> [String] {
    ["element \(name) \(count)"]
      + columns.map { "property \(self.name($0.field.type)) \($0.field.name)" }
  }

  /// The rows of an element of single values.
  static func rows(_ columns: [CloudColumn], count: Int, encoding: CloudEncoding) -> [UInt8] {
    switch encoding {
    case .ascii: CloudColumn.text(columns, count: count)
    case .binary, .binaryCompressed: CloudColumn.interleave(columns, count: count)
    case .binaryBigEndian: CloudColumn.interleave(columns.map(\.byteSwapped), count: count)
    }
  }

  static func name(_ type: CloudScalarType) -> String {
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
