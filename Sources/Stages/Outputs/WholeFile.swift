import Foundation

/// A file that is written aside and then gets its name, so that it appears whole or not at all.
struct WholeFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Writes it.
  ///
  /// - Parameter work: Writes the file whose path it is given, beside the final one and with the same extension.
  /// - Throws: What it throws, or ``OutputFormatError`` when the file cannot get its name.
  func write(_ work: (String) throws -> Void) throws {
    let target = URL(fileURLWithPath: path)
    // The runner removes files of this name that a killed run left.
    let aside = target.deletingLastPathComponent()
      .appendingPathComponent(".parallax-tmp-whole-" + target.lastPathComponent).path
    do {
      try work(aside)
      guard rename(aside, path) == 0 else {
        throw OutputFormatError(
          format: target.pathExtension,
          problem: "cannot rename the finished file to \(path): \(String(cString: strerror(errno)))"
        )
      }
    } catch {
      unlink(aside)
      throw error
    }
  }

  /// A new, empty file for writing.
  static func create(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forUpdating: URL(fileURLWithPath: path))
  }
}
