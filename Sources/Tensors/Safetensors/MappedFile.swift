import Foundation

/// A file's bytes in memory, read when they are touched.
///
/// The pages are private: writing to them never reaches the file. The file must not be shortened
/// while it is in use.
final class MappedFile: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  /// Maps a regular file.
  init(path: String) throws(SafetensorsProblem) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.problem("cannot be opened") }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw Self.problem("cannot be examined") }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw SafetensorsProblem("file", "is not a regular file")
    }
    byteCount = Int(facts.st_size)
    guard byteCount > 0 else {
      throw SafetensorsProblem("header", "the file is empty")
    }
    let mapped = mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else { throw Self.problem("cannot be mapped") }
    base = mapped
  }

  deinit { munmap(base, byteCount) }

  private static func problem(_ what: String) -> SafetensorsProblem {
    SafetensorsProblem("file", "\(what): \(String(cString: strerror(errno)))")
  }
}
