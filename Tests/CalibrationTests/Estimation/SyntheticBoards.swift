import Calibration
import Foundation
import Geometry
import Tensors

/// Views of a board by a camera that is known exactly.
struct SyntheticBoards {
  let camera: CameraModel
  let target: CalibrationTarget
  let poses: [Pose]

  static let brown = CameraModel(
    width: 640, height: 480, focalLength: Vector2(533, 530), principalPoint: Vector2(330, 236),
    distortion: .brownConrady([-0.28, 0.08, 0.001, -0.0005, -0.02]))

  /// Poses at random so that the whole board is seen.
  init(
    camera: CameraModel = brown, views: Int, seed: UInt64 = 7, tilt: Double = 40,
    columns: Int = 9, rows: Int = 6
  ) {
    self.camera = camera
    target = .checkerboard(columns: columns, rows: rows, square: 0.025)
    var generator = SeededGenerator(seed: seed)
    func spread(_ half: Double) -> Double { (2 * generator.uniform() - 1) * half }
    let points = target.points
    let middle = points.reduce(Vector3.zero, +) / Double(points.count)
    let size = Vector2(Double(camera.width), Double(camera.height))
    var poses: [Pose] = []
    while poses.count < views {
      let turn =
        Quaternion(angle: spread(tilt * .pi / 180), axis: Vector3(1, 0, 0))
        * Quaternion(angle: spread(tilt * .pi / 180), axis: Vector3(0, 1, 0))
        * Quaternion(angle: spread(0.4), axis: Vector3(0, 0, 1))
      let pixel = size / 2 * (Vector2(1, 1) + Vector2(spread(0.8), spread(0.8)))
      let nearest = 0.45 * camera.focalLength.x / 533
      let depth = nearest * (0.55 + 0.9 * generator.uniform())
      guard let ray = camera.ray(through: pixel), ray.z > 0.1 else { continue }
      let pose = Pose(rotation: turn, translation: ray * (depth / ray.z) - turn.rotate(middle))
      let isSeen = points.allSatisfy { point in
        guard let seen = camera.project(pose * point) else { return false }
        return seen.x > 3 && seen.y > 3 && seen.x < size.x - 4 && seen.y < size.y - 4
      }
      if isSeen { poses.append(pose) }
    }
    self.poses = poses
  }

  /// The views with normal errors of the corners' coordinates.
  func views(noise: Double, seed: UInt64 = 1) -> [TargetView] {
    var generator = SeededGenerator(seed: seed)
    return poses.enumerated().map { number, pose in
      let corners = target.points.enumerated().compactMap { index, point -> TargetCorner? in
        guard let pixel = camera.project(pose * point) else { return nil }
        let error = Vector2(generator.normal(), generator.normal()) * noise
        return TargetCorner(index: index, position: pixel + error)
      }
      return TargetView(
        name: "view\(number)", width: camera.width, height: camera.height, corners: corners)
    }
  }
}
