import Foundation
import Geometry
public import PointClouds
import Tensors
import Vision

/// A folder of labelled clouds: `labels.jsonl`, one sample a line, and the files that it names.
///
/// ```json
/// {"name":"000000","cloud":"clouds/000000.pcd","boxes":[{"label":"chair","center":[1.2,0.3,0.4],"size":[0.6,0.5,0.8],"yaw":0.1}]}
/// ```
///
/// Metres and radians in the frame of the cloud, z up; `center` is the middle of the box, `size` full length, width and height,
/// yaw turns about +z. Clouds are PCD, PLY, NPY, XYZ or KITTI files. In place of `cloud`, `depth` names a 16-bit image, with
/// `depth_scale` (metres a unit, 0.001 when left out), `camera` (`width`, `height`, `fx`, `fy`, `cx`, `cy`) and
/// `cloud_from_camera` (`rotation` `[w, x, y, z]`, `translation`). `label` is the class of a whole cloud, `views` the boxes in
/// images. `dataset.json` beside it may name the classes, so that their order does not depend on what occurs.
public struct LabelledCloudFolder: Sendable {
  /// What `dataset.json` says.
  public struct Description: Codable, Sendable, Equatable {
    /// Classes of boxes or of whole clouds.
    public var classes: [String]?
    /// Classes of points, by the number in the attribute `label`.
    public var point_classes: [String]?

    /// A description.
    ///
    /// - Parameters:
    ///   - classes: Classes of boxes or of whole clouds.
    ///   - pointClasses: Classes of points.
    public init(classes: [String]? = nil, pointClasses: [String]? = nil) {
      self.classes = classes
      point_classes = pointClasses
    }
  }

  static let linesName = "labels.jsonl"
  static let descriptionName = "dataset.json"

  /// The folder.
  public let path: String
  /// What `dataset.json` says.
  public let description: Description
  private let lines: [LabelledCloudLine]

  /// Number of clouds.
  public var count: Int { lines.count }

  /// Whether a folder holds labelled clouds.
  ///
  /// - Parameter path: A folder.
  /// - Returns: Whether it holds `labels.jsonl`.
  public static func isFolder(_ path: String) -> Bool {
    FolderListing.exists(path + "/" + linesName)
  }

  /// Opens a folder; clouds are read one by one.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``LogError`` that names the line.
  public init(_ path: String) throws {
    self.path = path
    let file = path + "/" + Self.linesName
    guard let data = FileManager.default.contents(atPath: file) else {
      throw LogError(
        .unreadable, file: file, problem: "no such file: a folder of clouds lists them there")
    }
    let decoder = JSONDecoder()
    lines = try data.split(separator: UInt8(ascii: "\n")).enumerated().map { number, text in
      do { return try decoder.decode(LabelledCloudLine.self, from: text) } catch {
        throw LogError(
          .unreadable, file: file, place: "line \(number + 1)",
          problem: "is no labelled cloud: \(Self.reason(error))")
      }
    }
    description = try Self.description(path)
    for number in lines.indices { try check(number) }
  }

  /// What the labels say of a sample, without its points.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The sample with an empty cloud.
  /// - Throws: ``LogError`` that names the line.
  public func labels(at number: Int) throws -> LabelledCloud {
    let line = lines[number]
    do {
      return LabelledCloud(
        name: line.name ?? Self.name(number),
        cloud: PointCloud(positions: Tensor([Float](), shape: [0, 3])),
        boxes: try (line.boxes ?? []).map { try $0.box() }, label: line.label,
        views: try (line.views ?? []).map { view in
          LabelledCloud.CameraView(
            camera: try view.camera.model(), cameraFromCloud: try view.camera_from_cloud.pose(),
            boxes: try view.boxes.map { try $0.box() }, objects: view.boxes.map { $0.object ?? -1 },
            truncations: view.boxes.contains { $0.truncated != nil }
              ? view.boxes.map { $0.truncated ?? 0 } : [],
            occlusions: view.boxes.contains { $0.occluded != nil }
              ? view.boxes.map { $0.occluded ?? 3 } : [])
        })
    } catch let error as LabelledCloudLineError {
      throw LogError(
        .unreadable, file: path + "/" + Self.linesName, place: "line \(number + 1)",
        problem: error.problem)
    }
  }

