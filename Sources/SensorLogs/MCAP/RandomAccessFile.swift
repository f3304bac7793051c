import Foundation

/// A file that is read at any place, by several threads at once.
final class RandomAccessFile: Sendable {
  let path: String
  let byteCount: Int
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LogError(.unreadable, file: path, problem: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw LogError(.unreadable, file: path, problem: String(cString: strerror(errno)))
    }
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Exactly `count` bytes from `offset` on.
  ///
  /// - Throws: ``FormatProblem`` when they are not all there.
  func read(at offset: Int, count: Int) throws -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else {
      throw FormatProblem(
        "\(count) bytes from byte \(offset) on reach beyond the file's end at \(byteCount) (truncated)"
      )
    }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let base = buffer.baseAddress {
        let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
        if got > 0 {
          filled += got
        } else if got == 0 || errno != EINTR {
          failure = got == 0 ? -1 : errno
          break
        }
      }
    }
    guard bytes.count == count else {
      throw FormatProblem(
        failure > 0
          ? "cannot be read at byte \(offset): \(String(cString: strerror(failure)))"
          : "the file became shorter while it was read")
    }
    return bytes
  }
}
