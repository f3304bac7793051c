import Foundation
import Geometry

/// A camera and poses near enough for the optimisation: the best of several guesses.
struct StartingCamera {
  let lens: LensModel
  var parameters: [Double]
  var poses: [Pose]
  let rms: Double

  /// Nil when no guess places the target before the camera in all views.
  static func best(
    for views: [BoardView], lens: LensModel, width: Int, height: Int, withSkew: Bool
  ) -> StartingCamera? {
    lens == .fisheye4
      ? fisheye(views, width, height) : perspective(views, lens, width, height, withSkew)
  }

  private static func perspective(
    _ views: [BoardView], _ lens: LensModel, _ width: Int, _ height: Int, _ withSkew: Bool
  ) -> StartingCamera? {
    let homographies = views.compactMap { view in
      PlanarHomography(
        from: view.corners.indices.map { view.planePoint($0) },
        to: view.corners.map(\.position))
    }
    guard homographies.count == views.count else { return nil }
    let zhang = ZhangIntrinsics(homographies, width: width, height: height)
    let size = Double(max(width, height))
    let guesses = [0.4, 0.6, 0.8, 1, 1.4, 2, 3, 5].map { factor in
      Matrix3(rowMajor: [
        factor * size, 0, Double(width - 1) / 2, 0, factor * size, Double(height - 1) / 2, 0, 0, 1,
      ])
    }
    let matrices =
      [
        withSkew ? zhang.general(withSkew: true) : nil, zhang.general(withSkew: false),
        zhang.centred(isSquare: false), zhang.centred(isSquare: true),
      ].compactMap { $0 } + guesses
    return matrices.compactMap { matrix -> StartingCamera? in
      let poses = homographies.compactMap { $0.cameraFromTarget(matrix) }
      let k = matrix.rows
      let first = [k[0].x, k[1].y, k[0].z, k[1].z, withSkew ? k[0].y : 0]
      return StartingCamera(
        views, lens, first + [Double](repeating: 0, count: lens.coefficientCount), poses)
    }.min { $0.rms < $1.rms }
  }

  private static func fisheye(
    _ views: [BoardView], _ width: Int, _ height: Int
  ) -> StartingCamera? {
    let size = Double(max(width, height))
    let centre = Vector2(Double(width - 1), Double(height - 1)) / 2
    return [0.2, 0.25, 0.3, 0.36, 0.43, 0.5, 0.6, 0.75, 1, 1.5, 2.5].compactMap { factor in
      let focal = factor * size
      let poses = views.compactMap { view -> Pose? in
        var (points, directions): ([Vector2], [Vector2]) = ([], [])
        for (place, corner) in view.corners.enumerated() {
          let offset = (corner.position - centre) / focal
          let angle = (offset * offset).sum().squareRoot()
          guard angle < 1.4 else { continue }
          points.append(view.planePoint(place))
          directions.append(angle > 0 ? offset * (tan(angle) / angle) : offset)
        }
        return PlanarHomography(from: points, to: directions)?.cameraFromTarget(.identity)
      }
      return StartingCamera(
        views, .fisheye4, [focal, focal, centre.x, centre.y, 0, 0, 0, 0, 0], poses)
    }.min { $0.rms < $1.rms }
  }

  private init?(
    _ views: [BoardView], _ lens: LensModel, _ parameters: [Double], _ poses: [Pose]
  ) {
    guard poses.count == views.count else { return nil }
    self.lens = lens
    self.parameters = parameters
    self.poses = poses
    var (sum, count) = (0.0, 0)
    for (view, pose) in zip(views, poses) {
      var residuals = [Double](repeating: 0, count: 2 * view.corners.count)
      let isSeen = view.evaluate(
        Array(view.corners.indices), lens, parameters: parameters, pose: pose.numbers,
        residuals: &residuals, byParameters: nil, byPose: nil, isTangent: true)
      guard isSeen else { return nil }
      // One bad view must not decide.
      sum += min(residuals.reduce(0) { $0 + $1 * $1 }, 1e4 * Double(residuals.count))
      count += residuals.count
    }
    rms = (sum / Double(max(count, 1))).squareRoot()
    guard rms.isFinite else { return nil }
  }
}

extension BoardView {
  /// The point of a corner in the target's plane.
  func planePoint(_ place: Int) -> Vector2 {
    Vector2(memory[place * Self.stride], memory[place * Self.stride + 1])
  }
}
