import Foundation
import Geometry

/// Tries poses of the target and finds the one whose view would make projections most certain.
struct NextPoseSearch {
  private let fit: BundleFit
  private let camera: CameraModel
  private let points: [Vector3]
  private let free: [Int]
  /// Inverse covariance of the free parameters so far, with what everybody knows of cameras.
  private let known: SymmetricMatrix
  private let variance: Double
  private let sensitivity: ProjectionSensitivity
  private let target: BoardView

  /// For a solution.
  init(_ solution: EstimationSolution, sensitivity: ProjectionSensitivity) {
    self.init(
      solution.fit, solution.camera, solution.input.points, solution.free,
      solution.total.scaled(by: 1 / solution.variance), solution.variance, sensitivity)
  }

  /// Without a solution, for a plausible camera; nil when its lens has no inverse.
  init?(_ fit: BundleFit, _ camera: CameraModel, _ input: EstimationInput, free: [Int]) {
    let grid = ProjectionSensitivity(camera: camera, free: free, columns: 9, rows: 7)
    guard let grid else { return nil }
    let variance = 0.04
    var known = SymmetricMatrix(side: free.count)
    for (view, pose) in zip(input.views, fit.poses) {
      let part = ViewInformation(view, view.active, fit, pose: pose, free: free)
      if let reduced = part?.reduced { known += reduced.scaled(by: 1 / variance) }
    }
    self.init(fit, camera, input.points, free, known, variance, grid)
  }

  private init(
    _ fit: BundleFit, _ camera: CameraModel, _ points: [Vector3], _ free: [Int],
    _ known: SymmetricMatrix, _ variance: Double, _ sensitivity: ProjectionSensitivity
  ) {
    self.fit = fit
    self.camera = camera
    self.points = points
    self.free = free
    self.variance = variance
    self.sensitivity = sensitivity
    let size = Double(max(camera.width, camera.height))
    var known = known
    for (place, parameter) in free.enumerated() {
      let deviation =
        switch parameter {
        case 0...1: size / 2
        case 2...3: size / 8
        case 4: size / 100
        default: 1.0
        }
      known[place, place] += 1 / (deviation * deviation)
    }
    self.known = known
    let corners = points.indices.map { TargetCorner(index: $0, position: .zero) }
    let unit = CornerCovariance(xx: 1, xy: 0, yy: 1)
    target = BoardView(
      name: "", corners: corners, points: points,
      variances: [CornerCovariance](repeating: unit, count: points.count))
  }

  /// The best pose; nil when no pose fits into the image.
  func best() -> NextPose? {
    guard let before = known.inverse.map({ sensitivity.rms($0) }), before > 0 else { return nil }
    var best: NextPose?
    for (isNear, distance) in [(true, nearDistance), (false, 2 * nearDistance)] {
      for tilt in Tilt.allCases {
        for row in -1...1 {
          for column in -1...1 {
            guard let pose = pose(distance, tilt, Vector2(Double(column), Double(row))),
              let after = rms(with: pose)
            else { continue }
            let remaining = after / before
            if remaining < best?.remaining ?? 1 {
              let words = Self.words(column, row, tilt, isNear: isNear)
              best = NextPose(words: words, cameraFromTarget: pose, remaining: remaining)
            }
          }
        }
      }
    }
    return best
  }

  /// Expected error over the image with one more view.
  private func rms(with pose: Pose) -> Double? {
    let numbers = pose.numbers
    guard
      let part = ViewInformation(target, target.active, fit, pose: numbers, free: free)?.reduced
    else { return nil }
    var sum = known
    sum += part.scaled(by: 1 / variance)
    return sum.inverse.map { sensitivity.rms($0) }
  }

  /// Extent of the target: smallest and largest x and y.
  private var extent: (low: Vector2, high: Vector2) {
    points.reduce((Vector2(repeating: .infinity), Vector2(repeating: -.infinity))) {
      let point = Vector2($1.x, $1.y)
      return (pointwiseMin($0.0, point), pointwiseMax($0.1, point))
    }
  }

  /// Where the target fills 80 % of the image in one direction.
  private var nearDistance: Double {
    let size = extent.high - extent.low
    return max(
      camera.focalLength.x * size.x / (0.8 * Double(camera.width)),
      camera.focalLength.y * size.y / (0.8 * Double(camera.height)))
  }

  /// The pose with the target as far towards a side of the image as it is still seen whole.
  private func pose(_ distance: Double, _ tilt: Tilt, _ side: Vector2) -> Pose? {
    let (low, high) = extent
    let middle = Vector3((low.x + high.x) / 2, (low.y + high.y) / 2, 0)
    let outline = [low, Vector2(high.x, low.y), high, Vector2(low.x, high.y)]
    let margin = 0.02 * Double(max(camera.width, camera.height))
    let limit = Vector2(Double(camera.width - 1), Double(camera.height - 1))
    let rotation = tilt.rotation
    for step in stride(from: 1.0, through: 0, by: -0.1) {
      if side != .zero && step < 0.15 { return nil }
      let pixel = limit / 2 * (Vector2(1, 1) + side * step)
      guard let ray = camera.ray(through: pixel), ray.z > 0.1 else { continue }
      let pose = Pose(
        rotation: rotation,
        translation: ray * (distance / ray.z) - rotation.rotate(middle))
      let isInside = outline.allSatisfy { corner in
        guard let seen = camera.project(pose * Vector3(corner.x, corner.y, 0)) else { return false }
        return seen.x >= margin && seen.y >= margin && seen.x <= limit.x - margin
          && seen.y <= limit.y - margin
      }
      if isInside { return pose }
      if side == .zero { return nil }
    }
    return nil
  }

  private enum Tilt: CaseIterable {
    case none, leftAway, rightAway, topAway, bottomAway

    var rotation: Quaternion {
      let angle = 35 * Double.pi / 180
      return switch self {
      case .none: .identity
      case .leftAway: Quaternion(angle: angle, axis: Vector3(0, 1, 0))
      case .rightAway: Quaternion(angle: -angle, axis: Vector3(0, 1, 0))
      case .topAway: Quaternion(angle: -angle, axis: Vector3(1, 0, 0))
      case .bottomAway: Quaternion(angle: angle, axis: Vector3(1, 0, 0))
      }
    }

    var words: String {
      switch self {
      case .none: "facing the camera"
      case .leftAway: "its left side turned away by 35 degrees"
      case .rightAway: "its right side turned away by 35 degrees"
      case .topAway: "its top turned away by 35 degrees"
      case .bottomAway: "its bottom turned away by 35 degrees"
      }
    }
  }

  private static func words(_ column: Int, _ row: Int, _ tilt: Tilt, isNear: Bool) -> String {
    let vertical = ["upper", "", "lower"][row + 1]
    let horizontal = ["left", "", "right"][column + 1]
    let place =
      switch (column, row) {
      case (0, 0): "in the middle of the image"
      case (0, _): "at the \(row < 0 ? "upper" : "lower") edge of the image"
      case (_, 0): "at the \(horizontal) edge of the image"
      default: "in the \(vertical) \(horizontal) corner of the image"
      }
    let distance = isNear ? "so near that it nearly fills the image" : "at half that size"
    return "a view with the target \(place), \(tilt.words), \(distance)"
  }
}
