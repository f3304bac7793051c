public import Geometry

extension CalibrationTarget {
  /// The orders of the points that look alike: for each, which point takes the place of point i.
  ///
  /// The first changes nothing.
  ///
  /// A checkerboard whose columns and rows are both even or both odd looks alike after half a turn, an even square one after
  /// each quarter; an asymmetric circle grid with an even number of rows after half a turn. Markers tell every point apart.
  public var alikeOrders: [[Int]] {
    switch self {
    case .checkerboard(let columns, let rows, _):
      let same = Array(0..<max(columns * rows, 0))
      if (columns + rows) % 2 == 1 { return [same] }
      let half: [Int] = same.reversed()
      guard columns == rows, columns % 2 == 0 else { return [same, half] }
      let quarter = same.map { (columns - 1 - $0 % columns) * columns + $0 / columns }
      return [same, quarter, half, quarter.reversed()]
    case .asymmetricCircles(let columns, let rows, _):
      let same = Array(0..<max(columns * rows, 0))
      return rows % 2 == 0 ? [same, same.reversed()] : [same]
    case .charuco, .aprilGrid: return [Array(0..<points.count)]
    }
  }

  /// The view with its points in another of the orders that look alike.
  ///
  /// - Parameters:
  ///   - view: A view of this target.
  ///   - order: Index into ``alikeOrders``.
  /// - Returns: The same corners under other indices.
  public func reordered(_ view: TargetView, order: Int) -> TargetView {
    guard order != 0 else { return view }
    let permutation = alikeOrders[order]
    var place = [Int](repeating: 0, count: permutation.count)
    for (index, source) in permutation.enumerated() { place[source] = index }
    var copy = view
    copy.corners = view.corners.map { corner in
      var corner = corner
      corner.index = place[corner.index]
      return corner
    }.sorted { $0.index < $1.index }
    return copy
  }

  /// Direction of the target's x axis in the image, of length 1; nil when too few points are seen.
  ///
  /// - Parameter view: A view of this target.
  /// - Returns: The direction, x right and y down.
  public func axis(of view: TargetView) -> Vector2? {
    // Least squares for the affine map from the target to the image.
    let points = self.points
    let corners = view.corners.filter { points.indices.contains($0.index) }
    guard corners.count >= 3 else { return nil }
    let n = Double(corners.count)
    let meanPoint = corners.reduce(Vector3.zero) { $0 + points[$1.index] } / n
    let mean = corners.reduce(Vector2.zero) { $0 + $1.position } / n
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    var (bx, by) = (Vector2.zero, Vector2.zero)
    for corner in corners {
      let p = points[corner.index] - meanPoint
      let q = corner.position - mean
      (xx, xy, yy) = (xx + p.x * p.x, xy + p.x * p.y, yy + p.y * p.y)
      bx += q * p.x
      by += q * p.y
    }
    let determinant = xx * yy - xy * xy
    guard determinant > 1e-12 * xx * yy else { return nil }
    let axis = (bx * yy - by * xy) / determinant
    return axis.length > 0 ? axis / axis.length : nil
  }

  /// The view in that of its orders whose x axis points most in a direction.
  ///
  /// - Parameters:
  ///   - view: A view of this target.
  ///   - direction: In the image; to the right by default.
  /// - Returns: The view, its points in the chosen order.
  public func upright(_ view: TargetView, towards direction: Vector2 = Vector2(1, 0)) -> TargetView
  {
    let orders = alikeOrders
    guard orders.count > 1, let axis = axis(of: view) else { return view }
    var best = (order: 0, score: (axis * direction).sum())
    for order in 1..<orders.count {
      guard let other = self.axis(of: reordered(view, order: order)) else { continue }
      let score = (other * direction).sum()
      // Equal up to rounding keeps the first.
      if score > best.score + 1e-9 { best = (order, score) }
    }
    return reordered(view, order: best.order)
  }

  /// Views of one camera in orders that agree: each follows the one before, and most point to the right.
  ///
  /// - Parameter views: Views of this target, in the order in which they were taken.
  /// - Returns: The same views, their points in the chosen orders.
  public func consistent(_ views: [TargetView]) -> [TargetView] {
    guard alikeOrders.count > 1 else { return views }
    var result: [TargetView] = []
    var direction = Vector2(1, 0)
    for view in views {
      let next = upright(view, towards: direction)
      direction = axis(of: next) ?? direction
      result.append(next)
    }
    let right = result.reduce(0.0) { $0 + (axis(of: $1)?.x ?? 0) }
    guard right < 0, let half = alikeOrders.firstIndex(of: (0..<points.count).reversed()) else {
      return result
    }
    return result.map { reordered($0, order: half) }
  }
}
