import Foundation

/// Files that appear whole or not at all: written aside, synchronised, renamed.
public enum WholeFile {
  /// Writes a file.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - path: The file; one that exists is replaced.
  /// - Throws: ``TrainingError`` when it cannot be written; an older file then stays as it was.
  public static func write(_ bytes: [UInt8], to path: String) throws(TrainingError) {
    let aside = "\(path).\(getpid()).partial"
    let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure("create", path) }
    let problem = fill(descriptor, with: bytes, path: path)
    close(descriptor)
    if let problem {
      unlink(aside)
      throw problem
    }
    guard rename(aside, path) == 0 else {
      let problem = failure("put in place", path)
      unlink(aside)
      throw problem
    }
  }

  private static func fill(_ descriptor: Int32, with bytes: [UInt8], path: String)
    -> TrainingError?
  {
    let isWritten = bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
        let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        offset += count
      }
      return true
    }
    return isWritten && fsync(descriptor) == 0 ? nil : failure("write", path)
  }

  private static func failure(_ action: String, _ path: String) -> TrainingError {
    TrainingError("cannot \(action) \(path): \(String(cString: strerror(errno)))")
  }
}
