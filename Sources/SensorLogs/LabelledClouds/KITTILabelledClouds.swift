import Geometry
public import PointClouds
import Tensors

/// The scans of a KITTI object folder with their labels, as labelled clouds in the LiDAR's frame.
///
/// Boxes are those of every label but `DontCare`; the view is the left colour camera with the labels' image boxes.
public struct KITTILabelledClouds: LabelledCloudSource {
  /// The folder.
  public let path: String
  /// No classes: labels name them.
  public let description = LabelledCloudFolder.Description()
  private let folder: KITTIObjectFolder
  private let root: String
  private let frames: [String]

  /// Number of scans that have labels.
  public var count: Int { frames.count }

  /// Opens a folder.
  ///
  /// - Parameter path: The split's folder (it holds `calib`), or the folder above it that holds `training`.
  /// - Throws: ``LogError`` when no frame has both a scan and labels.
  public init(_ path: String) throws {
    self.path = path
    let root = FolderListing.isFolder(path + "/training/calib") ? path + "/training" : path
    self.root = root
    folder = try KITTIObjectFolder(path)
    frames = folder.frames.filter { frame in
      FolderListing.exists("\(root)/label_2/\(frame).txt") && Self.scan(root, frame) != nil
    }
    guard !frames.isEmpty else {
      throw LogError(
        .unreadable, file: path,
        problem: "no frame has both velodyne/NUMBER.bin and "
          + "label_2/NUMBER.txt")
    }
  }

  /// A scan without its points.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The labels.
  /// - Throws: ``LogError`` that names the file.
  public func labels(at number: Int) throws -> LabelledCloud {
    let frame = frames[number]
    let calibration = try folder.calibration(frame)
    let labels = (try folder.labels(frame) ?? []).filter { !$0.isRegion }
    var sample = LabelledCloud(
      name: frame, cloud: PointCloud(positions: Tensor([Float](), shape: [0, 3])),
      boxes: labels.compactMap { $0.box3D(calibration) })
    let size =
      ["png", "jpg"].lazy.compactMap { ImageFile.size(of: "\(root)/image_2/\(frame).\($0)") }.first
      ?? PixelSize(width: 1242, height: 375)
    if let camera = calibration.camera(2, width: size.width, height: size.height),
      let pose = calibration.cameraFromLidar(camera: 2)
    {
      sample.views = [
        LabelledCloud.CameraView(
          camera: camera, cameraFromCloud: pose, boxes: labels.map(\.box),
          objects: Array(labels.indices))
      ]
    }
    return sample
  }

  /// A scan with its labels.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The scan.
  /// - Throws: ``LogError`` or `CloudFileError` that names the file.
  public func sample(at number: Int) throws -> LabelledCloud {
    var sample = try labels(at: number)
    guard let file = Self.scan(root, frames[number]) else {
      throw LogError(.unreadable, file: path, problem: "frame \(frames[number]) has no scan")
    }
    sample.cloud = try PointCloudFile.read(path: file).cloud
    return sample
  }

  private static func scan(_ root: String, _ frame: String) -> String? {
    ["velodyne", "velodyne_reduced"].map { "\(root)/\($0)/\(frame).bin" }
      .first(where: FolderListing.exists)
  }
}
