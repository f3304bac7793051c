import Foundation

/// A file under a temporary name that gets its final name when it is complete.
final class PartialFile {
  /// The name that the file shall have.
  let finalPath: String
  /// The name that it bears until then.
  let partialPath: String
  /// Bytes written.
  private(set) var byteCount: Int
  private var descriptor: Int32

  /// Creates an empty file beside the final one.
  init(finalPath: String) throws {
    self.finalPath = finalPath
    partialPath = finalPath + ".partial"
    byteCount = 0
    descriptor = open(partialPath, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot be created") }
  }

  /// Opens an earlier partial file and cuts it off.
  init(partialPath: String, finalPath: String, keeping byteCount: Int) throws {
    self.finalPath = finalPath
    self.partialPath = partialPath
    self.byteCount = byteCount
    descriptor = open(partialPath, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be opened") }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("cannot be examined") }
    guard byteCount >= 0, Int(status.st_size) >= byteCount else {
      throw LogError(
        .unwritable, file: partialPath,
        problem: "has \(status.st_size) bytes, fewer than the \(byteCount) that shall be kept")
    }
    guard ftruncate(descriptor, off_t(byteCount)) == 0,
      lseek(descriptor, off_t(byteCount), SEEK_SET) == off_t(byteCount)
    else { throw failure("cannot be cut off") }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count, let base = bytes.baseAddress {
      let wrote = Foundation.write(descriptor, base + done, bytes.count - done)
      if wrote > 0 {
        done += wrote
      } else if wrote == 0 || errno != EINTR {
        throw failure("cannot be written")
      }
    }
    byteCount += bytes.count
  }

  /// Waits until everything is on the disk.
  func synchronize() throws {
    guard fsync(descriptor) == 0 else { throw failure("cannot be written") }
  }

  /// Gives the file its final name.
  func finish() throws {
    try synchronize()
    guard close(descriptor) == 0 else { throw failure("cannot be written") }
    descriptor = -1
    guard rename(partialPath, finalPath) == 0 else { throw failure("cannot be renamed") }
    let folder = (finalPath as NSString).deletingLastPathComponent
    let directory = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  private func failure(_ what: String) -> LogError {
    LogError(
      .unwritable, file: partialPath, problem: "\(what): \(String(cString: strerror(errno)))")
  }
}
