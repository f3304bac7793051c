/// The file formats that hold a single point cloud.
public enum CloudFormat: String, Sendable, CaseIterable {
  /// Point Cloud Library: `.pcd`, versions 0.5 to 0.7.
  case pcd
  /// Stanford polygon file: `.ply`.
  case ply
  /// KITTI scan: `.bin`, four little-endian Floats a point (x, y, z, reflectance), no header.
  case kittiBin
  /// Text with one point a line: `.xyz`, `.xyzn`, `.xyzrgb`.
  case xyz
  /// NumPy array: `.npy`; structured arrays with fields x, y, z, or plain ones of shape `[N, 3]` or wider.
  case npy

  /// Finds the format of a file from its first bytes and, where they do not tell, from its name.
  ///
  /// - Parameters:
  ///   - head: The first bytes; 16 are enough, fewer are allowed.
  ///   - fileName: Name or path of the file.
  /// - Returns: The format, or nil when neither content nor name is known.
  public static func detect(_ head: [UInt8], fileName: String) -> CloudFormat? {
    if head.starts(with: Array("# .PCD".utf8)) || head.starts(with: Array("VERSION ".utf8)) {
      return .pcd
    }
    if head.starts(with: Array("ply\n".utf8)) || head.starts(with: Array("ply\r".utf8)) {
      return .ply
    }
    if head.starts(with: NumPyHeader.magic) { return .npy }
    let name = (fileName.split(separator: "/").last ?? "").lowercased()
    if name.hasSuffix(".pcd.bin") { return nil }
    switch name.split(separator: ".").dropFirst().last {
    case "pcd": return .pcd
    case "ply": return .ply
    case "bin": return .kittiBin
    case "xyz", "xyzn", "xyzrgb": return .xyz
    case "npy": return .npy
    default: return nil
    }
  }
}

/// How numbers are laid down in a cloud file.
public enum CloudEncoding: String, Sendable, CaseIterable {
  /// Decimal text, shortest form that reads back to the same number.
  case ascii
  /// Little-endian numbers, point after point.
  case binary
  /// Numbers with the highest byte first, point after point (PLY only).
  case binaryBigEndian
  /// Little-endian numbers, field after field, compressed with LZF (PCD only).
  case binaryCompressed
}
