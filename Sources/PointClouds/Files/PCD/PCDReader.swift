/// Reads PCD files.
///
/// - Note: Source: pointclouds.org, "The PCD (Point Cloud Data) file format", versions 0.5 to 0.7.
struct PCDReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let file: String
  let header: PCDHeader

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws {
    self.bytes = bytes
    self.file = file
    header = try PCDHeader(bytes, file: file)
  }

  func read() throws -> CloudReading {
    let (columns, count, problems) =
      switch header.encoding {
      case .ascii: try readText()
      case .binary, .binaryBigEndian: try readBinary()
      case .binaryCompressed: try readCompressed()
      }
    let isWhole = count == header.points
    let grid = header.height > 1 && isWhole ? (rows: header.height, columns: header.width) : nil
    guard let cloud = PointCloud(columns: columns, count: count, grid: grid, origin: header.origin)
    else {
      throw CloudFileError(file: file, place: "header", problem: "no position x, y, z in FIELDS")
    }
    return CloudReading(cloud: cloud, problems: problems, viewpoint: header.viewpoint)
  }

  private typealias Table = (columns: [CloudColumn], count: Int, problems: [String])

  private func readText() throws -> Table {
    var lines = TextLines(bytes, offset: header.dataOffset, number: header.lineCount)
    var rows = TextRows(fields: header.fields)
    rows.read(&lines, limit: header.points)
    var problems = rows.problems
    if rows.count < header.points {
      problems.append("\(rows.count) of \(header.points) points could be read")
    }
    if rows.count == 0 && header.points > 0 {
      throw CloudFileError(
        file: file, place: "data", problem: problems.joined(separator: "; "))
    }
    return rows.points.withUnsafeBytes {
      (CloudColumn.split($0, fields: header.fields, pointCount: rows.count), rows.count, problems)
    }
  }

  private func readBinary() throws -> Table {
    let data = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[header.dataOffset...])
    let count = min(header.points, data.count / header.stride)
    var problems: [String] = []
    if count < header.points {
      let problem =
        "truncated: \(data.count) bytes of data hold \(count) of \(header.points) points"
      if count == 0 {
        throw CloudFileError(file: file, place: "byte \(header.dataOffset)", problem: problem)
      }
      problems.append(problem)
    }
    let columns = CloudColumn.split(data, fields: header.fields, pointCount: count)
    return (columns, count, problems)
  }

  private func readCompressed() throws -> Table {
    func error(_ problem: String) -> CloudFileError {
      CloudFileError(file: file, place: "byte \(header.dataOffset)", problem: problem)
    }
    if header.points == 0 { return (header.fields.map { .init(field: $0, bytes: []) }, 0, []) }
    let data = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[header.dataOffset...])
    guard data.count >= 8 else { throw error("truncated before the compressed data's size") }
    let compressed = Int(UInt32(littleEndian: data.loadUnaligned(as: UInt32.self)))
    let size = Int(
      UInt32(littleEndian: data.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    let (needed, overflows) = header.points.multipliedReportingOverflow(by: header.stride)
    guard !overflows, size == needed else {
      throw error("compressed data claim \(size) bytes, but \(header.points) points need \(needed)")
    }
    guard compressed <= data.count - 8 else {
      throw error("compressed data are truncated: \(data.count - 8) of \(compressed) bytes")
    }
    let stream = UnsafeBufferPointer(
      rebasing: bytes[header.dataOffset + 8..<header.dataOffset + 8 + compressed])
    guard let table = LZF.decompress(stream, count: size) else {
      throw error(
        "the compressed data (LZF) are corrupt; fetch the file again, nothing can be saved")
    }
    var start = 0
    let columns = header.fields.map { field in
      let end = start + field.byteCount * header.points
      defer { start = end }
      return CloudColumn(field: field, bytes: Array(table[start..<end]))
    }
    return (columns, header.points, [])
  }
}
