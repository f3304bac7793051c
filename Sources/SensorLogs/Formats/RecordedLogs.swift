import Foundation

/// Opens recorded logs of any format.
public enum RecordedLogs {
  /// The formats, in the order in which they are tried.
  private static var formats: [any LogFormat.Type] {
    [
      MCAPFormat.self,
      ROSBag1Format.self, ROSBag2DatabaseFormat.self, ROSBag2FolderFormat.self,
      KITTIObjectFormat.self, KITTIRawFormat.self, KITTIOdometryFormat.self, EuRoCFormat.self,
      RGBDFormat.self,
      StereoFolderFormat.self, VideoFormat.self, ImageFileFormat.self, CloudFileFormat.self,
      ImageFolderFormat.self, CloudFolderFormat.self,
    ]
  }

  /// What can be opened, for messages and help.
  public static let supported =
    "MCAP; ROS 1 bags (2.0); ROS 2 bags (.mcap, .db3); KITTI object, raw and odometry folders; stereo folders "
    + "(left/right images); EuRoC folders; RGB-D folders (7-Scenes, TUM, Open3D); image folders and images (PNG, JPEG, BMP, PNM, TIFF); "
    + "videos (MP4, AVI, MKV); clouds and folders of clouds (PCD, PLY, KITTI .bin, XYZ)"

  /// Opens a log; the format is found by content.
  ///
  /// - Parameter path: A file or folder.
  /// - Returns: The opened log.
  /// - Throws: ``LogError`` when the path is missing, of no known format, or nothing of it can be read.
  public static func open(_ path: String) throws -> any RecordedLog {
    let path = try LogPath(path)
    for format in formats where format.recognizes(path) { return try format.open(path) }
    throw LogError(.unreadable, file: path.path, problem: UnknownContent.describe(path))
  }
}

/// Says what was found where no format fits.
enum UnknownContent {
  static func describe(_ path: LogPath) -> String {
    if let entries = path.entries {
      guard !entries.isEmpty else { return "is an empty directory: it holds no data" }
      let some = entries.prefix(4).joined(separator: ", ")
      let rest = entries.count > 4 ? ", …" : ""
      return
        "is not a recorded log: a folder with \(entries.count) entries (\(some)\(rest)), of no known "
        + "layout. Supported: \(RecordedLogs.supported)"
    }
    guard path.byteCount > 0 else { return "is empty (0 bytes), not a recorded log" }
    let name = FolderListing.fileExtension(path.path)
    let hint: String
    switch name {
    case "mcap": hint = "it is named like an MCAP file but lacks the magic bytes; "
    case "bag": hint = "it is named like a ROS bag but lacks the line '#ROSBAG V2.0'; "
    case _ where FolderListing.imageExtensions.contains(name):
      hint = "it is named like an image but cannot be decoded as one; "
    default: hint = ""
    }
    return "is not a recorded log: \(hint)it holds \(kind(path.head)) (\(path.byteCount) bytes). "
      + "Supported: \(RecordedLogs.supported)"
  }

  private static func kind(_ head: [UInt8]) -> String {
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      return "text in the UTF-16 encoding"
    }
    if head.starts(with: [0x50, 0x4B, 3, 4]) { return "a ZIP archive" }
    if head.starts(with: [0x1F, 0x8B]) { return "gzip data; decompress it first" }
    if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return "zstd data; decompress it first" }
    if head.starts(with: Array("%PDF".utf8)) { return "a PDF document" }
    if head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) { return "a program" }
    if head.allSatisfy({ $0 == 0 }) { return "nothing but zero bytes" }
    let isText = !head.contains(0) && String(validating: head.prefix(65000), as: UTF8.self) != nil
    let words = head.prefix(4).map { String($0, radix: 16, uppercase: true) }
      .map { $0.count == 1 ? "0" + $0 : $0 }.joined(separator: " ")
    guard isText else { return "binary data that starts with the bytes \(words)" }
    let line = String(decoding: head.prefix { $0 != 10 && $0 != 13 }.prefix(40), as: UTF8.self)
    return "text that starts with '\(line)'"
  }
}
