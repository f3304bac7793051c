import Foundation
import Geometry
import Tensors
import Testing

@testable import PointClouds

private func car(_ x: Double, _ y: Double, yaw: Double = 0, label: String = "Car") -> Box3D {
  Box3D(center: Vector3(x, y, 0.8), size: Vector3(4, 1.8, 1.6), yaw: yaw, label: label, score: 0.9)
}

@Test func `two cars that cross keep their numbers`() throws {
  var tracker = BoxTracker()
  var numbers: [[Int]] = []
  for frame in 0..<20 {
    let t = Double(frame) * 0.1
    // One drives along x, the other against it 2 m beside; they pass each other at 1 s.
    let boxes = [car(10 * t, 0), car(20 - 10 * t, 2, yaw: .pi)]
    let found = tracker.update(frame % 2 == 0 ? boxes : boxes.reversed(), at: t)
    #expect(found.count == 2)
    let first = try #require(found.first { abs($0.center.y) < 0.5 })
    let second = try #require(found.first { abs($0.center.y - 2) < 0.5 })
    numbers.append([first.track ?? -1, second.track ?? -1])
    if frame > 10 {
      #expect(abs((first.velocity?.x ?? 0) - 10) < 0.5)
      #expect(abs((second.velocity?.x ?? 0) + 10) < 0.5)
      #expect(abs(first.center.x - 10 * t) < 0.1)
    }
  }
  #expect(Set(numbers) == [[1, 2]])
}

@Test func `a track survives missing boxes, then ends`() {
  var rules = BoxTracker.Rules()
  rules.mostMisses = 2
  var tracker = BoxTracker(rules)
  for frame in 0..<5 { _ = tracker.update([car(Double(frame), 0)], at: Double(frame) * 0.1) }
  #expect(tracker.update([], at: 0.5).isEmpty)
  #expect(tracker.update([], at: 0.6).isEmpty)
  #expect(tracker.update([car(7, 0)], at: 0.7).map(\.track) == [1])
  for frame in 8..<11 { _ = tracker.update([], at: Double(frame) * 0.1) }
  #expect(tracker.update([car(11, 0)], at: 1.1).isEmpty)
  #expect(tracker.update([car(12, 0)], at: 1.2).map(\.track) == [2])
}

@Test func `a lone false box is not reported, and labels do not mix`() {
  var tracker = BoxTracker()
  _ = tracker.update([car(0, 0)], at: 0)
  _ = tracker.update([car(0, 0)], at: 0.1)
  #expect(tracker.update([car(0, 0), car(30, 5)], at: 0.2).map(\.track) == [1])
  #expect(tracker.update([car(0, 0, label: "Van")], at: 0.3).isEmpty)
}

@Test func `a heading that is found the wrong way round does not turn the track`() {
  var tracker = BoxTracker()
  for frame in 0..<6 { _ = tracker.update([car(Double(frame), 0)], at: Double(frame) * 0.1) }
  let found = tracker.update([car(6, 0, yaw: .pi)], at: 0.6)
  #expect(found.count == 1)
  #expect(abs(found[0].yaw) < 1e-9)
}

@Test func `the filter's covariance is that of the matrix form`() {
  // x = F x, P = F P F^T + G q G^T, then the gain by hand, for 0.5 s.
  var filter = KalmanCoordinate(2, variance: 0.09, speedVariance: 4)
  filter.predict(0.5, acceleration: 2)
  #expect(abs(filter.covariance.value - (0.09 + 0.25 * 4 + 4 * 0.0625 / 4)) < 1e-12)
  #expect(abs(filter.covariance.mixed - (0.5 * 4 + 4 * 0.25 * 0.5 / 2)) < 1e-12)
  #expect(abs(filter.covariance.speed - (4 + 4 * 0.25)) < 1e-12)
  let before = filter.covariance
  filter.update(3, variance: 0.09)
  let gain = before.value / (before.value + 0.09)
  #expect(abs(filter.value - (2 + gain)) < 1e-12)
  #expect(abs(filter.speed - before.mixed / (before.value + 0.09)) < 1e-12)
  #expect(abs(filter.covariance.value - (1 - gain) * before.value) < 1e-12)
}

/// The least cost over all ways to pair as many rows as can be paired.
private func best(_ costs: [Double], rows: Int, columns: Int) -> (count: Int, cost: Double) {
  func search(_ row: Int, _ used: Int) -> (count: Int, cost: Double) {
    guard row < rows else { return (0, 0) }
    var best = search(row + 1, used)
    for column in 0..<columns where used & (1 << column) == 0 {
      let cost = costs[row * columns + column]
      guard cost.isFinite else { continue }
      let rest = search(row + 1, used | 1 << column)
      let found = (count: rest.count + 1, cost: rest.cost + cost)
      if found.count > best.count || found.count == best.count && found.cost < best.cost {
        best = found
      }
    }
    return best
  }
  return search(0, 0)
}

@Test func `assignments are the best of all`() {
  var generator = SeededGenerator(seed: 3)
  for _ in 0..<300 {
    let (rows, columns) = (generator.uniform(below: 6), generator.uniform(below: 6))
    let costs = (0..<rows * columns).map { _ in
      generator.uniform() < 0.6 ? 10 * generator.uniform() : .infinity
    }
    let pairs = LinearAssignment.pairs(costs, rows: rows, columns: columns)
    let chosen = pairs.enumerated().compactMap { row, column in
      column.map { costs[row * columns + $0] }
    }
    #expect(Set(pairs.compactMap { $0 }).count == chosen.count)
    #expect(chosen.allSatisfy { $0.isFinite })
    let expected = best(costs, rows: rows, columns: columns)
    #expect(chosen.count == expected.count)
    #expect(abs(chosen.reduce(0, +) - expected.cost) < 1e-9)
  }
}