  /// A sample with its points.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The sample.
  /// - Throws: ``LogError`` or `CloudFileError` that names the file.
  public func sample(at number: Int) throws -> LabelledCloud {
    var sample = try labels(at: number)
    let line = lines[number]
    if let file = line.cloud {
      sample.cloud = try PointCloudFile.read(path: path + "/" + file).cloud
    } else if let file = line.depth, let camera = line.camera, let pose = line.cloud_from_camera {
      sample.cloud = try depthCloud(
        file, number, scale: line.depth_scale ?? 0.001, camera: camera, pose: pose)
    }
    return sample
  }

  private func depthCloud(
    _ file: String, _ number: Int, scale: Double, camera: LabelledCloudLine.Camera,
    pose: LabelledCloudLine.Placement
  ) throws -> PointCloud {
    let bytes = try RandomAccessFile.contents(
      of: path + "/" + file, named: file, place: "line \(number + 1)")
    let image: DepthImage
    do { image = try ImageCodec.decodeDepth(bytes, metresPerUnit: scale, named: file) } catch {
      throw LogError(
        .unreadable, file: path + "/" + file,
        problem: "the depth image cannot be decoded: \(error)")
    }
    guard image.width == camera.width, image.height == camera.height else {
      throw LogError(
        .unreadable, file: path + "/" + file,
        problem: "holds \(image.width) x \(image.height) pixels, the camera of line "
          + "\(number + 1) has \(camera.width) x \(camera.height)")
    }
    let (placement, width) = (try pose.pose(), image.width)
    var positions: [Float] = []
    image.depths.withUnsafeElements(of: Float.self) { depths in
      for place in depths.indices where depths[place] > 0 {
        let depth = Double(depths[place])
        let x = (Double(place % width) - camera.cx) / camera.fx * depth
        let y = (Double(place / width) - camera.cy) / camera.fy * depth
        let point = placement * Vector3(x, y, depth)
        positions += [Float(point.x), Float(point.y), Float(point.z)]
      }
    }
    return PointCloud(positions: Tensor(positions, shape: [positions.count / 3, 3]))
  }

  /// What can be wrong with a line besides its numbers.
  private func check(_ number: Int) throws {
    let line = lines[number]
    func fail(_ problem: String) -> LogError {
      LogError(
        .unreadable, file: path + "/" + Self.linesName, place: "line \(number + 1)",
        problem: problem)
    }
    guard let file = line.cloud ?? line.depth else {
      throw fail("names no file: give 'cloud' or 'depth', relative to the folder")
    }
    if line.cloud == nil, line.camera == nil || line.cloud_from_camera == nil {
      throw fail("a depth image needs 'camera' and 'cloud_from_camera'")
    }
    if line.cloud == nil {
      do {
        _ = try line.camera?.model()
        _ = try line.cloud_from_camera?.pose()
      } catch let error as LabelledCloudLineError { throw fail(error.problem) }
    }
    guard FolderListing.exists(path + "/" + file) else {
      throw fail("there is no file \(file) in \(path)")
    }
    let sample = try labels(at: number)
    for view in line.views ?? [] {
      for box in view.boxes {
        guard let object = box.object else { continue }
        guard sample.boxes.indices.contains(object) else {
          throw fail("an image box belongs to box \(object) of \(sample.boxes.count)")
        }
      }
    }
  }

  static func description(_ path: String) throws -> Description {
    let file = path + "/" + descriptionName
    guard let data = FileManager.default.contents(atPath: file) else { return Description() }
    do { return try JSONDecoder().decode(Description.self, from: data) } catch {
      throw LogError(.unreadable, file: file, problem: reason(error))
    }
  }

  static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))': "
        + context.debugDescription
    case DecodingError.dataCorrupted(let context): "no JSON: \(context.debugDescription)"
    default: "\(error)"
    }
  }
}
