/// A ROS 2 bag: a folder with `metadata.yaml` and parts as `.mcap` or `.db3`.
enum ROSBag2FolderFormat: LogFormat {
  static let name = "rosbag2"

  static func recognizes(_ path: LogPath) -> Bool {
    guard let entries = path.entries else { return false }
    guard entries.contains("metadata.yaml") else { return !numberedParts(entries).isEmpty }
    guard
      let file = try? RandomAccessFile(path.appending("metadata.yaml")),
      let head = try? file.read(at: 0, atMost: 4096)
    else { return false }
    return String(decoding: head, as: UTF8.self).contains("rosbag2_bagfile_information")
  }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    let name = "metadata.yaml"
    var damage: [LogDamage] = []
    var metadata = ROSBag2Metadata("")
    if path.entries?.contains(name) == true {
      metadata = ROSBag2Metadata(
        try RandomAccessFile.text(of: path.appending(name), named: name, place: ""))
    } else {
      metadata.files = numberedParts(path.entries ?? [])
      damage.append(
        LogDamage(
          file: name, place: "",
          problem: "is missing (the recorder was killed); the parts were found by their names"))
    }
    guard metadata.compressionMode.isEmpty || metadata.compressionMode.uppercased() == "NONE" else {
      throw LogError(
        .unreadable, file: path.path,
        problem:
          "the bag is compressed (\(metadata.compressionFormat), mode \(metadata.compressionMode)): "
          + "not supported; decompress it with 'ros2 bag convert'")
    }
    var parts: [any RecordedLog] = []
    for file in metadata.files {
      // Bags written by early releases name their files relative to the folder above.
      let local =
        FolderListing.exists(path.appending(file)) ? file : FolderListing.lastComponent(file)
      do {
        guard !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
          throw LogError(.unreadable, file: file, problem: "lies outside the bag's folder")
        }
        parts.append(try openPart(path.appending(local)))
      } catch let error as LogError {
        damage.append(
          LogDamage(
            file: local, place: "", problem: error.problem + "; this part of the bag is lost"))
      }
    }
    guard !parts.isEmpty else {
      throw LogError(
        .unreadable, file: path.path,
        problem: "no part of the bag can be read: "
          + (damage.first?.description ?? "metadata.yaml names no file"))
    }
    return MergedLog(format: Self.name, parts: parts, damage: damage)
  }

  /// Files `NAME_0.mcap`, `NAME_1.mcap`, … of one name and kind, in order; none when there are others beside them.
  private static func numberedParts(_ entries: [String]) -> [String] {
    let parts = entries.filter { ["mcap", "db3"].contains(FolderListing.fileExtension($0)) }
    let names = Set(
      parts.map { part -> String in
        let stem = FolderListing.stem(part)
        guard let line = stem.lastIndex(of: "_"),
          FolderListing.number(String(stem[stem.index(after: line)...])) != nil
        else { return part }
        return stem[...line] + FolderListing.fileExtension(part)
      })
    guard names.count == 1, let name = names.first, !parts.contains(name) else { return [] }
    return parts.sorted(by: FolderListing.naturallyPrecedes)
  }

  private static func openPart(_ path: String) throws -> any RecordedLog {
    let path = try LogPath(path)
    let formats: [any LogFormat.Type] = [
      MCAPFormat.self,
      ROSBag2DatabaseFormat.self,
    ]
    for format in formats where format.recognizes(path) { return try format.open(path) }
    throw LogError(.unreadable, file: path.path, problem: "is neither MCAP nor SQLite")
  }
}

/// What is needed of a bag's `metadata.yaml`, as rosbag2 and its Python tools write it.
struct ROSBag2Metadata {
  var files: [String] = []
  var compressionFormat = ""
  var compressionMode = ""

  init(_ text: String) {
    var isInFiles = false
    for line in NumberText.lines(text) {
      let indent = line.prefix { $0 == " " }.count
      let words = line.dropFirst(indent)
      if isInFiles, words.hasPrefix("- ") {
        files.append(Self.scalar(words.dropFirst(2)))
        continue
      }
      isInFiles = false
      guard let colon = words.firstIndex(of: ":") else { continue }
      let value = Self.scalar(words[words.index(after: colon)...])
      switch words[..<colon] {
      case "relative_file_paths":
        isInFiles = true
        let list = value.drop { $0 == "[" }.prefix { $0 != "]" }
        files += list.split(separator: ",").map { Self.scalar($0) }
      case "compression_format": compressionFormat = value
      case "compression_mode": compressionMode = value
      default: break
      }
    }
  }

  private static func scalar(_ text: Substring) -> String {
    let trimmed = text.drop { $0 == " " }
    guard let quote = trimmed.first, quote == "\"" || quote == "'" else {
      return NumberText.words(trimmed).joined(separator: " ")
    }
    return String(trimmed.dropFirst().prefix { $0 != quote })
  }
}
