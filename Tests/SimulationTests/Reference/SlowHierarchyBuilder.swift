@testable import Simulation

/// Sorts triangles into the tree; lives during the building only.
struct SlowHierarchyBuilder {
  private let triangles: UnsafeMutablePointer<Triangle>
  private let count: Int
  private var order: [Int32] = []
  private var lows: [Float3] = []
  private var highs: [Float3] = []
  private(set) var nodes: [SIMD4<Float>] = []
  private(set) var blocks: [SIMD4<Float>] = []

  private static let binCount = 12
  private static let leafSize = 4
  /// Below this depth halves of equal count replace the heuristic, which bounds the depth.
  private static let heuristicDepth = 40

  private struct Part {
    var first: Int
    var end: Int
    var low: Float3
    var high: Float3
    var depth: Int
    var count: Int { end - first }
    var area: Float {
      let size = high - low
      return size.x * size.y + size.y * size.z + size.z * size.x
    }
  }

  init(triangles: UnsafeMutablePointer<Triangle>, count: Int) {
    self.triangles = triangles
    self.count = count
    order.reserveCapacity(count)
    lows.reserveCapacity(count)
    highs.reserveCapacity(count)
    for index in 0..<count {
      let (a, b, c) = (triangles[index].a, triangles[index].b, triangles[index].c)
      order.append(Int32(index))
      lows.append(pointwiseMin(pointwiseMin(a, b), c))
      highs.append(pointwiseMax(pointwiseMax(a, b), c))
    }
  }

  mutating func build() {
    guard count > 0 else {
      nodes = Self.emptyNode()
      return
    }
    let root = part(first: 0, end: count, depth: 0)
    _ = addNode(root)
  }

  private static func emptyNode() -> [SIMD4<Float>] {
    // Low above high: no ray meets it.
    Array(repeating: SIMD4(repeating: .infinity), count: 3)
      + Array(repeating: SIMD4(repeating: -.infinity), count: 3) + [SIMD4(repeating: 0)]
  }

  private func part(first: Int, end: Int, depth: Int) -> Part {
    var low = Float3(repeating: .infinity)
    var high = Float3(repeating: -.infinity)
    for place in first..<end {
      let index = Int(order[place])
      low = pointwiseMin(low, lows[index])
      high = pointwiseMax(high, highs[index])
    }
    return Part(first: first, end: end, low: low, high: high, depth: depth)
  }

  /// Writes a node with up to four children, found by splitting the largest of them in turn.
  private mutating func addNode(_ part: Part) -> Int32 {
    var children = [part]
    while children.count < 4 {
      let splittable = children.indices.filter { children[$0].count > Self.leafSize }
      guard let largest = splittable.max(by: { children[$0].area < children[$1].area }) else {
        break
      }
      let (left, right) = split(children[largest])
      children[largest] = left
      children.append(right)
    }
    let number = nodes.count / SlowHierarchy.nodeStride
    let base = nodes.count
    nodes.append(contentsOf: Self.emptyNode())
    for (lane, child) in children.enumerated() {
      for axis in 0..<3 {
        nodes[base + axis][lane] = child.low[axis]
        nodes[base + 3 + axis][lane] = child.high[axis]
      }
      let target = child.count <= Self.leafSize ? ~addBlock(child) : addNode(child)
      nodes[base + 6][lane] = Float(bitPattern: UInt32(bitPattern: target))
    }
    return Int32(number)
  }

  private mutating func addBlock(_ part: Part) -> Int32 {
    let number = blocks.count / SlowHierarchy.blockStride
    let base = blocks.count
    blocks.append(
      contentsOf: repeatElement(.zero, count: SlowHierarchy.blockStride))
    for place in part.first..<part.end {
      let (lane, index) = (place - part.first, Int(order[place]))
      let triangle = triangles[index]
      let rows = [triangle.a, triangle.b - triangle.a, triangle.c - triangle.a]
      for (row, vector) in rows.enumerated() {
        for axis in 0..<3 { blocks[base + 3 * row + axis][lane] = vector[axis] }
      }
      blocks[base + 9][lane] = Float(bitPattern: UInt32(index))
    }
    return Int32(number)
  }

