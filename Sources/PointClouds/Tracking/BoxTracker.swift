import Foundation
public import Geometry

/// Joins the boxes of successive instants to tracks.
///
/// Each track is a Kalman filter with nearly constant velocity for the centre and slowly changing size and heading. Boxes go to
/// tracks of their label at the least sum of squared distances, measured in standard deviations, within a gate.
///
/// - Note: Source: Weng, Wang, Held and Kitani, "3D multi-object tracking: a baseline and new evaluation metrics", IROS 2020, with
///   distances of centres in place of IoU.
public struct BoxTracker: Sendable {
  /// How tracks are kept.
  public struct Rules: Sendable, Equatable {
    /// Largest distance of a box from where its track is expected, metres, besides what its uncertainty allows.
    public var gate = 3.0
    /// Boxes that a track needs before it is reported.
    public var fewestHits = 2
    /// Instants without a box after which a track ends.
    public var mostMisses = 3
    /// Standard deviation of a measured centre along each axis, metres.
    public var positionDeviation = 0.3
    /// Standard deviation of the acceleration, metres per second squared.
    public var acceleration = 3.0
    /// Standard deviation of the speed of a new track, metres per second.
    public var speedDeviation = 10.0
    /// Whether tracks are reported, at their expected place, while no box is found.
    public var reportsMissed = false

    /// The defaults.
    public init() {}
  }

  /// What is known of one object.
  struct Track: Sendable {
    var number: Int
    var box: Box3D
    var center: [KalmanCoordinate]
    var hits = 1
    var misses = 0
  }

  /// The rules.
  public let rules: Rules
  private var tracks: [Track] = []
  private var nextNumber = 1
  private var last: Double?
  private var instants = 0

  /// A tracker without tracks.
  ///
  /// - Parameter rules: How tracks are kept.
  public init(_ rules: Rules = Rules()) { self.rules = rules }

  /// Takes in the boxes of an instant.
  ///
  /// - Parameters:
  ///   - boxes: The boxes, in a frame that stands still.
  ///   - seconds: The instant; not before the one before it.
  /// - Returns: The boxes of the tracks that have enough hits, smoothed, with track numbers and velocities, by number.
  public mutating func update(_ boxes: [Box3D], at seconds: Double) -> [Box3D] {
    let step = max(0, seconds - (last ?? seconds))
    last = seconds
    instants += 1
    for place in tracks.indices {
      for axis in 0..<3 {
        tracks[place].center[axis].predict(step, acceleration: rules.acceleration)
      }
    }
    let pairs = LinearAssignment.pairs(
      costs(boxes), rows: tracks.count, columns: boxes.count)
    var isTaken = [Bool](repeating: false, count: boxes.count)
    for place in tracks.indices {
      if let box = pairs[place] {
        isTaken[box] = true
        take(boxes[box], into: &tracks[place])
      } else {
        tracks[place].misses += 1
      }
    }
    tracks.removeAll { $0.misses > rules.mostMisses }
    for (box, isTaken) in zip(boxes, isTaken) where !isTaken { begin(box) }
    // At the beginning nothing can have had enough hits.
    let wanted = min(rules.fewestHits, instants)
    return tracks.filter { $0.hits >= wanted && ($0.misses == 0 || rules.reportsMissed) }
      .map(\.report)
  }

  private mutating func begin(_ box: Box3D) {
    let variance = rules.positionDeviation * rules.positionDeviation
    let speed = rules.speedDeviation * rules.speedDeviation
    tracks.append(
      Track(
        number: nextNumber, box: box,
        center: [box.center.x, box.center.y, box.center.z].map {
          KalmanCoordinate($0, variance: variance, speedVariance: speed)
        }))
    nextNumber += 1
  }

  private func take(_ box: Box3D, into track: inout Track) {
    let variance = rules.positionDeviation * rules.positionDeviation
    for axis in 0..<3 { track.center[axis].update(box.center[axis], variance: variance) }
    track.hits += 1
    track.misses = 0
    // Sizes stay, headings follow: a mean over the track and a fixed share of the difference.
    let share = 1 / Double(min(track.hits, 10))
    track.box.size += (box.size - track.box.size) * share
    var turn = (box.yaw - track.box.yaw).remainder(dividingBy: 2 * .pi)
    // Networks mistake front and back for a while; the track decides.
    if abs(turn) > .pi / 2 { turn = (turn - .pi).remainder(dividingBy: 2 * .pi) }
    track.box.yaw = (track.box.yaw + 0.5 * turn).remainder(dividingBy: 2 * .pi)
    track.box.score = box.score
  }

  /// Squared distances on the ground in standard deviations; infinite beyond the gate and between labels.
  private func costs(_ boxes: [Box3D]) -> [Double] {
    let variance = rules.positionDeviation * rules.positionDeviation
    var costs: [Double] = []
    costs.reserveCapacity(tracks.count * boxes.count)
    for track in tracks {
      for box in boxes {
        var (cost, distance, spread) = (0.0, 0.0, 0.0)
        for axis in 0..<2 {
          let difference = box.center[axis] - track.center[axis].value
          let total = track.center[axis].covariance.value + variance
          cost += difference * difference / total
          distance += difference * difference
          spread += total
        }
        // A new track's speed is unknown: what it may have moved widens the gate.
        let reach = track.hits < 2 ? max(rules.gate, 2 * spread.squareRoot()) : rules.gate
        let isNear = distance.squareRoot() <= reach
        costs.append(isNear && box.label == track.box.label ? cost : .infinity)
      }
    }
    return costs
  }
}

extension BoxTracker.Track {
  /// The box with the filter's centre.
  fileprivate var report: Box3D {
    var result = box
    result.center = Vector3(center[0].value, center[1].value, center[2].value)
    result.track = number
    result.velocity = Vector3(center[0].speed, center[1].speed, center[2].speed)
    return result
  }
}
