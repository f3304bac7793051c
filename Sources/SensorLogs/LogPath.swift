import Foundation

/// A path given by a user, with what formats need in order to recognise it: its first bytes or its folder's entries.
public struct LogPath: Sendable {
  /// The path as given.
  public let path: String
  /// The first bytes of a file, at most 64 KiB; empty for a folder.
  public let head: [UInt8]
  /// Size of a file in bytes; 0 for a folder.
  public let byteCount: Int
  /// Names in a folder, sorted; nil for a file.
  public let entries: [String]?

  /// Whether the path is a folder.
  public var isFolder: Bool { entries != nil }

  /// Looks at a path.
  ///
  /// - Parameter path: A file or folder.
  /// - Throws: ``LogError`` when it does not exist, is a broken or circular link, or may not be read.
  public init(_ path: String) throws {
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw LogError(.unreadable, file: path, problem: Self.explain(errno, path: path))
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      do {
        entries = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      } catch {
        throw LogError(
          .unreadable, file: path, problem: "cannot list the folder; check its permissions")
      }
      head = []
      byteCount = 0
      return
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LogError(.unreadable, file: path, problem: "is not a regular file or folder")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw LogError(.unreadable, file: path, problem: Self.explain(errno, path: path))
    }
    defer { try? handle.close() }
    head = [UInt8]((try? handle.read(upToCount: 65536)) ?? Data())
    byteCount = Int(status.st_size)
    entries = nil
  }

  /// The path of an entry of this folder.
  ///
  /// - Parameter name: A name, or names joined by "/".
  /// - Returns: The joined path.
  public func appending(_ name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }

  private static func explain(_ code: Int32, path: String) -> String {
    switch code {
    case ENOENT:
      var status = stat()
      return lstat(path, &status) == 0
        ? "is a symbolic link to something that does not exist"
        : "no such file or folder; check the path"
    case ELOOP: return "is a symbolic link that leads back to itself (too many levels of links)"
    case EACCES: return "permission denied; check who may read it"
    default: return String(cString: strerror(code))
    }
  }
}
