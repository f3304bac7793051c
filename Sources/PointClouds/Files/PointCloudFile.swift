public import Geometry

/// Reads and writes files that hold one point cloud.
public enum PointCloudFile {
  /// Reads a cloud out of a file's bytes.
  ///
  /// Damage that leaves whole points readable is reported, not thrown; sizes that the file claims are checked against what it
  /// holds before memory is taken. Points keep their order; NaN marks invalid ones.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - format: Its format.
  ///   - file: Its name, for messages; the endings `.xyzn` and `.xyzrgb` say what columns mean.
  /// - Returns: The cloud and what was wrong with the file.
  /// - Throws: ``CloudFileError`` when nothing is readable.
  public static func read(_ bytes: [UInt8], as format: CloudFormat, named file: String) throws
    -> CloudReading
  {
    try bytes.withUnsafeBufferPointer { buffer in
      switch format {
      case .pcd: return try PCDReader(buffer, file: file).read()
      case .ply:
        var reader = try PLYReader(buffer, file: file)
        return try reader.read()
      case .kittiBin: return try KITTIScanFile.read(buffer, file: file)
      case .xyz: return try XYZFile.read(buffer, file: file)
      case .npy: return try NumPyCloudFile.read(buffer, file: file)
      }
    }
  }

  /// Whether the header of a PLY file lists faces, so that the file holds a mesh.
  ///
  /// - Parameter head: The first bytes of the file, with all of its header.
  /// - Returns: False as well when the bytes are no header of PLY.
  public static func listsFaces(_ head: [UInt8]) -> Bool {
    head.withUnsafeBufferPointer { buffer in
      let header = try? PLYHeader(buffer, file: "")
      return header?.elements.contains { $0.name == "face" && $0.count > 0 } ?? false
    }
  }

  /// Reads a cloud from a file whose format is found by content and name.
  ///
  /// - Parameter path: The file.
  /// - Returns: The cloud and what was wrong with the file.
  /// - Throws: ``CloudFileError`` when the file cannot be opened or nothing in it is readable.
  public static func read(path: String) throws -> CloudReading {
    let bytes = try FileBytes.read(path)
    guard let format = CloudFormat.detect(Array(bytes.prefix(16)), fileName: path) else {
      throw CloudFileError(
        file: path,
        problem:
          "not a known point cloud format (.pcd, .ply, .npy, .xyz, KITTI .bin); check the name")
    }
    return try read(bytes, as: format, named: path)
  }

  /// The bytes of a file that holds `cloud`.
  ///
  /// PCD, PLY and NumPy files keep every attribute. KITTI scans keep positions and intensity (0 where there is none), text
  /// files positions and intensity. Positions relative to an origin are written as places in Double, where the format has them.
  ///
  /// - Parameters:
  ///   - cloud: The cloud.
  ///   - format: The file's format.
  ///   - encoding: How numbers are laid down; when left out, binary where the format allows it.
  ///   - viewpoint: The sensor's pose when the points were measured; PCD and PLY keep it.
  /// - Returns: The whole file.
  /// - Throws: ``CloudFileError`` when the format cannot express the encoding or an attribute.
  public static func encode(
    _ cloud: PointCloud, as format: CloudFormat, encoding: CloudEncoding? = nil,
    viewpoint: Pose = .identity
  ) throws -> [UInt8] {
    try encode(
      cloud, as: format, encoding: encoding, viewpoint: viewpoint,
      file: "cloud.\(format.rawValue)")
  }

  private static func encode(
    _ cloud: PointCloud, as format: CloudFormat, encoding: CloudEncoding?, viewpoint: Pose,
    file: String
  ) throws -> [UInt8] {
    let encoding = encoding ?? (format == .xyz ? .ascii : .binary)
    switch (format, encoding) {
    case (.pcd, _):
      return try PCDWriter.encode(cloud, encoding: encoding, viewpoint: viewpoint, file: file)
    case (.ply, _):
      return try PLYWriter.encode(cloud, encoding: encoding, viewpoint: viewpoint, file: file)
    case (.kittiBin, .binary): return try KITTIScanFile.encode(cloud, file: file)
    case (.xyz, .ascii): return try XYZFile.encode(cloud, file: file)
    case (.npy, .binary): return try NumPyCloudFile.encode(cloud, file: file)
    case (.kittiBin, _), (.xyz, _), (.npy, _):
      let only = format == .xyz ? "ascii" : "binary"
      throw CloudFileError(
        file: file,
        problem: "\(format.rawValue) knows no encoding '\(encoding.rawValue)', only '\(only)'")
    }
  }

  /// Writes a cloud to a file that appears whole or not at all.
  ///
  /// - Parameters:
  ///   - cloud: The cloud.
  ///   - path: The file; replaced when it exists. Its ending says the format.
  ///   - encoding: How numbers are laid down; when left out, binary where the format allows it.
  ///   - viewpoint: The sensor's pose when the points were measured; PCD and PLY keep it.
  /// - Throws: ``CloudFileError``.
  public static func write(
    _ cloud: PointCloud, path: String, encoding: CloudEncoding? = nil, viewpoint: Pose = .identity
  ) throws {
    guard let format = CloudFormat.detect([], fileName: path) else {
      throw CloudFileError(
        file: path,
        problem: "the ending is of no known point cloud format (.pcd, .ply, .npy, .xyz, .bin)")
    }
    let bytes = try encode(
      cloud, as: format, encoding: encoding, viewpoint: viewpoint, file: path)
    try FileBytes.write(bytes, path)
  }
}
