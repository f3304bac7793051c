import Vision

/// A folder of images in natural order, or one image: `/camera/image`, image `i` at `i * 100 ms`.
///
/// In a numbered sequence an image whose size differs from the first is noted by `inspect`.
enum ImageFolderFormat: LogFormat {
  static let name = "image-folder"

  static func recognizes(_ path: LogPath) -> Bool {
    guard let names = path.entries else { return false }
    return names.contains {
      FolderListing.imageExtensions.contains(FolderListing.fileExtension($0))
    }
  }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    let names = FolderListing.images(in: path.path)
    var entries: [FileEntry] = []
    for (index, name) in names.enumerated() {
      guard let time = FolderListing.instant(ofFrame: index, rate: 10) else { continue }
      entries.append(
        FileEntry(
          topic: "/camera/image", timestamp: time, frameName: "camera",
          content: ImageFile(
            path: path.appending(name), file: name, place: "frame \(FolderListing.stem(name))")))
    }
    return try FileLog(
      format: name, path: path.path, entries: entries, expectsEqualSizes: isSequence(names))
  }

  /// Whether the names are the same but for one number.
  private static func isSequence(_ names: [String]) -> Bool {
    func shape(_ name: String) -> [UInt8] {
      let digits = name.utf8.reversed().drop { !(48...57).contains($0) }
      let prefix = digits.drop { (48...57).contains($0) }
      return Array(prefix.reversed())
    }
    guard let first = names.first, first.utf8.contains(where: { (48...57).contains($0) }) else {
      return false
    }
    let expected = shape(first)
    return names.allSatisfy { shape($0) == expected }
  }
}

/// One image file, told by its signature.
enum ImageFileFormat: LogFormat {
  static let name = "image"

  static func recognizes(_ path: LogPath) -> Bool {
    !path.isFolder && isImage(path.head)
  }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    let file = FolderListing.lastComponent(path.path)
    guard let header = ImageCodec.header(path.head), header.width > 0, header.height > 0 else {
      throw LogError(
        .unreadable, file: path.path,
        problem: "the image's header is truncated or claims no valid size")
    }
    let entry = FileEntry(
      topic: "/camera/image", timestamp: Timestamp(nanoseconds: 0), frameName: "camera",
      content: ImageFile(path: path.path, file: file))
    return try FileLog(format: name, path: path.path, entries: [entry])
  }

  /// Whether bytes start like PNG, JPEG, BMP, PNM, TIFF or WebP.
  static func isImage(_ head: [UInt8]) -> Bool {
    let signatures: [[UInt8]] = [
      [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A],
    ]
    if signatures.contains(where: { head.starts(with: $0) }) { return true }
    if head.starts(with: Array("BM".utf8)) && head.count >= 26 && head[14] >= 12 && head[15] == 0 {
      return true
    }
    if head.starts(with: Array("RIFF".utf8)) && head.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      return true
    }
    guard head.count > 2, head[0] == UInt8(ascii: "P"), (49...54).contains(head[1]) else {
      return false
    }
    return [9, 10, 13, 32].contains(head[2])
  }
}
