import Configuration
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Files that an argument names: one file, a folder, or a shell pattern.
enum FilePattern {
  /// The files that `pattern` means, in the order of their names.
  ///
  /// Throws `CommandFailure` when there are none.
  static func files(_ pattern: String, extensions: Set<String>, kind: String) throws -> [String] {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: pattern, isDirectory: &isFolder) {
      guard isFolder.boolValue else { return [pattern] }
      let names = try listed(pattern).filter {
        extensions.contains(($0 as NSString).pathExtension.lowercased())
      }
      guard !names.isEmpty else {
        throw CommandFailure(.unreadableInput, "\(pattern): no \(kind) in this folder")
      }
      return names.sorted().map { (pattern as NSString).appendingPathComponent($0) }
    }
    let matches = expanded(pattern)
    guard !matches.isEmpty else { throw nothing(pattern, kind: kind) }
    return matches
  }

  private static func listed(_ folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch { throw CommandFailure(.unreadableInput, "\(folder): cannot be read") }
  }

  private static func expanded(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  private static func nothing(_ pattern: String, kind: String) -> CommandFailure {
    guard pattern.contains(where: { "*?[".contains($0) }) else {
      let folder = (pattern as NSString).deletingLastPathComponent
      let beside =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
      let hint = NearestName.hint(
        for: (pattern as NSString).lastPathComponent, among: beside.sorted(), listing: "")
      return CommandFailure(
        .unreadableInput,
        ["\(pattern): no such file or folder", hint].filter { !$0.isEmpty }.joined(separator: "; "))
    }
    return CommandFailure(
      .unreadableInput, "no \(kind) matches '\(pattern)'; put the pattern in quotes")
  }
}
