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
    if matcher.median { smooth(&result, fills: true) }
    removeSpeckles(&result)
    interpolate(&result)
    if matcher.median, matcher.fillReach != 0 { smooth(&result, fills: false) }
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

  /// For each pixel, for each disparity.
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
    return min(13 + 90 * w.cost / max(1, before + after), 1024)
  }

  // MARK: cleaning

  private func smooth(_ result: inout Result, fills: Bool) {
    let old = result.disparity
    for y in 0..<height {
      for x in 0..<width where fills || old[y * width + x] > 0 {
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
        if old[y * width + x] == 0, values.sorted()[12] > 0 {
          result.deviation[y * width + x] = 256
          result.confidence[y * width + x] = 31
        }
      }
    }
  }

  private func removeSpeckles(_ result: inout Result) {
    let area = matcher.speckleArea ?? min(max(width * height / 5000, 40), 300)
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

  /// Near surfaces end at the strongest edge within six columns of the gap at their left.
  private func retreat(_ result: inout Result) {
    let old = result.disparity
    for y in 0..<height {
      let row = Array(old[(y * width)..<((y + 1) * width)])
      let grey = { (x: Int) in (-1...1).reduce(0) { $0 + pixel(left, x, y + $1) } }
      for end in 1..<max(width, 1) where row[end] > 0 && row[end - 1] == 0 {
        guard let start = (0..<end).last(where: { row[$0] > 0 }), end + 7 < width else { continue }
        let gap = Double(end - start - 1)
        let jump = Double(row[end] - row[start]) / 32
        guard gap >= 4, jump > 4, gap * 10 > jump * 7, gap * 10 < jump * 15 else { continue }
        let edges = (end - 1..<end + 7).map { (x: $0, strength: abs(grey($0) - grey($0 - 1))) }
        let strongest = edges.map(\.strength).max() ?? 0
        guard strongest >= 24, let edge = edges.first(where: { $0.strength == strongest })
        else { continue }
        for x in end..<max(edge.x, end) where row[x] > 0 && abs(row[x] - row[end]) < 96 {
          result.disparity[y * width + x] = 0
          result.deviation[y * width + x] = 0
          result.confidence[y * width + x] = 0
        }
      }
    }
  }

  private func interpolate(_ result: inout Result) {
    let reach = matcher.fillReach ?? matcher.disparityCount * 7 / 32
    guard reach > 0 else { return }
    retreat(&result)
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
      suggestions[i] = fromLeft ? l : r
      distances[i] = 65535
      guard l != 0 || r != 0 else { continue }
      let toLeft = leftEnd.map { x - $0 } ?? .max
      let toRight = rightEnd.map { $0 - x } ?? .max
      let (near, far) = fromLeft ? (toLeft, toRight) : (toRight, toLeft)
      distances[i] = near
      guard let leftEnd, let rightEnd, abs(r - l) > 64 else { continue }
      // The gap in units of what the nearer surface at the right hides.
      let share = Double(rightEnd - leftEnd - 1) / (Double(r - l) / 32)
      if r > l, share >= 0.8, share <= 1.2 {
        distances[i] = (near + 1) / 2 + (share > 1 && near > far ? 3 * reach / 4 : 0)
      } else {
        distances[i] = near + 3 * reach / 4
      }
    }
    for i in 0..<width * height where distances[i] > 0 {
      let (x, y) = (i % width, i / width)
      let column = (-7...7).map { suggestions[min(max(y + 2 * $0, 0), height - 1) * width + x] }
      let median = column.sorted()[7]
      let agreeing = column.filter { abs($0 - median) <= 48 }.count
      let doubted = distances[i] + (agreeing < 8 ? reach / 3 : 0)
      guard median > 0, doubted <= reach else { continue }
      result.disparity[i] = median
      result.deviation[i] = 256 + 256 * doubted / reach
      result.confidence[i] = 31 - 30 * doubted / reach
    }
  }
}
