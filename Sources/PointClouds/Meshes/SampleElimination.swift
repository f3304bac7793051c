import Foundation
import Geometry

/// Takes the most crowded of many points away, one by one, until as many are left as wanted.
///
/// - Note: Source: Yuksel, "Sample elimination for generating Poisson disk sample sets", Computer Graphics Forum 34, 2015.
struct SampleElimination {
  /// Numbers of the points that are left, ascending.
  private(set) var kept: [Int] = []

  private let points: [Vector3]
  /// Largest distance at which points crowd each other.
  private let reach: Double
  /// Distances below count as this one.
  private let least: Double

  init(points: [Vector3], area: Double, count: Int) {
    self.points = points
    // The radius of the densest packing of discs on the surface.
    let radius = (area / (2 * 3.0.squareRoot() * Double(max(count, 1)))).squareRoot()
    reach = 2 * radius
    let share = Double(count) / Double(max(points.count, 1))
    least = 0.5 * reach * (1 - pow(share, 1.5))
    guard points.count > count else {
      kept = Array(points.indices)
      return
    }
    guard count > 0, reach > 0 else { return }
    eliminate(to: count)
  }

  private mutating func eliminate(to count: Int) {
    let (starts, neighbours) = PointPairs.within(reach, of: points)
    var crowding = [Double](repeating: 0, count: points.count)
    for i in points.indices {
      for k in starts[i]..<starts[i + 1] { crowding[i] += weight(i, Int(neighbours[k])) }
    }
    var heap = IndexedHeap(crowding)
    for _ in 0..<points.count - count {
      guard let worst = heap.popLargest() else { break }
      for k in starts[worst]..<starts[worst + 1] {
        let other = Int(neighbours[k])
        heap.lower(other, by: weight(worst, other))
      }
    }
    kept = heap.remaining
  }

  @inline(__always)
  private func weight(_ i: Int, _ j: Int) -> Double {
    let distance = max((points[i] - points[j]).length, least)
    let closeness = max(0, 1 - distance / reach)
    let square = closeness * closeness
    let fourth = square * square
    return fourth * fourth
  }
}

/// Neighbours of points within a distance.
enum PointPairs {
  /// For each point the numbers of the others within `reach`, found in a grid of cells of that size.
  static func within(_ reach: Double, of points: [Vector3]) -> (starts: [Int], neighbours: [Int32])
  {
    var low = Vector3(repeating: .infinity)
    for point in points { low = pointwiseMin(low, point) }
    let cells = points.map { point -> SIMD3<Int32> in
      let cell = ((point - low) / reach).rounded(.down)
      return SIMD3(clamped(cell.x), clamped(cell.y), clamped(cell.z))
    }
    let order = points.indices.sorted {
      (key(cells[$0]), $0) < (key(cells[$1]), $1)
    }
    let keys = order.map { key(cells[$0]) }
    var starts = [0]
    starts.reserveCapacity(points.count + 1)
    var neighbours: [Int32] = []
    let square = reach * reach
    for i in points.indices {
      // Three cells along z lie next to each other in the order of keys.
      for dx in Int32(-1)...1 {
        for dy in Int32(-1)...1 {
          let cell = cells[i] &+ SIMD3(dx, dy, 0)
          guard cell.x >= 0, cell.y >= 0 else { continue }
          let first = key(SIMD3(cell.x, cell.y, max(0, cell.z - 1)))
          let last = key(SIMD3(cell.x, cell.y, min(cell.z + 1, limit)))
          var slot = lowerBound(keys, first)
          while slot < keys.count, keys[slot] <= last {
            let j = order[slot]
            let difference = points[i] - points[j]
            if j != i && difference.dot(difference) < square {
              neighbours.append(Int32(truncatingIfNeeded: j))
            }
            slot += 1
          }
        }
      }
      starts.append(neighbours.count)
    }
    return (starts, neighbours)
  }

  private static let limit: Int32 = (1 << 21) - 1

  private static func clamped(_ value: Double) -> Int32 {
    value >= Double(limit) ? limit : value > 0 ? Int32(value) : 0
  }

  private static func key(_ cell: SIMD3<Int32>) -> UInt64 {
    UInt64(UInt32(bitPattern: cell.x)) << 42 | UInt64(UInt32(bitPattern: cell.y)) << 21
      | UInt64(UInt32(bitPattern: cell.z))
  }

  private static func lowerBound(_ keys: [UInt64], _ key: UInt64) -> Int {
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// A heap of numbers 0 to n - 1 by weight, largest first; of equal weights the lower number.
struct IndexedHeap {
  private var weights: [Double]
  private var heap: [Int32]
  /// Where each number is in the heap; -1 when it is taken.
  private var places: [Int32]

  init(_ weights: [Double]) {
    self.weights = weights
    heap = weights.indices.map { Int32(truncatingIfNeeded: $0) }
    places = heap
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  /// The numbers that are left, ascending.
  var remaining: [Int] { places.indices.filter { places[$0] >= 0 } }

  mutating func popLargest() -> Int? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    places[Int(first)] = -1
    if !heap.isEmpty {
      heap[0] = last
      places[Int(last)] = 0
      sink(0)
    }
    return Int(first)
  }

  /// Lowers a weight; numbers that are taken are passed over.
  mutating func lower(_ number: Int, by amount: Double) {
    guard places[number] >= 0, amount > 0 else { return }
    weights[number] -= amount
    sink(Int(places[number]))
  }

  private func precedes(_ a: Int32, _ b: Int32) -> Bool {
    let (x, y) = (weights[Int(a)], weights[Int(b)])
    return x > y || (x == y && a < b)
  }

  private mutating func sink(_ start: Int) {
    var place = start
    let number = heap[place]
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count && precedes(heap[child + 1], heap[child]) { child += 1 }
      guard precedes(heap[child], number) else { break }
      heap[place] = heap[child]
      places[Int(heap[place])] = Int32(truncatingIfNeeded: place)
      place = child
    }
    heap[place] = number
    places[Int(number)] = Int32(truncatingIfNeeded: place)
  }
}
