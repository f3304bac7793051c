import PointClouds

/// One point cloud file: `/lidar/points`.
enum CloudFileFormat: LogFormat {
  static let name = "cloud"

  static func recognizes(_ path: LogPath) -> Bool {
    guard !path.isFolder, !path.head.isEmpty else { return false }
    return CloudFormat.detect(path.head, fileName: path.path) != nil
  }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    let file = FolderListing.lastComponent(path.path)
    let entry = FileEntry(
      topic: "/lidar/points", timestamp: Timestamp(nanoseconds: 0), frameName: "lidar",
      content: CloudFile(path: path.path, file: file))
    return try FileLog(format: name, path: path.path, entries: [entry])
  }
}

/// A folder of point clouds in natural order: `/lidar/points`, cloud `i` at `i * 100 ms`.
enum CloudFolderFormat: LogFormat {
  static let name = "cloud-folder"

  static func recognizes(_ path: LogPath) -> Bool { !clouds(path.entries ?? []).isEmpty }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    let names = clouds(path.entries ?? []).sorted(by: FolderListing.naturallyPrecedes)
    var entries: [FileEntry] = []
    for (index, name) in names.enumerated() {
      guard let time = FolderListing.instant(ofFrame: index, rate: 10) else { continue }
      entries.append(
        FileEntry(
          topic: "/lidar/points", timestamp: time, frameName: "lidar",
          content: CloudFile(
            path: path.appending(name), file: name, place: "frame \(FolderListing.stem(name))")))
    }
    return try FileLog(format: name, path: path.path, entries: entries)
  }

  private static func clouds(_ names: [String]) -> [String] {
    names.filter {
      FolderListing.cloudExtensions.contains(FolderListing.fileExtension($0))
        && !$0.hasPrefix(".") && !$0.lowercased().hasSuffix(".pcd.bin")
    }
  }
}
