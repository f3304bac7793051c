internal import CGzip
import Foundation

/// A whole file of a data set in memory, decompressed where it is a gzip file.
struct DatasetFile {
  /// The largest file, and the largest content of a compressed one, that is read.
  static let limit = 1 << 30

  let path: String
  let bytes: [UInt8]

  init(path: String) throws(DatasetError) {
    self.path = path
    let raw = try Self.content(of: path)
    let isGzip = raw.count >= 2 && raw[0] == 0x1F && raw[1] == 0x8B
    bytes = isGzip ? try Self.decompressed(raw, path: path) : raw
  }

  /// The first of several files that exists.
  static func firstPresent(of names: [String], in folder: String) throws(DatasetError) -> String {
    for name in names where FileManager.default.fileExists(atPath: folder + "/" + name) {
      return folder + "/" + name
    }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
    guard exists, isFolder.boolValue else {
      throw DatasetError(path: folder, "no such folder", kind: .missing)
    }
    throw DatasetError(
      path: folder, "holds no file named \(names.joined(separator: " or "))", kind: .missing)
  }

  /// The big-endian word at an offset that the caller has checked.
  func bigEndianWord(at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func content(of path: String) throws(DatasetError) -> [UInt8] {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      throw DatasetError(path: path, "no such file", kind: .missing)
    }
    // A link is followed by the open call; what it leads to is checked through its size.
    let type = attributes[.type] as? FileAttributeType
    guard type == .typeRegular || type == .typeSymbolicLink else {
      throw DatasetError(path: path, "is no regular file", kind: .missing)
    }
    var facts = stat()
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw DatasetError(path: path, "is no regular file", kind: .missing)
    }
    guard facts.st_size <= limit else {
      throw DatasetError(path: path, "is larger than \(limit >> 20) MiB")
    }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw DatasetError(path: path, "cannot be read: check its permissions", kind: .missing)
    }
    return [UInt8](data)
  }

  private static func decompressed(_ raw: [UInt8], path: String) throws(DatasetError) -> [UInt8] {
    // The last four bytes are the length; deflate makes a byte of at most 1032.
    let claim = raw.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let most = min(limit, raw.count.multipliedReportingOverflow(by: 1032).partialValue)
    var capacity = min(max(claim, 64), most)
    while true {
      let (status, bytes) = decompress(raw, capacity: capacity)
      switch status {
      case CGZIP_OK: return bytes
      case CGZIP_TOO_LARGE where capacity < most:
        // Several members, or a wrong length.
        capacity = min(most, capacity * 4)
      case CGZIP_TOO_LARGE:
        throw DatasetError(path: path, "holds more than \(most >> 20) MiB when decompressed")
      case CGZIP_TRUNCATED:
        throw DatasetError(path: path, "the gzip file ends early: it holds \(bytes.count) bytes")
      case CGZIP_NO_MEMORY: throw DatasetError(path: path, "out of memory while decompressing")
      default: throw DatasetError(path: path, "the gzip file is corrupt")
      }
    }
  }

  private static func decompress(_ raw: [UInt8], capacity: Int) -> (cgzip_status, [UInt8]) {
    var status = CGZIP_CORRUPT
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
      status = raw.withUnsafeBufferPointer {
        cgzip_decompress($0.baseAddress, $0.count, target.baseAddress, target.count, &count)
      }
    }
    return (status, bytes)
  }
}
