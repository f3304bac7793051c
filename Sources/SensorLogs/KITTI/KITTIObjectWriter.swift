import Foundation
public import PointClouds
public import Vision

/// Writes a folder of the KITTI 3D object benchmark that ``KITTIObjectFolder`` and the log reader read.
///
/// ```swift
/// let writer = try KITTIObjectWriter("streets")
/// try writer.write("000000", cloud: cloud, image: image, calibration: calibration, labels: labels)
/// ```
///
/// Everything goes into `training`: `velodyne`, `image_2`, `image_3`, `calib`, `label_2`. A frame's labels are written last.
public struct KITTIObjectWriter: Sendable {
  private let path: String

  /// Makes the folder.
  ///
  /// - Parameter path: The folder above `training`; made when it does not exist.
  /// - Throws: ``LogError`` when it holds frames already or cannot be made.
  public init(_ path: String) throws {
    self.path = path + "/training"
    guard FolderListing.names(in: self.path + "/calib").isEmpty else {
      throw LogError(
        .unwritable, file: path, problem: "holds KITTI frames already: give another folder")
    }
    for folder in ["velodyne", "image_2", "calib", "label_2"] { try make(folder) }
  }

  private func make(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path + "/" + folder, withIntermediateDirectories: true)
    } catch {
      throw LogError(.unwritable, file: path, problem: "cannot make the folder: \(error)")
    }
  }

  /// Writes a frame.
  ///
  /// - Parameters:
  ///   - name: `000123`.
  ///   - cloud: The scan in the LiDAR's frame; its `intensity` is the fourth column.
  ///   - image: The left colour image.
  ///   - rightImage: The right one.
  ///   - calibration: Where the sensors are.
  ///   - labels: The objects in the image.
  /// - Throws: ``LogError``, `CloudFileError` or `VisionError` when a file cannot be written.
  public func write(
    _ name: String, cloud: PointCloud, image: Image, rightImage: Image? = nil,
    calibration: KITTICalibration, labels: [KITTILabel]
  ) throws {
    try PointCloudFile.write(cloud, path: "\(path)/velodyne/\(name).bin")
    try write(ImageCodec.encode(image, as: .png), "image_2/\(name).png")
    if let rightImage {
      try make("image_3")
      try write(ImageCodec.encode(rightImage, as: .png), "image_3/\(name).png")
    }
    try write(Array(calibration.text.utf8), "calib/\(name).txt")
    try write(Array(KITTILabel.text(of: labels).utf8), "label_2/\(name).txt")
  }

  private func write(_ bytes: [UInt8], _ name: String) throws {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name), options: .atomic)
    } catch {
      throw LogError(.unwritable, file: "\(path)/\(name)", problem: "cannot write: \(error)")
    }
  }
}
