import Foundation
import Geometry

/// Views as the solver needs them, checked.
struct EstimationInput {
  let width: Int
  let height: Int
  let points: [Vector3]
  /// Usable views.
  let views: [BoardView]
  let unused: [UnusedView]

  init(_ views: [TargetView], target: CalibrationTarget, floor: Double) throws {
    points = target.points
    guard let first = views.first else {
      throw CalibrationRefusal(reasons: [
        VerdictReason(.tooFewViews, "there is no view of the target, at least 3 are needed")
      ])
    }
    (width, height) = (first.width, first.height)
    for view in views { try Self.check(view, width: width, height: height, count: points.count) }
    let given = views.flatMap { $0.corners.compactMap(\.covariance) }
    let squared = floor * floor
    let mean = given.reduce(0) { $0 + ($1.xx + $1.yy) / 2 } / Double(max(given.count, 1))
    var (usable, unused): ([BoardView], [UnusedView]) = ([], [])
    for view in views {
      let variances = view.corners.map { corner in
        guard let own = corner.covariance, mean + squared > 0 else {
          return CornerCovariance(xx: 1, xy: 0, yy: 1)
        }
        let scale = mean + squared
        return CornerCovariance(
          xx: (own.xx + squared) / scale, xy: own.xy / scale, yy: (own.yy + squared) / scale)
      }
      let flat = BoardView(
        name: view.name, corners: view.corners, points: points, variances: variances)
      let places = view.corners.indices.map { flat.planePoint($0) }
      if PlanarHomography(from: places, to: view.corners.map(\.position)) != nil {
        usable.append(flat)
      } else {
        let count = view.corners.count
        let reason =
          count < 4 ? "\(count) corners, at least 4 are needed" : "its corners lie on a line"
        unused.append(UnusedView(name: view.name, reason: reason))
      }
    }
    self.views = usable
    self.unused = unused
  }

  private static func check(_ view: TargetView, width: Int, height: Int, count: Int) throws {
    func refuse(_ kind: VerdictReason.Kind, _ text: String) -> CalibrationRefusal {
      CalibrationRefusal(reasons: [VerdictReason(kind, "view \(view.name): \(text)")])
    }
    guard view.width == width, view.height == height, width > 0, height > 0 else {
      throw refuse(
        .inconsistentViews,
        "its image has \(view.width) x \(view.height) pixels, the first view's \(width) x \(height)"
      )
    }
    var seen = Set<Int>()
    for corner in view.corners {
      guard corner.index >= 0, corner.index < count else {
        throw refuse(
          .inconsistentViews, "corner \(corner.index) is none of the target's \(count) points")
      }
      guard seen.insert(corner.index).inserted else {
        throw refuse(.inconsistentViews, "corner \(corner.index) occurs twice")
      }
      let position = corner.position
      guard abs(position.x) < 1e6, abs(position.y) < 1e6 else {
        throw refuse(.nonFinite, "corner \(corner.index) has no finite position")
      }
      if let c = corner.covariance {
        let isUsable =
          c.xx > 0 && c.yy > 0 && c.xx < 1e6 && c.yy < 1e6 && c.xx * c.yy - c.xy * c.xy > 0
        guard isUsable else {
          throw refuse(.nonFinite, "the covariance of corner \(corner.index) is none")
        }
      }
    }
  }
}
