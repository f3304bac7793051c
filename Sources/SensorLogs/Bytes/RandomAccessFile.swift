import Foundation

/// A regular file that is read at any place, by several threads at once.
final class RandomAccessFile: Sendable {
  let path: String
  let byteCount: Int
  private let descriptor: Int32

  /// Opens a file for reading.
  init(_ path: String) throws {
    // Not to wait for a writer where the name is that of a pipe.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw LogError(.unreadable, file: path, problem: Self.reason(errno))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw LogError(.unreadable, file: path, problem: "is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    self.byteCount = Int(status.st_size)
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
    let (bytes, failure) = bytes(at: offset, count: count)
    guard bytes.count == count else {
      throw FormatProblem(
        failure != 0
          ? "cannot be read at byte \(offset): \(String(cString: strerror(failure)))"
          : "the file became shorter while it was read")
    }
    return bytes
  }

  /// The bytes from `offset` on: fewer than `count` when the file ends earlier, none for a place outside it.
  ///
  /// - Throws: ``LogError`` of kind `unreadable` when reading fails.
  func read(at offset: Int, atMost count: Int) throws -> [UInt8] {
    guard offset >= 0, count > 0, offset < byteCount else { return [] }
    let (bytes, failure) = bytes(at: offset, count: min(count, byteCount - offset))
    if failure != 0 {
      throw LogError(
        .unreadable, file: path, place: "byte \(offset)", problem: Self.reason(failure))
    }
    return bytes
  }

  /// All bytes of a file; an error names it `name`.
  static func contents(of path: String, named name: String, place: String) throws -> [UInt8] {
    do {
      let file = try RandomAccessFile(path)
      return try file.read(at: 0, atMost: file.byteCount)
    } catch let error as LogError {
      throw LogError(.undecodable, file: name, place: place, problem: error.problem)
    }
  }

  /// The text of a file; bytes that are not UTF-8 are replaced.
  static func text(of path: String, named name: String, place: String) throws -> String {
    String(decoding: try contents(of: path, named: name, place: place), as: UTF8.self)
  }

  /// What is there of a range inside the file, and the error that ended it early; 0 for none.
  private func bytes(at offset: Int, count: Int) -> (bytes: [UInt8], failure: Int32) {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let base = buffer.baseAddress {
        let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    return (bytes, failure)
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "is missing"
    case EACCES: "permission denied; check who may read it"
    case EISDIR: "is a folder, not a file"
    default: String(cString: strerror(code))
    }
  }
}
