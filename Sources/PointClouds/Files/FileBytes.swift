import Foundation

/// Whole files in memory, with messages that say what the system refused.
enum FileBytes {
  /// The bytes of a regular file.
  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemError(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw CloudFileError(file: path, problem: "this is a directory, not a file")
    default: throw CloudFileError(file: path, problem: "this is not a regular file")
    }
    var failure: CloudFileError?
    let size = Int(status.st_size)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { memory, filled in
      while filled < size {
        let count = Foundation.read(
          descriptor, memory.baseAddress.map { $0 + filled }, size - filled)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { failure = systemError(path) }
        if count <= 0 { break }
        filled += count
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes aside, syncs and renames, so that the file appears whole or not at all.
  static func write(_ bytes: [UInt8], _ path: String) throws {
    let partial = "\(path).partial-\(getpid())"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw systemError(path) }
    var written = 0
    var isSound = true
    bytes.withUnsafeBytes { raw in
      while isSound && written < raw.count {
        let rest = UnsafeRawBufferPointer(rebasing: raw[written...])
        let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        isSound = count > 0
        written += max(count, 0)
      }
    }
    isSound = isSound && fsync(descriptor) == 0
    let failure = isSound ? nil : systemError(path)
    close(descriptor)
    if failure == nil && rename(partial, path) == 0 { return }
    let error = failure ?? systemError(path)
    unlink(partial)
    throw error
  }

  private static func systemError(_ path: String) -> CloudFileError {
    CloudFileError(file: path, problem: String(cString: strerror(errno)))
  }
}
