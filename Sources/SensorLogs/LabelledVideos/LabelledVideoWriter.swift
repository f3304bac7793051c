import Foundation
public import Vision

/// Writes a folder of labelled clips, without loss, that ``LabelledVideoFolder`` reads.
///
/// Each clip is a folder of PNG images; the list of clips appears at the end, so that a folder with a list is whole.
public final class LabelledVideoWriter {
  private let path: String
  private let classes: [String]
  private let rate: Double
  private var lines = ""
  private var count = 0

  /// Makes the folder.
  ///
  /// - Parameters:
  ///   - path: The folder; made when it does not exist.
  ///   - classes: Names of the classes.
  ///   - rate: Frames a second.
  /// - Throws: ``LogError`` when it holds a list already or cannot be made.
  public init(_ path: String, classes: [String], rate: Double) throws {
    self.path = path
    self.classes = classes
    self.rate = rate
    if LabelledVideoFolder.isFolder(path) {
      throw LogError(
        .unwritable, file: path, problem: "holds labelled videos already: give another folder")
    }
  }

  /// Adds a clip.
  ///
  /// - Parameters:
  ///   - clip: The frames.
  ///   - label: What happens.
  /// - Throws: ``LogError`` when a file cannot be written, `VisionError`.
  public func write(_ clip: VideoClip, label: String) throws {
    let name = LabelledCloudFolder.name(count)
    let folder = "\(path)/clips/\(name)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for place in 0..<clip.count {
        let bytes = try ImageCodec.encode(clip.image(at: place), as: .png)
        try Data(bytes).write(
          to: URL(fileURLWithPath: "\(folder)/\(LabelledCloudFolder.name(place)).png"))
      }
    } catch let error as CocoaError {
      throw LogError(.unwritable, file: folder, problem: "cannot be written: \(error)")
    }
    let quoted = try String(decoding: JSONEncoder().encode(label), as: UTF8.self)
    lines += "{\"video\":\"clips/\(name)\",\"label\":\(quoted),\"rate\":\(rate)}\n"
    count += 1
  }

  /// Writes the list.
  ///
  /// - Throws: ``LogError`` when it cannot be written.
  public func finish() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try encoder.encode(LabelledCloudFolder.Description(classes: classes)).write(
        to: URL(fileURLWithPath: path + "/" + LabelledCloudFolder.descriptionName),
        options: .atomic)
      try Data(lines.utf8).write(
        to: URL(fileURLWithPath: path + "/" + LabelledVideoFolder.listName), options: .atomic)
    } catch {
      throw LogError(.unwritable, file: path, problem: "cannot write the list: \(error)")
    }
  }
}