  private mutating func split(_ part: Part) -> (Part, Part) {
    let middle = heuristicSplit(part) ?? part.first + part.count / 2
    return (
      self.part(first: part.first, end: middle, depth: part.depth + 1),
      self.part(first: middle, end: part.end, depth: part.depth + 1)
    )
  }

  /// Sorts the part's triangles by the cheapest plane between bins of their box centres; nil when no plane parts them.
  private mutating func heuristicSplit(_ part: Part) -> Int? {
    guard part.depth < Self.heuristicDepth else { return nil }
    var low = Float3(repeating: .infinity)
    var high = Float3(repeating: -.infinity)
    for place in part.first..<part.end {
      let index = Int(order[place])
      let center = lows[index] + highs[index]
      low = pointwiseMin(low, center)
      high = pointwiseMax(high, center)
    }
    let extent = high - low
    let axis =
      extent.x >= extent.y && extent.x >= extent.z ? 0 : extent.y >= extent.z ? 1 : 2
    guard extent[axis] > 1e-9 else { return nil }
    let scale = Float(Self.binCount) * 0.9999 / extent[axis]
    let start = low[axis]
    guard let border = cheapestBorder(part, axis: axis, start: start, scale: scale) else {
      return nil
    }
    var (left, right) = (part.first, part.end - 1)
    while left <= right {
      let index = Int(order[left])
      if Int((lows[index][axis] + highs[index][axis] - start) * scale) < border {
        left += 1
      } else {
        order.swapAt(left, right)
        right -= 1
      }
    }
    return left > part.first && left < part.end ? left : nil
  }

  private func cheapestBorder(_ part: Part, axis: Int, start: Float, scale: Float) -> Int? {
    var binLows = [Float3](repeating: Float3(repeating: .infinity), count: Self.binCount)
    var binHighs = [Float3](repeating: Float3(repeating: -.infinity), count: Self.binCount)
    var binCounts = [Int](repeating: 0, count: Self.binCount)
    for place in part.first..<part.end {
      let index = Int(order[place])
      let bin = Int((lows[index][axis] + highs[index][axis] - start) * scale)
      binLows[bin] = pointwiseMin(binLows[bin], lows[index])
      binHighs[bin] = pointwiseMax(binHighs[bin], highs[index])
      binCounts[bin] += 1
    }
    // Area times count to the right of each border, then the sweep from the left.
    var rightCosts = [Float](repeating: 0, count: Self.binCount)
    var sweep = Part(first: 0, end: 0, low: binLows[0], high: binHighs[0], depth: 0)
    sweep.low = Float3(repeating: .infinity)
    sweep.high = Float3(repeating: -.infinity)
    for bin in stride(from: Self.binCount - 1, to: 0, by: -1) {
      sweep.low = pointwiseMin(sweep.low, binLows[bin])
      sweep.high = pointwiseMax(sweep.high, binHighs[bin])
      sweep.end += binCounts[bin]
      rightCosts[bin] = sweep.count > 0 ? sweep.area * Float(sweep.count) : .infinity
    }
    sweep = Part(
      first: 0, end: 0, low: Float3(repeating: .infinity), high: Float3(repeating: -.infinity),
      depth: 0)
    var best: (cost: Float, border: Int)?
    for border in 1..<Self.binCount {
      sweep.low = pointwiseMin(sweep.low, binLows[border - 1])
      sweep.high = pointwiseMax(sweep.high, binHighs[border - 1])
      sweep.end += binCounts[border - 1]
      guard sweep.count > 0 else { continue }
      let cost = sweep.area * Float(sweep.count) + rightCosts[border]
      if cost < best?.cost ?? .infinity { best = (cost, border) }
    }
    return best?.border
  }
}
