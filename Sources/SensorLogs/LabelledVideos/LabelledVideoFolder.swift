import Foundation

/// A video, or a part of one, in which one thing happens.
public struct LabelledVideo: Sendable, Equatable {
  /// Its name within the folder.
  public var name: String
  /// A video file, or a folder of images in natural order.
  public var path: String
  /// What happens.
  public var label: String
  /// Where the part begins, seconds; at the start of the video when nil.
  public var start: Double?
  /// Where the part ends, seconds; at the end of the video when nil.
  public var end: Double?
  /// Frames a second of a folder of images, 10 when nil; video files have their own.
  public var rate: Double?

  /// A video.
  ///
  /// - Parameters:
  ///   - name: Its name within the folder.
  ///   - path: A video file, or a folder of images.
  ///   - label: What happens.
  public init(name: String, path: String, label: String) {
    self.name = name
    self.path = path
    self.label = label
  }
}

/// A folder of labelled videos: `videos.jsonl`, one video a line, or one folder of videos for each class.
///
/// ```json
/// {"video":"clips/000123","label":"left","rate":10}
/// {"video":"kitchen.mp4","label":"open the fridge","start_s":12.4,"end_s":15.0}
/// ```
///
/// A video is a file that OpenCV decodes, or a folder of images in natural order. `dataset.json` beside the list may name the
/// `classes`, so that their order does not depend on what occurs.
public struct LabelledVideoFolder: Sendable {
  static let listName = "videos.jsonl"

  /// The folder.
  public let path: String
  /// Names of the classes: those of `dataset.json`, or those that occur in alphabetical order.
  public let classes: [String]
  /// The videos.
  public let videos: [LabelledVideo]

  private struct Line: Codable {
    var name: String?
    var video: String
    var label: String
    var start_s: Double?
    var end_s: Double?
    var rate: Double?
  }

  /// Whether a folder lists labelled videos.
  ///
  /// - Parameter path: A folder.
  /// - Returns: Whether it holds `videos.jsonl`.
  public static func isFolder(_ path: String) -> Bool {
    FolderListing.exists(path + "/" + listName)
  }

  /// Opens a folder; videos are decoded later.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``LogError`` that names the line.
  public init(_ path: String) throws {
    self.path = path
    videos = try Self.isFolder(path) ? Self.listed(path) : Self.sorted(path)
    guard !videos.isEmpty else {
      throw LogError(
        .unreadable, file: path,
        problem: "holds no labelled videos: give a folder with videos.jsonl, or one folder of "
          + "videos for each class")
    }
    let description = try LabelledCloudFolder.description(path)
    let names = description.classes ?? Array(Set(videos.map(\.label))).sorted()
    if let stray = videos.first(where: { !names.contains($0.label) }) {
      throw LogError(
        .unreadable, file: path + "/" + Self.listName, place: stray.name,
        problem: "the label '\(stray.label)' is none of the classes of dataset.json: "
          + names.joined(separator: ", "))
    }
    classes = names
  }

  private static func listed(_ path: String) throws -> [LabelledVideo] {
    let file = path + "/" + listName
    guard let data = FileManager.default.contents(atPath: file) else {
      throw LogError(.unreadable, file: file, problem: "cannot be read")
    }
    let decoder = JSONDecoder()
    return try data.split(separator: UInt8(ascii: "\n")).enumerated().map { number, text in
      func fail(_ problem: String) -> LogError {
        LogError(.unreadable, file: file, place: "line \(number + 1)", problem: problem)
      }
      let line: Line
      do { line = try decoder.decode(Line.self, from: text) } catch {
        throw fail("is no labelled video: \(LabelledCloudFolder.reason(error))")
      }
      let full = line.video.hasPrefix("/") ? line.video : path + "/" + line.video
      guard FolderListing.exists(full) else { throw fail("there is no \(line.video) in \(path)") }
      if let start = line.start_s, let end = line.end_s, !(start < end) {
        throw fail("start_s \(start) is not before end_s \(end)")
      }
      if let rate = line.rate, !(rate > 0 && rate < 1e6) { throw fail("a rate of \(rate) hertz") }
      var video = LabelledVideo(name: line.name ?? line.video, path: full, label: line.label)
      (video.start, video.end, video.rate) = (line.start_s, line.end_s, line.rate)
      return video
    }
  }

  /// A folder for each class.
  private static func sorted(_ path: String) throws -> [LabelledVideo] {
    guard FolderListing.isFolder(path) else {
      throw LogError(.unreadable, file: path, problem: "there is no such folder")
    }
    return FolderListing.names(in: path).filter { FolderListing.isFolder(path + "/" + $0) }
      .flatMap { label in
        FolderListing.names(in: path + "/" + label).compactMap { name -> LabelledVideo? in
          let full = "\(path)/\(label)/\(name)"
          let isVideo =
            FolderListing.isFolder(full)
            ? !FolderListing.images(in: full).isEmpty
            : (try? LogPath(full)).map(VideoFormat.recognizes) ?? false
          return isVideo ? LabelledVideo(name: "\(label)/\(name)", path: full, label: label) : nil
        }
      }
  }
}
