/// A format of recorded logs: how to recognise and open it.
///
/// One folder of this module each.
public protocol LogFormat {
  /// The format's name, for example `mcap`.
  static var name: String { get }

  /// Whether `path` looks like this format; decided by content, not by the file's name.
  ///
  /// - Parameter path: A file or folder that exists.
  /// - Returns: True when ``open(_:)`` should be tried, even if the content may then turn out damaged.
  static func recognizes(_ path: LogPath) -> Bool

  /// Opens a log.
  ///
  /// - Parameter path: A file or folder for which ``recognizes(_:)`` is true.
  /// - Returns: The opened log.
  /// - Throws: ``LogError`` when nothing of it can be read.
  static func open(_ path: LogPath) throws -> any RecordedLog
}
