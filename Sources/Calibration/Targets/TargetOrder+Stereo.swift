import Geometry

extension CalibrationTarget {
  /// Pairs of views of two cameras in orders that agree.
  ///
  /// Where the target looks alike after a turn, each camera's view may begin at another end. All pairs are seen by the same two
  /// cameras, so that one epipolar geometry must hold for all of them; it tells the right order. The order of the left views
  /// stays. Where the geometry cannot tell (one pair, parallel targets), the target's x axis is taken to point the same way
  /// in both images.
  ///
  /// - Parameter pairs: Views of the same instant, left and right.
  /// - Returns: The pairs; right views may be in another order.
  public func agreeing(
    _ pairs: [(left: TargetView, right: TargetView)]
  ) -> [(left: TargetView, right: TargetView)] {
    let count = alikeOrders.count
    guard count > 1, !pairs.isEmpty else { return pairs }
    // All orders of each right view, the likeliest by direction first.
    let choices = pairs.map { pair in
      (0..<count).map { reordered(pair.right, order: $0) }
        .enumerated().sorted {
          let a = likeness(pair.left, $0.element)
          let b = likeness(pair.left, $1.element)
          return (-a, $0.offset) < (-b, $1.offset)
        }.map(\.element)
    }
    let matches = zip(pairs, choices).map { pair, views in
      views.map { Self.matches(pair.left, $0) }
    }
    let picks = EpipolarChoice(matches: matches).best
    return pairs.indices.map { (pairs[$0].left, choices[$0][picks[$0]]) }
  }

  private func likeness(_ left: TargetView, _ right: TargetView) -> Double {
    guard let a = axis(of: left), let b = axis(of: right) else { return 0 }
    return (a * b).sum()
  }

  private static func matches(_ left: TargetView, _ right: TargetView) -> [PixelMatch] {
    var result: [PixelMatch] = []
    var j = 0
    for corner in left.corners {
      while j < right.corners.count, right.corners[j].index < corner.index { j += 1 }
      guard j < right.corners.count else { break }
      if right.corners[j].index == corner.index {
        result.append(PixelMatch(left: corner.position, right: right.corners[j].position))
      }
    }
    return result
  }
}

/// One point in two images.
struct PixelMatch {
  var left: Vector2
  var right: Vector2
}

/// Picks one of several sets of matches for each pair such that one epipolar geometry fits all.
struct EpipolarChoice {
  /// By pair, then by choice; the first choice is the likeliest without geometry.
  let matches: [[[PixelMatch]]]

  /// Errors above this count as this, pixels.
  private static let cap = 30.0

  /// Index of the choice for each pair.
  var best: [Int] {
    let first = [Int](repeating: 0, count: matches.count)
    let usable = matches.indices.filter { matches[$0].allSatisfy { $0.count >= 8 } }
    guard usable.count >= 2 else { return first }
    var scores: [(picks: [Int], error: Double)] = []
    let seeds = usable.prefix(4).flatMap { i in
      usable.filter { $0 > i }.prefix(8).map { (i, $0) }
    }
    for (i, j) in seeds {
      for a in matches[i].indices {
        for b in matches[j].indices {
          guard let f = Self.fundamental(matches[i][a] + matches[j][b]) else { continue }
          scores.append(picks(under: f))
        }
      }
    }
    guard let top = scores.min(by: { $0.error < $1.error }) else { return first }
    // Once more with all pairs; the geometry must be clearly better than with any other choice.
    let all = usable.flatMap { matches[$0][top.picks[$0]] }
    let refined = Self.fundamental(all).map { picks(under: $0) } ?? top
    let final = refined.error <= top.error ? refined : top
    let rival = scores.filter { $0.picks != final.picks }.map(\.error).min() ?? .infinity
    guard rival > 1.5 * final.error + 0.1 else { return first }
    return final.picks
  }

  /// The best choice for each pair and the mean error.
  private func picks(under f: Matrix3) -> (picks: [Int], error: Double) {
    var total = 0.0
    let picks = matches.map { choices in
      var best = (index: 0, error: Double.infinity)
      for (index, choice) in choices.enumerated() {
        let error = Self.error(choice, f)
        if error < best.error { best = (index, error) }
      }
      total += min(best.error, Self.cap)
      return best.index
    }
    return (picks, total / Double(max(matches.count, 1)))
  }

  /// Mean distance from the geometry to first order (Sampson), pixels, each at most the cap.
  private static func error(_ matches: [PixelMatch], _ f: Matrix3) -> Double {
    guard !matches.isEmpty else { return 0 }
    let back = f.transpose
    var sum = 0.0
    for match in matches {
      let x = Vector3(match.left.x, match.left.y, 1)
      let y = Vector3(match.right.x, match.right.y, 1)
      let (fx, fy) = (f * x, back * y)
      let scale = (fx.x * fx.x + fx.y * fx.y + fy.x * fy.x + fy.y * fy.y).squareRoot()
      let distance = abs(y.dot(fx)) / scale
      sum += distance.isFinite ? min(distance, cap) : cap
    }
    return sum / Double(matches.count)
  }

  /// The matrix F with right^T F left = 0 that fits best in the algebraic sense.
  ///
  /// - Note: Source: Hartley, "In Defense of the Eight-Point Algorithm", PAMI 19(6), 1997. Differs: rank 2 is not enforced, since
  ///   only errors are asked for.
  private static func fundamental(_ matches: [PixelMatch]) -> Matrix3? {
    guard matches.count >= 8, let left = normaliser(matches.map(\.left)),
      let right = normaliser(matches.map(\.right))
    else { return nil }
    var rows = LeastSquaresRows(columns: 9)
    for match in matches {
      let x = left * Vector3(match.left.x, match.left.y, 1)
      let y = right * Vector3(match.right.x, match.right.y, 1)
      var row = [y.x * x.x, y.x * x.y, y.x, y.y * x.x, y.y * x.y, y.y, x.x, x.y, 1]
      rows.add(&row)
    }
    let (values, vectors) = rows.singular
    guard values[7] > 1e-7 * values[0] else { return nil }
    return right.transpose * Matrix3(rowMajor: vectors[8]) * left
  }

  private static func normaliser(_ points: [Vector2]) -> Matrix3? {
    let n = Double(points.count)
    let center = points.reduce(.zero, +) / n
    let spread = points.reduce(0) { $0 + ($1 - center).lengthSquared } / n
    guard spread > 0, spread.isFinite else { return nil }
    let s = (2 / spread).squareRoot()
    return Matrix3(rows: [
      Vector3(s, 0, -s * center.x), Vector3(0, s, -s * center.y), Vector3(0, 0, 1),
    ])
  }
}
