import Foundation

/// Labels and calibrations of a KITTI object folder by frame, for evaluation.
public struct KITTIObjectFolder: Sendable {
  /// Frame names (`000008`), in numerical order: those with a calibration.
  public let frames: [String]
  private let path: String

  /// Lists the frames of a folder.
  ///
  /// - Parameter path: The split's folder (it holds `calib`), or the folder above it that holds `training`.
  /// - Throws: ``LogError`` when there is no calibration.
  public init(_ path: String) throws {
    let inner = path + "/training"
    self.path = FolderListing.isFolder(inner + "/calib") ? inner : path
    frames = FolderListing.names(in: self.path + "/calib")
      .filter { FolderListing.fileExtension($0) == "txt" }.map(FolderListing.stem)
      .filter { FolderListing.number($0) != nil }
    guard !frames.isEmpty else {
      throw LogError(
        .unreadable, file: path, problem: "no KITTI frames: calib/ is missing or empty")
    }
  }

  /// The calibration of a frame.
  ///
  /// - Parameter frame: One of ``frames``.
  /// - Returns: The parsed calibration.
  /// - Throws: ``LogError`` when it is missing or malformed.
  public func calibration(_ frame: String) throws -> KITTICalibration {
    let name = "calib/\(frame).txt"
    let place = "frame \(frame)"
    return try KITTICalibration(
      parsing: RandomAccessFile.text(of: path + "/" + name, named: name, place: place), named: name,
      place: place)
  }

  /// The labels of a frame: all columns, camera frame.
  ///
  /// - Parameter frame: One of ``frames``.
  /// - Returns: The labels in the order of the file; nil when the frame has no label file.
  /// - Throws: ``LogError`` when the file is malformed.
  public func labels(_ frame: String) throws -> [KITTILabel]? {
    let name = "label_2/\(frame).txt"
    let place = "frame \(frame)"
    guard FolderListing.exists(path + "/" + name) else { return nil }
    return try KITTILabel.parse(
      RandomAccessFile.text(of: path + "/" + name, named: name, place: place), named: name,
      place: place)
  }
}
