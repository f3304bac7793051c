import Foundation
import Geometry
import Testing

@testable import Calibration

@Suite struct TargetOrderTests {
  @Test(arguments: [
    (CalibrationTarget.checkerboard(columns: 9, rows: 6, square: 1), 1),
    (.checkerboard(columns: 8, rows: 6, square: 1), 2),
    (.checkerboard(columns: 7, rows: 7, square: 1), 2),
    (.checkerboard(columns: 6, rows: 6, square: 1), 4),
    (.asymmetricCircles(columns: 4, rows: 11, spacing: 1), 1),
    (.asymmetricCircles(columns: 4, rows: 10, spacing: 1), 2),
  ])
  func `orders that look alike are turns of the target onto itself`(
    target: CalibrationTarget, count: Int
  ) {
    let (orders, points) = (target.alikeOrders, target.points)
    #expect(orders.count == count)
    let middle = (points[0] + points[points.count - 1]) / 2
    for order in orders {
      #expect(order.sorted() == Array(points.indices))
      // A turn is known by what it does to two points; it must do the same to all.
      let (a, b) = (points[0] - middle, points[order[0]] - middle)
      let scale = a.dot(a)
      let (c, s) = (a.dot(b) / scale, a.cross(b).z / scale)
      for (index, source) in order.enumerated() {
        let p = points[index] - middle
        let turned = Vector3(c * p.x - s * p.y, s * p.x + c * p.y, 0) + middle
        #expect((turned - points[source]).length < 1e-9)
      }
    }
  }

  /// Views of boards at several poses by two cameras, the right one rolled.
  static func pairs(
    _ target: CalibrationTarget, roll: Double
  ) -> [(left: TargetView, right: TargetView)] {
    let rotation = Quaternion(angle: roll, axis: Vector3(0.02, 0.03, 1).normalized)
    return (0..<6).map { index in
      let t = Double(index)
      let board =
        Quaternion(angle: 0.5 * t, axis: Vector3(0, 0, 1))
        * Quaternion(angle: 0.3 + 0.1 * t, axis: Vector3(cos(t), sin(t), 0))
      let place = Vector3(0.1 * cos(2 * t), 0.1 * sin(3 * t), 1.2 + 0.1 * t)
      func view(_ camera: (Vector3) -> Vector3) -> TargetView {
        let corners = target.points.enumerated().map { index, point in
          let p = camera(board.rotate(point) + place)
          return TargetCorner(
            index: index, position: Vector2(500 * p.x / p.z + 320, 500 * p.y / p.z + 240))
        }
        return TargetView(name: "\(index)", width: 640, height: 480, corners: corners)
      }
      return (
        view { $0 }, view { rotation.rotate($0) + Vector3(-0.2, 0.01, 0.02) }
      )
    }
  }

  @Test(arguments: [(8, 6), (6, 6)], [0.0, 1.7, 3.1])
  func `left and right agree whatever end each view begins at`(size: (Int, Int), roll: Double) {
    let target = CalibrationTarget.checkerboard(columns: size.0, rows: size.1, square: 0.03)
    let truth = Self.pairs(target, roll: roll)
    let count = target.alikeOrders.count
    let mixed = truth.enumerated().map { index, pair in
      (left: pair.left, right: target.reordered(pair.right, order: (index * 7 + 1) % count))
    }
    let found = target.agreeing(mixed)
    #expect(found.map(\.right) == truth.map(\.right))
    #expect(found.map(\.left) == truth.map(\.left))
  }

  @Test func `one pair alone takes the axis that points the same way`() {
    let target = CalibrationTarget.checkerboard(columns: 8, rows: 6, square: 0.03)
    let pair = Self.pairs(target, roll: 0.2)[0]
    let found = target.agreeing([(pair.left, target.reordered(pair.right, order: 1))])
    #expect(found[0].right == pair.right)
  }

  @Test func `views of one camera follow each other`() {
    let target = CalibrationTarget.checkerboard(columns: 8, rows: 6, square: 0.03)
    let truth = Self.pairs(target, roll: 0).map(\.left)
    let mixed = truth.enumerated().map { target.reordered($1, order: $0 % 2) }
    #expect(target.consistent(mixed) == truth)
    #expect(target.upright(mixed[1]) == truth[1])
  }
}
