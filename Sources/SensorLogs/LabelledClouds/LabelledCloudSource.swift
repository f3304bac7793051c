import Foundation
public import PointClouds

/// Labelled clouds by number, wherever they come from.
public protocol LabelledCloudSource: Sendable {
  /// The file or folder.
  var path: String { get }
  /// Number of clouds.
  var count: Int { get }
  /// Classes that the source names itself.
  var description: LabelledCloudFolder.Description { get }

  /// What is known of a cloud, without its points where that saves time.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The labels.
  /// - Throws: ``LogError`` that names the place.
  func labels(at number: Int) throws -> LabelledCloud

  /// A cloud with its labels.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The cloud.
  /// - Throws: ``LogError`` or `CloudFileError` that names the file.
  func sample(at number: Int) throws -> LabelledCloud
}

extension LabelledCloudFolder: LabelledCloudSource {}

/// Opens what holds labelled clouds.
public enum LabelledCloudSources {
  /// Opens a folder of labelled clouds, a KITTI object folder, a log with clouds and boxes, or a manifest of these.
  ///
  /// - Parameter path: A folder, a log or a `.json` manifest.
  /// - Returns: The clouds.
  /// - Throws: ``LogError``.
  public static func open(_ path: String) throws -> any LabelledCloudSource {
    if path.hasSuffix(".json") { return try LabelledCloudManifest(path) }
    guard FolderListing.exists(path) else {
      throw LogError(.unreadable, file: path, problem: "no such file or folder")
    }
    if LabelledCloudFolder.isFolder(path) { return try LabelledCloudFolder(path) }
    if FolderListing.isFolder(path) {
      if ["calib", "training/calib"].contains(where: { FolderListing.isFolder(path + "/" + $0) }) {
        return try KITTILabelledClouds(path)
      }
      throw LogError(
        .unreadable, file: path,
        problem: "holds neither labels.jsonl (a folder of labelled clouds) nor calib/ and label_2/ "
          + "(a KITTI object folder)")
    }
    return try LabelledCloudLog(path)
  }
}
