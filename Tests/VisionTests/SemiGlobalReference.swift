@testable import Vision

/// The whole matcher, slow and obvious: what the kernels must give, byte by byte.
struct SemiGlobalReference {
  var matcher: SemiGlobalMatcher
  var width: Int
  var height: Int
  var left: [Int]
  var right: [Int]

  struct Result: Equatable {
    /// 1/32 pixel; 0 = none.
    var disparity: [Int]
    /// 1/256 pixel; 0 = none.
    var deviation: [Int]
    var confidence: [Int]
  }

  private struct Winner {
    var index: Int
    var cost: Int
    var before: Int
    var after: Int
    var second: Int
  }

  func run() -> Result {
    var result = Result(
      disparity: [Int](repeating: 0, count: width * height),
      deviation: [Int](repeating: 0, count: width * height),
      confidence: [Int](repeating: 0, count: width * height))
    let totals = totals()
    for y in 0..<height { finishRow(y, totals, &result) }
    if matcher.median { smooth(&result) }
    removeSpeckles(&result)
    interpolate(&result)
    return result
  }

  // MARK: costs

  private func pixel(_ picture: [Int], _ x: Int, _ y: Int) -> Int {
    picture[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)]
  }

  private func census(_ picture: [Int], _ x: Int, _ y: Int) -> [Bool] {
    var bits: [Bool] = []
    for dy in [-4, -2, 0, 2, 4] {
      for dx in [-4, -2, 0, 2, 4] where dx != 0 || dy != 0 {
        bits.append(pixel(picture, x + dx, y + dy) < pixel(picture, x, y))
      }
    }
    return bits
  }

  /// [pixel][disparity]
  private func matchingCosts() -> [[Int]] {
    let leftBits = (0..<width * height).map { census(left, $0 % width, $0 / width) }
    let rightBits = (0..<width * height).map { census(right, $0 % width, $0 / width) }
    return (0..<width * height).map { i in
      (0..<matcher.disparityCount).map { d in
        let shift = matcher.minDisparity + d
        guard i % width - shift >= 0 else { return 32 }
        let differing = zip(leftBits[i], rightBits[i - shift]).filter { $0 != $1 }.count
        return differing + min(abs(left[i] / 4 - right[i - shift] / 4), 8)
      }
    }
  }

  private func largePenalty(_ step: Int) -> Int {
    let scaled =
      matcher.p2Scale > 0 ? matcher.p2 * matcher.p2Scale / (matcher.p2Scale + step) : matcher.p2
    return max(scaled, matcher.p2Min)
  }

  /// Path costs of one direction: the path comes from (x - dx, y - dy).
  private func path(_ costs: [[Int]], dx: Int, dy: Int) -> [[Int]] {
    var path = costs
    let rows = dy < 0 ? Array((0..<height).reversed()) : Array(0..<height)
    let columns = dx < 0 ? Array((0..<width).reversed()) : Array(0..<width)
    for y in rows {
      for x in columns {
        let (px, py) = (x - dx, y - dy)
        guard px >= 0, py >= 0, px < width, py < height else { continue }
        let (here, from) = (y * width + x, py * width + px)
        let past = path[from]
        let least = past.min() ?? 0
        let large = largePenalty(abs(left[here] - left[from]))
        for d in past.indices {
          var best = min(past[d], least + large)
          if d > 0 { best = min(best, past[d - 1] + matcher.p1) }
          if d + 1 < past.count { best = min(best, past[d + 1] + matcher.p1) }
          path[here][d] = costs[here][d] + best - least
        }
      }
    }
    return path
  }

  private func totals() -> [[Int]] {
    let costs = matchingCosts()
    func add(_ a: [[Int]], _ b: [[Int]], _ combine: (Int, Int) -> Int) -> [[Int]] {
      zip(a, b).map { zip($0, $1).map(combine) }
    }
    let down = add(path(costs, dx: 1, dy: 0), path(costs, dx: 0, dy: 1), +)
    let up = add(path(costs, dx: -1, dy: 0), path(costs, dx: 0, dy: -1), +)
    if matcher.paths == .four { return add(down, up) { min($0 + $1, 255) } }
    let half = { (a: Int, b: Int) in (a + b + 1) / 2 }
    let diagonalDown = add(path(costs, dx: 1, dy: 1), path(costs, dx: -1, dy: 1), +)
    let diagonalUp = add(path(costs, dx: 1, dy: -1), path(costs, dx: -1, dy: -1), +)
    return add(add(down, diagonalDown, half), add(up, diagonalUp, half)) { min($0 + $1, 255) }
  }

  // MARK: winners

  private func winner(_ totals: [Int], _ x: Int) -> Winner? {
    let inside = min(totals.count, x - matcher.minDisparity + 1)
    guard inside > 0 else { return nil }
    let range = Array(totals[0..<inside])
    let least = range.min() ?? 255
    guard least < 255, let index = range.firstIndex(of: least) else { return nil }
    let others = range.indices.filter { abs($0 - index) > 1 }.map { range[$0] }
    return Winner(
      index: index, cost: least, before: index > 0 ? range[index - 1] : 255,
      after: index + 1 < inside ? range[index + 1] : 255, second: others.min() ?? 255)
  }

  private func finishRow(_ y: Int, _ totals: [[Int]], _ result: inout Result) {
    let winners = (0..<width).map { winner(totals[y * width + $0], $0) }
    var claims: [Int: Winner] = [:]
    for x in 0..<width {
      guard let w = winners[x] else { continue }
      let column = x - matcher.minDisparity - w.index
      // Columns come in ascending order, so that equal costs leave the smaller disparity.
      if let other = claims[column], (other.cost, other.index) <= (w.cost, w.index) { continue }
      claims[column] = w
    }
    for x in 0..<width {
      guard let w = winners[x] else { continue }
      if w.second != 255, (100 - matcher.uniquenessRatio) * w.second < 100 * w.cost { continue }
      if let tolerance = matcher.leftRightTolerance {
        guard let claim = claims[x - matcher.minDisparity - w.index],
          abs(claim.index - w.index) <= tolerance
        else { continue }
      }
      let value = 32 * (matcher.minDisparity + w.index) + offset(w)
      guard value > 0 else { continue }
      result.disparity[y * width + x] = value
      result.deviation[y * width + x] = deviation(w)
      result.confidence[y * width + x] =
        w.second == 255 ? 255 : 32 + 223 * max(w.second - w.cost, 0) / max(1, w.second)
    }
  }

  private func offset(_ w: Winner) -> Int {
    guard w.before != 255, w.after != 255 else { return 0 }
    let (before, after) = (w.before - w.cost, w.after - w.cost)
    guard max(before, after) > 0 else { return 0 }
    let exact = 32 * Double(before - after) / Double(2 * max(before, after))
    return Int(exact.rounded(.toNearestOrAwayFromZero))
  }

  private func deviation(_ w: Winner) -> Int {
    let before = w.before == 255 ? 0 : w.before - w.cost
    let after = w.after == 255 ? 0 : w.after - w.cost
    return min(max(40 + 40 * w.cost / max(1, before + after), 40), 1024)
  }

  // MARK: cleaning

  private func smooth(_ result: inout Result) {
    let old = result.disparity
    for y in 0..<height {
      for x in 0..<width where old[y * width + x] > 0 {
        var values: [Int] = []
        for dy in -2...2 {
          for dx in -2...2 {
            let (u, v) = (x + dx, y + dy)
            let inside = u >= 0 && v >= 0 && u < width && v < height
            let value = inside ? old[v * width + u] : 0
            values.append(value > 0 ? value : old[y * width + x])
          }
        }
        result.disparity[y * width + x] = values.sorted()[12]
      }
    }
  }

  private func removeSpeckles(_ result: inout Result) {
    let area = matcher.speckleArea ?? min(max(width * height / 3500, 40), 400)
    let step = Int(matcher.speckleStep * 32)
    var seen = [Bool](repeating: false, count: width * height)
    for start in 0..<width * height where !seen[start] && result.disparity[start] > 0 {
      var component = [start]
      seen[start] = true
      var next = 0
      while next < component.count {
        let i = component[next]
        next += 1
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
          let (x, y) = (i % width + dx, i / width + dy)
          guard x >= 0, y >= 0, x < width, y < height else { continue }
          let j = y * width + x
          guard !seen[j], result.disparity[j] > 0,
            abs(result.disparity[j] - result.disparity[i]) <= step
          else { continue }
          seen[j] = true
          component.append(j)
        }
      }
      if component.count < area {
        for i in component {
          result.disparity[i] = 0
          result.deviation[i] = 0
          result.confidence[i] = 0
        }
      }
    }
  }

  private func interpolate(_ result: inout Result) {
    let reach = matcher.fillReach ?? matcher.disparityCount / 4
    guard reach > 0 else { return }
    let old = result.disparity
    var suggestions = old
    var distances = [Int](repeating: 0, count: width * height)
    for i in 0..<width * height where old[i] == 0 {
      let (x, y) = (i % width, i / width)
      let row = Array(old[(y * width)..<((y + 1) * width)])
      let leftEnd = (0..<x).last { row[$0] > 0 }
      let rightEnd = (x..<width).first { row[$0] > 0 }
      let (l, r) = (leftEnd.map { row[$0] } ?? 0, rightEnd.map { row[$0] } ?? 0)
      let fromLeft = l != 0 && (r == 0 || l <= r)
      let toLeft = leftEnd.map { x - $0 } ?? 1 << 20
      let toRight = rightEnd.map { $0 - x } ?? 1 << 20
      let (near, far) = fromLeft ? (toLeft, toRight) : (toRight, toLeft)
      let odd = l != 0 && r != 0 && l > r + 64
      suggestions[i] = fromLeft ? l : r
      distances[i] =
        suggestions[i] == 0
        ? 65535 : min(near * (near > far ? 2 : 1) * (odd ? 3 : 1), 65535)
    }
    for i in 0..<width * height where distances[i] > 0 {
      let (x, y) = (i % width, i / width)
      let column = (-7...7).map { suggestions[min(max(y + 2 * $0, 0), height - 1) * width + x] }
      let median = column.sorted()[7]
      let agreeing = column.filter { abs($0 - median) <= 48 }.count
      let doubted = distances[i] * (agreeing < 8 ? 4 : 1)
      guard median > 0, doubted <= reach else { continue }
      result.disparity[i] = median
      result.deviation[i] = min(65535, 512 + 256 * doubted / 16)
      result.confidence[i] = 31 - 30 * doubted / reach
    }
  }
}
