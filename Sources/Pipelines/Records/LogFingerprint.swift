public import Configuration
import Foundation

/// What identifies a log: its size, and a hash of its content or, for a folder, of its listing.
public enum LogFingerprint {
  /// Larger files are hashed at ``samples`` places.
  static let wholeBytes = 16 << 20
  static let samples = 64
  static let sampleBytes = 64 << 10

  /// The fingerprint of a file or folder.
  ///
  /// - Parameter path: The file or folder.
  /// - Returns: Name, size, algorithm and hash; null when there is nothing at the path.
  public static func make(_ path: String) -> JSONValue {
    var status = stat()
    guard stat(path, &status) == 0 else { return .null }
    let name = JSONValue.text((path as NSString).lastPathComponent)
    if status.st_mode & S_IFMT == S_IFDIR {
      let (digest, bytes) = folder(path)
      return .object([
        .init("name", name), .init("bytes", .integer(bytes)),
        .init("algorithm", .text("sha256 of names and sizes")), .init("hash", .text(digest)),
      ])
    }
    let size = Int(status.st_size)
    let isWhole = size <= wholeBytes
    return .object([
      .init("name", name), .init("bytes", .integer(size)),
      .init("algorithm", .text(isWhole ? "sha256" : "sha256 of 64 evenly spaced 64 KiB samples")),
      .init("hash", .text(file(path, size: size))),
    ])
  }

  private static func file(_ path: String, size: Int) -> String {
    var hash = SHA256()
    guard let handle = FileHandle(forReadingAtPath: path) else { return "" }
    defer { try? handle.close() }
    let places =
      size <= wholeBytes
      ? Array(stride(from: 0, to: size, by: sampleBytes))
      : (0..<samples).map { (size - sampleBytes) / (samples - 1) * $0 }
    for place in places {
      try? handle.seek(toOffset: UInt64(place))
      hash.update([UInt8]((try? handle.read(upToCount: sampleBytes)) ?? Data()))
    }
    return hash.hexDigest()
  }

  private static func folder(_ path: String) -> (digest: String, bytes: Int) {
    var hash = SHA256()
    var bytes = 0
    let names = (FileManager.default.enumerator(atPath: path)?.allObjects as? [String]) ?? []
    for name in names.sorted() {
      var status = stat()
      guard stat(path + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      bytes += Int(status.st_size)
      hash.update(Array("\(name)\u{0}\(status.st_size)\n".utf8))
    }
    return (hash.hexDigest(), bytes)
  }
}
