import Foundation

/// Names of files and what they say: extensions, numbers, natural order.
enum FolderListing {
  static let imageExtensions: Set<String> = [
    "png", "jpg", "jpeg", "bmp", "ppm", "pgm", "tif", "tiff", "webp",
  ]
  static let cloudExtensions: Set<String> = ["pcd", "ply", "bin", "xyz"]

  /// Names in a folder in natural order; none when it cannot be listed.
  static func names(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted(by: naturallyPrecedes)
  }

  /// Names of images in a folder, in natural order.
  static func images(in folder: String) -> [String] {
    names(in: folder).filter { imageExtensions.contains(fileExtension($0)) }
  }

  static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// What follows the last dot, in lower case; empty when there is none.
  static func fileExtension(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// What precedes the last dot.
  static func stem(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// A frame's number when the whole stem is one (at most 15 digits).
  static func number(_ stem: String) -> Int? {
    guard !stem.isEmpty, stem.utf8.count <= 15, stem.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
    else { return nil }
    return Int(stem)
  }

  /// The last path component.
  static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Whether `left` comes first when runs of digits are compared as numbers.
  static func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
    let (a, b) = (Array(left.utf8), Array(right.utf8))
    func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    func run(_ bytes: [UInt8], _ start: Int) -> ArraySlice<UInt8> {
      bytes[start..<(bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count)]
    }
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if isDigit(a[i]), isDigit(b[j]) {
        let (first, second) = (run(a, i), run(b, j))
        let (x, y) = (first.drop { $0 == 48 }, second.drop { $0 == 48 })
        if x.count != y.count { return x.count < y.count }
        if !x.elementsEqual(y) { return x.lexicographicallyPrecedes(y) }
        (i, j) = (first.endIndex, second.endIndex)
      } else {
        if a[i] != b[j] { return a[i] < b[j] }
        (i, j) = (i + 1, j + 1)
      }
    }
    // Equal so far: the shorter rest first; names that differ in leading zeros only, as bytes.
    let (restA, restB) = (a.count - i, b.count - j)
    return restA != restB ? restA < restB : left < right
  }

  /// The instant of frame `number` at `rate` frames a second, rounded to nanoseconds; nil when it does not fit.
  static func instant(ofFrame number: Int, rate: Int) -> Timestamp? {
    let (product, overflow) = Int64(number).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? nil : Timestamp(nanoseconds: (product + Int64(rate) / 2) / Int64(rate))
  }
}
