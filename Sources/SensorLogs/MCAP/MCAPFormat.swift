/// MCAP files: ROS 2 and Foxglove recordings.
public enum MCAPFormat: LogFormat {
  /// The format's name.
  public static let name = "mcap"

  /// Whether a file starts with MCAP's magic, in any version.
  ///
  /// - Parameter path: A file or folder that exists.
  /// - Returns: True for MCAP files of all versions, so that another version is named in the error.
  public static func recognizes(_ path: LogPath) -> Bool {
    path.head.count >= 8 && [UInt8](path.head[0..<5]) == [UInt8](MCAPOpcode.magic[0..<5])
      && [UInt8](path.head[6..<8]) == [UInt8](MCAPOpcode.magic[6..<8])
  }

  /// Opens an MCAP file.
  ///
  /// - Parameter path: A file.
  /// - Returns: The opened log.
  /// - Throws: ``LogError`` when it is no MCAP file or its version is unknown.
  public static func open(_ path: LogPath) throws -> any RecordedLog { try MCAPLog(path.path) }
}
