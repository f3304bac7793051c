import Foundation

/// Pairs of images: two folders, or names in one folder that tell left from right.
///
/// Pair `i` in natural order is at `i * 100 ms`.
enum StereoFolderFormat: LogFormat {
  static let name = "stereo-folder"

  static func recognizes(_ path: LogPath) -> Bool { path.isFolder && pairs(path) != nil }

  static func open(_ path: LogPath) throws -> any RecordedLog {
    guard let listing = pairs(path) else {
      throw LogError(.unreadable, file: path.path, problem: "holds no stereo pairs")
    }
    var entries: [FileEntry] = []
    var damage: [LogDamage] = []
    let keys = Set(listing.left.keys).union(listing.right.keys).sorted(
      by: FolderListing.naturallyPrecedes)
    for (index, key) in keys.enumerated() {
      let place = key.isEmpty ? "" : "frame \(key)"
      let (left, right) = (listing.left[key], listing.right[key])
      for (side, name, other) in [("left", left, right), ("right", right, left)] {
        guard let name else {
          damage.append(
            LogDamage(
              file: other ?? "", place: place,
              problem: "the \(side) image of this pair is missing"))
          continue
        }
        let partner = other.map { (path: path.appending($0), file: $0) }
        entries.append(
          FileEntry(
            topic: "/stereo/\(side)/image",
            timestamp: Timestamp(nanoseconds: Int64(index) * 100_000_000),
            frameName: "camera_\(side)",
            content: ImageFile(
              path: path.appending(name), file: name, place: place,
              partner: side == "left" ? partner : nil)))
      }
    }
    return try FileLog(
      format: name, path: path.path, entries: entries, damage: damage, notes: listing.notes,
      expectsEqualSizes: true)
  }

  /// File names (relative to the log) by the key that the images of a pair share.
  private struct Listing {
    var left: [String: String] = [:]
    var right: [String: String] = [:]
    var notes: [String] = []
    var hasPair: Bool { left.keys.contains { right[$0] != nil } }
  }

  private static func pairs(_ path: LogPath) -> Listing? {
    guard let names = path.entries else { return nil }
    for (left, right) in StereoPairing.folders
    where names.contains(left) && names.contains(right) {
      let listing = Listing(
        left: byStem(path, left), right: byStem(path, right), notes: [])
      if listing.hasPair { return listing }
    }
    let images = names.filter {
      FolderListing.imageExtensions.contains(FolderListing.fileExtension($0)) && !$0.hasPrefix(".")
    }
    let pictures = images.filter { !StereoPairing.isTruth(FolderListing.stem($0)) }
    for rule in StereoPairing.rules {
      var listing = Listing()
      var others: [String] = []
      for name in pictures {
        switch rule.match(FolderListing.stem(name)) {
        case (.left, let key)?: listing.left[key] = name
        case (.right, let key)?: listing.right[key] = name
        case nil: others.append(name)
        }
      }
      guard listing.hasPair else { continue }
      for name in images where StereoPairing.isTruth(FolderListing.stem(name)) {
        listing.notes.append("\(name) was left out: it holds disparities or a mask, no picture")
      }
      listing.notes += others.map { "\($0) was left out: it is neither left nor right" }
      return listing
    }
    return nil
  }

  private static func byStem(_ path: LogPath, _ folder: String) -> [String: String] {
    var found: [String: String] = [:]
    // An image folder may hold the images in a folder `data` (KITTI raw, EuRoC).
    for inner in [folder, folder + "/data"] where found.isEmpty {
      for name in FolderListing.images(in: path.appending(inner)) {
        found[FolderListing.stem(name)] = inner + "/" + name
      }
    }
    return found
  }
}
