import Geometry

/// One line of `labels.jsonl`: a cloud or a depth image with what is known about it.
struct LabelledCloudLine: Codable {
  struct Box: Codable {
    var label: String
    var center: [Double]
    var size: [Double]
    var yaw: Double
  }

  struct Placement: Codable {
    var rotation: [Double]
    var translation: [Double]
  }

  struct Camera: Codable {
    var width: Int
    var height: Int
    var fx: Double
    var fy: Double
    var cx: Double
    var cy: Double
  }

  struct ImageBox: Codable {
    var label: String
    var x1: Double
    var y1: Double
    var x2: Double
    var y2: Double
    var object: Int?
    var score: Double?
    /// Share outside the image, and how much is hidden: 0 to 3.
    var truncated: Double?
    var occluded: Int?
  }

  struct View: Codable {
    var camera: Camera
    var camera_from_cloud: Placement
    var boxes: [ImageBox]
  }

  var name: String?
  var cloud: String?
  var depth: String?
  /// Metres that one unit of the depth image stands for.
  var depth_scale: Double?
  /// Of the depth image.
  var camera: Camera?
  /// From the depth camera to the frame of the boxes.
  var cloud_from_camera: Placement?
  var label: String?
  var boxes: [Box]?
  var views: [View]?
}

/// A part of a line that does not hold what it should.
struct LabelledCloudLineError: Error {
  var problem: String
}

extension LabelledCloudLine.Box {
  init(_ box: Box3D) {
    self.init(
      label: box.label, center: box.center.numbers, size: box.size.numbers, yaw: box.yaw)
  }

  func box() throws -> Box3D {
    let box = Box3D(
      center: try Vector3(center, "center"), size: try Vector3(size, "size"), yaw: yaw,
      label: label)
    guard yaw.isFinite, size.allSatisfy({ $0 > 0 }) else {
      throw LabelledCloudLineError(
        problem: "a box '\(label)' of the size \(size) and yaw \(yaw): sizes are full lengths "
          + "along x, y, z above 0 in metres, yaw is in radians")
    }
    return box
  }
}

extension LabelledCloudLine.Placement {
  init(_ pose: Pose) {
    let turn = pose.rotation
    self.init(
      rotation: [turn.w] + turn.vector.numbers, translation: pose.translation.numbers)
  }

  func pose() throws -> Pose {
    let length = rotation.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard rotation.count == 4, abs(length - 1) < 1e-3 else {
      throw LabelledCloudLineError(
        problem: "'rotation' takes a unit quaternion [w, x, y, z], not \(rotation)")
    }
    return Pose(
      rotation: Quaternion(
        w: rotation[0] / length, x: rotation[1] / length, y: rotation[2] / length,
        z: rotation[3] / length), translation: try Vector3(translation, "translation"))
  }
}

extension LabelledCloudLine.Camera {
  init(_ camera: CameraModel) {
    self.init(
      width: camera.width, height: camera.height, fx: camera.focalLength.x,
      fy: camera.focalLength.y, cx: camera.principalPoint.x, cy: camera.principalPoint.y)
  }

  func model() throws -> CameraModel {
    guard (1...100_000).contains(width), (1...100_000).contains(height), fx > 0, fy > 0,
      [fx, fy, cx, cy].allSatisfy(\.isFinite)
    else {
      throw LabelledCloudLineError(
        problem: "a camera of \(width) x \(height) pixels with fx \(fx) and fy \(fy)")
    }
    return CameraModel(
      width: width, height: height, focalLength: Vector2(fx, fy), principalPoint: Vector2(cx, cy))
  }
}

extension LabelledCloudLine.ImageBox {
  init(_ box: Box2D, object: Int, truncated: Double?, occluded: Int?) {
    self.init(
      label: box.label, x1: box.x1, y1: box.y1, x2: box.x2, y2: box.y2,
      object: object < 0 ? nil : object, score: box.score == 1 ? nil : box.score,
      truncated: truncated, occluded: occluded)
  }

  func box() throws -> Box2D {
    guard [x1, y1, x2, y2].allSatisfy(\.isFinite), x1 <= x2, y1 <= y2 else {
      throw LabelledCloudLineError(
        problem: "an image box '\(label)' from (\(x1), \(y1)) to (\(x2), \(y2))")
    }
    return Box2D(x1: x1, y1: y1, x2: x2, y2: y2, label: label, score: score ?? 1)
  }
}

extension Vector3 {
  fileprivate init(_ numbers: [Double], _ name: String) throws {
    guard numbers.count == 3, numbers.allSatisfy(\.isFinite) else {
      throw LabelledCloudLineError(problem: "'\(name)' takes three numbers, not \(numbers)")
    }
    self.init(numbers[0], numbers[1], numbers[2])
  }

  fileprivate var numbers: [Double] { [x, y, z] }
}
