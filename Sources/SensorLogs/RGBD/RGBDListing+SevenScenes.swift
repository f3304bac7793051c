import Geometry

extension RGBDListing {
  /// Published for the 7-Scenes data set (Kinect, 640x480), for folders without `camera-intrinsics.txt`.
  private static let sevenScenesCamera = RGBDIntrinsics(
    focalLength: Vector2(585, 585), principalPoint: Vector2(320, 240))

  /// `frame-XXXXXX.color.jpg|png`, `.depth.png` (millimetres; 0 and 65535 = no value) and `.pose.txt` (world from camera);
  /// frame i at i / 30 s.
  mutating func listSevenScenes() throws {
    let camera = try readMatrixIntrinsics() ?? Self.sevenScenesCamera
    var frames: [String: [String: String]] = [:]
    for name in names where name.hasPrefix("frame-") {
      let parts = name.dropFirst("frame-".count).split(separator: ".")
      guard parts.count == 3, FolderListing.number(String(parts[0])) != nil else { continue }
      frames[String(parts[0]), default: [:]][String(parts[1])] = name
    }
    let hasColor = frames.values.contains { $0["color"] != nil }
    let hasPose = frames.values.contains { $0["pose"] != nil }
    for stem in frames.keys.sorted(by: FolderListing.naturallyPrecedes) {
      guard let number = FolderListing.number(stem), let files = frames[stem],
        let time = FolderListing.instant(ofFrame: number, rate: 30)
      else { continue }
      let place = "frame \(stem)"
      if let color = files["color"] {
        addColor(color, time, place, camera)
      } else if hasColor {
        reportMissing("frame-\(stem).color.jpg", place, "colour image")
      }
      if let depth = files["depth"] {
        addDepth(
          depth, time, place, camera, DepthReading(metresPerUnit: 0.001, missingValue: 65535))
      } else {
        reportMissing("frame-\(stem).depth.png", place, "depth image")
      }
      if let pose = files["pose"] {
        add("/tf", time, PoseFile(path: root + "/" + pose, file: pose, place: place))
      } else if hasPose {
        reportMissing("frame-\(stem).pose.txt", place, "pose")
      }
    }
  }

  /// The 3 x 3 matrix of `camera-intrinsics.txt`; nil without the file.
  private func readMatrixIntrinsics() throws -> RGBDIntrinsics? {
    let name = "camera-intrinsics.txt"
    guard names.contains(name) else { return nil }
    let text = try RandomAccessFile.text(of: root + "/" + name, named: name, place: "")
    guard let k = try? NumberText.numbers(NumberText.words(text)), k.count == 9, k[0] > 0, k[4] > 0
    else {
      throw LogError(
        .unreadable, file: name, problem: "expected a 3 x 3 camera matrix (9 numbers)")
    }
    return RGBDIntrinsics(focalLength: Vector2(k[0], k[4]), principalPoint: Vector2(k[2], k[5]))
  }
}

/// A 4 x 4 matrix `world_from_camera` in a text file.
struct PoseFile: FileContent {
  var path: String
  var file: String
  var place: String

  var payloadType: String { FrameTransforms.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    let text = try RandomAccessFile.text(of: path, named: file, place: place)
    do throws(NumberTextError) {
      let pose = try Pose(matrixText: NumberText.words(text))
      return FrameTransforms(edges: [RGBDListing.worldFromCamera(pose)])
    } catch {
      throw failure("the pose \(error.problem)")
    }
  }

  func check() -> FileCheck { checkByDecoding() }
}

extension Pose {
  /// A rigid transform from the 16 numbers of a 4 x 4 matrix, row by row.
  init(matrixText words: [Substring]) throws(NumberTextError) {
    let values = try NumberText.numbers(words)
    guard values.count == 16 else {
      throw NumberTextError(problem: "has \(values.count) numbers, expected 16 (4 x 4)")
    }
    let matrix = ProjectionMatrix(rowMajor: Array(values.prefix(12)))
    guard matrix.left.isNearlyRotation else {
      throw NumberTextError(
        problem: "is no rigid transform: its rows are not perpendicular and of length 1")
    }
    self.init(rotation: Quaternion(matrix.left), translation: matrix.column)
  }
}
