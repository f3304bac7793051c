import Foundation
public import PointClouds

/// Writes a folder of labelled clouds that ``LabelledCloudFolder`` reads.
///
/// ```swift
/// let writer = try LabelledCloudWriter("rooms", classes: ["bed", "chair"])
/// for cloud in clouds { try writer.write(cloud) }
/// try writer.finish()
/// ```
///
/// Clouds are written as they come; the list of samples appears at the end, so that a folder with a list is whole.
public final class LabelledCloudWriter {
  private let path: String
  private var lines = Data()
  private var count = 0
  private let description: LabelledCloudFolder.Description

  /// Makes the folder.
  ///
  /// - Parameters:
  ///   - path: The folder; made when it does not exist.
  ///   - classes: Classes of boxes or of whole clouds; those that occur when left out.
  ///   - pointClasses: Classes of points, by the number in the attribute `label`.
  /// - Throws: ``LogError`` when it holds a list already or cannot be made.
  public init(_ path: String, classes: [String]? = nil, pointClasses: [String]? = nil) throws {
    self.path = path
    description = .init(classes: classes, pointClasses: pointClasses)
    if LabelledCloudFolder.isFolder(path) {
      throw LogError(
        .unwritable, file: path, problem: "holds labelled clouds already: give another folder")
    }
    do {
      try FileManager.default.createDirectory(
        atPath: path + "/clouds", withIntermediateDirectories: true)
    } catch {
      throw LogError(.unwritable, file: path, problem: "cannot make the folder: \(error)")
    }
  }

  /// Adds a cloud.
  ///
  /// - Parameter sample: Its name is the file's name where it has one; otherwise clouds are numbered.
  /// - Throws: `CloudFileError` when the file cannot be written.
  public func write(_ sample: LabelledCloud) throws {
    let name = sample.name.isEmpty ? LabelledCloudFolder.name(count) : sample.name
    let file = "clouds/\(name).pcd"
    try PointCloudFile.write(sample.cloud, path: path + "/" + file)
    let line = LabelledCloudLine(
      name: name, cloud: file, label: sample.label,
      boxes: sample.label != nil && sample.boxes.isEmpty ? nil : sample.boxes.map { .init($0) },
      views: sample.views.isEmpty
        ? nil
        : sample.views.map { view in
          .init(
            camera: .init(view.camera), camera_from_cloud: .init(view.cameraFromCloud),
            boxes: view.boxes.indices.map { index in
              .init(
                view.boxes[index], object: view.objects[index],
                truncated: index < view.truncations.count ? view.truncations[index] : nil,
                occluded: index < view.occlusions.count ? view.occlusions[index] : nil)
            })
        })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    lines += try encoder.encode(line)
    lines.append(UInt8(ascii: "\n"))
    count += 1
  }

  /// Writes the list.
  ///
  /// - Throws: ``LogError`` when it cannot be written.
  public func finish() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      try encoder.encode(description).write(
        to: URL(fileURLWithPath: path + "/" + LabelledCloudFolder.descriptionName),
        options: .atomic)
      try lines.write(
        to: URL(fileURLWithPath: path + "/" + LabelledCloudFolder.linesName), options: .atomic)
    } catch {
      throw LogError(.unwritable, file: path, problem: "cannot write the list: \(error)")
    }
  }
}
