import Tensors

/// KITTI's scans: four little-endian Floats a point (x, y, z, reflectance), nothing else.
enum KITTIScanFile {
  static let fields = ["x", "y", "z", "intensity"].map { CloudField(name: $0, type: .float32) }

  static func read(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws -> CloudReading {
    if bytes.isEmpty { throw CloudFileError(file: file, problem: "the file is empty: no points") }
    let count = bytes.count / 16
    var problems: [String] = []
    if bytes.count % 16 != 0 {
      let problem =
        "truncated: its size, \(bytes.count) bytes, is not a multiple of 16 (x, y, z, reflectance as Float)"
      if count == 0 { throw CloudFileError(file: file, problem: problem) }
      problems.append(problem)
    }
    let columns = CloudColumn.split(
      UnsafeRawBufferPointer(bytes), fields: fields, pointCount: count)
    guard let cloud = PointCloud(columns: columns, count: count) else {
      throw CloudFileError(file: file, problem: "no points")
    }
    let invalid = cloud.invalidCount
    if invalid > 0 {
      problems.append("\(invalid) of \(count) points have coordinates that are not finite")
    }
    return CloudReading(cloud: cloud, problems: problems)
  }

  static func encode(_ cloud: PointCloud, file: String) throws -> [UInt8] {
    guard cloud.origin == .zero else {
      throw CloudFileError(
        file: file,
        problem: "KITTI scans hold Float, too coarse for coordinates around \(cloud.origin);"
          + " write .pcd, .ply or .npy, or make the coordinates local first")
    }
    let intensity = cloud.attributes["intensity"]
    if let intensity, intensity.elementType != .float32 || intensity.shape[1] != 1 {
      throw CloudFileError(file: file, problem: "the intensity must be [N, 1] of Float")
    }
    var columns = try PointCloud(positions: cloud.positions).columns(style: .pcd, file: file)
    let bytes =
      intensity.map { $0.withUnsafeBytes { Array($0) } }
      ?? [UInt8](repeating: 0, count: 4 * cloud.count)
    columns.append(CloudColumn(field: fields[3], bytes: bytes))
    return CloudColumn.interleave(columns, count: cloud.count)
  }
}
