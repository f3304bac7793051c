import Foundation

/// Files that appear whole or not at all.
enum AtomicFile {
  /// Start of the names of files that are not complete yet.
  static let prefix = ".parallax-tmp-"

  /// Writes a file under a temporary name beside its final one.
  ///
  /// - Returns: The temporary path.
  static func writeAside(
    _ bytes: [UInt8], for path: String, mark: String = "", synchronize: Bool
  ) throws -> String {
    let (folder, name) = split(path)
    let temporary = "\(folder)/\(prefix)\(mark)\(name)"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("create", path) }
    do {
      defer { close(descriptor) }
      try writeAll(bytes, to: descriptor, path: path)
      if synchronize, fdatasync(descriptor) != 0 { throw failure("write", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    return temporary
  }

  /// Writes all bytes.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    try bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
        let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw failure("write", path) }
        offset += written
      }
    }
  }

  /// Gives a complete file its final name.
  static func publish(_ temporary: String, as path: String) throws {
    guard rename(temporary, path) == 0 else { throw failure("rename the finished file to", path) }
  }

  /// Writes a file so that it appears whole.
  static func write(_ bytes: [UInt8], to path: String, synchronize: Bool) throws {
    try publish(writeAside(bytes, for: path, synchronize: synchronize), as: path)
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw PipelineError(
        .failed, "cannot create the folder \(path)", hint: "check its permissions and free space")
    }
  }

  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  private static func failure(_ action: String, _ path: String) -> PipelineError {
    let code = errno
    let hint: String
    switch code {
    case ENOSPC, EDQUOT: hint = "free some space, then continue with --resume"
    case EACCES, EPERM, EROFS: hint = "check the folder's permissions, then continue with --resume"
    default: hint = "what was written stays valid; continue with --resume"
    }
    return PipelineError(
      .failed, "cannot \(action) \(path): \(String(cString: strerror(code)))", hint: hint)
  }
}
