import Geometry

/// Writes PCD files, version 0.7.
enum PCDWriter {
  static func encode(
    _ cloud: PointCloud, encoding: CloudEncoding, viewpoint: Pose, file: String
  ) throws -> [UInt8] {
    let columns = try cloud.columns(style: .pcd, file: file)
    let header = Array(
      header(of: columns, cloud: cloud, encoding: encoding, viewpoint: viewpoint).utf8)
    switch encoding {
    case .ascii: return header + CloudColumn.text(columns, count: cloud.count)
    case .binaryBigEndian:
      throw CloudFileError(
        file: file, problem: "PCD knows no big-endian encoding; use binary or binary_compressed")
    case .binary: return header + CloudColumn.interleave(columns, count: cloud.count)
    case .binaryCompressed:
      let table = columns.reduce(into: [UInt8]()) { $0 += $1.bytes }
      let stream = LZF.compress(table)
      guard let compressed = UInt32(exactly: stream.count), let size = UInt32(exactly: table.count)
      else {
        throw CloudFileError(
          file: file, problem: "\(table.count) bytes are too many for a compressed PCD (4 GiB)")
      }
      return header + bytes(of: compressed) + bytes(of: size) + stream
    }
  }

  private static func bytes(of value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func header(
    of columns: [CloudColumn], cloud: PointCloud, encoding: CloudEncoding, viewpoint: Pose
  ) -> String {
    let fields = columns.map(\.field)
    let grid = cloud.grid ?? (rows: 1, columns: cloud.count)
    let data =
      switch encoding {
      case .ascii: "ascii"
      case .binary, .binaryBigEndian: "binary"
      case .binaryCompressed: "binary_compressed"
      }
    func line(_ key: String, _ word: (CloudField) -> String) -> String {
      ([key] + fields.map(word)).joined(separator: " ")
    }
    let comments = CloudComment.text(ofOrigin: cloud.origin).map { ["# " + $0] } ?? []
    let head = ["# .PCD v0.7 - Point Cloud Data file format"] + comments
    let lines = [
      "VERSION 0.7", line("FIELDS") { $0.name },
      line("SIZE") { "\($0.type.byteCount)" }, line("TYPE") { letter($0.type) },
      line("COUNT") { "\($0.count)" }, "WIDTH \(grid.columns)", "HEIGHT \(grid.rows)",
      "VIEWPOINT \(CloudComment.text(of: viewpoint))", "POINTS \(cloud.count)", "DATA \(data)", "",
    ]
    return (head + lines).joined(separator: "\n")
  }

  private static func letter(_ type: CloudScalarType) -> String {
    switch type {
    case .int8, .int16, .int32, .int64: "I"
    case .uint8, .uint16, .uint32, .uint64: "U"
    case .float32, .float64: "F"
    }
  }
}
