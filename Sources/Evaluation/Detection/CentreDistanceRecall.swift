public import Geometry
public import PointClouds

/// How many true objects have a detection near their centre on the ground plane, and how many detections have an object.
///
/// True boxes count when they pass the gates: label, distance of the centre from the origin on the x-y plane, and number of
/// points inside. Pairs are formed one to one, nearest first, over all true boxes, so that a detection on an object that does
/// not count is no false one.
public struct CentreDistanceRecall: Sendable {
  /// Which true boxes count.
  public struct Gates: Sendable, Equatable {
    /// Labels that count; empty for all.
    public var labels: [String]
    /// Largest distance of the centre from the origin on the x-y plane, metres; detections farther away are left out as well.
    public var maxRange: Double
    /// Fewest points inside the box.
    public var minPoints: Int

    /// Which true boxes count.
    ///
    /// - Parameters:
    ///   - labels: Labels that count; empty for all.
    ///   - maxRange: Largest distance from the origin; metres.
    ///   - minPoints: Fewest points inside the box.
    public init(labels: [String] = [], maxRange: Double = .infinity, minPoints: Int = 0) {
      self.labels = labels
      self.maxRange = maxRange
      self.minPoints = minPoints
    }
  }

  /// Counts of one frame.
  public struct FrameCounts: Sendable, Equatable {
    /// True boxes that count.
    public var truth: Int
    /// Detections, of all ranges.
    public var detections: Int
    /// Detections within the range.
    public var detectionsInRange: Int
    /// For each threshold, true boxes that count and have a detection.
    public var found: [Int]
    /// For each threshold, detections in range that have a true box of any kind.
    public var matched: [Int]
    /// For each true box that counts, the distance to the nearest detection; metres, infinite without detections.
    public var distances: [Double]
  }

  /// Which true boxes count.
  public let gates: Gates
  /// Largest centre distances of a pair, metres, ascending.
  public let thresholds: [Double]
  /// The frames counted so far.
  public private(set) var frames: [FrameCounts] = []

  /// An empty count.
  ///
  /// - Parameters:
  ///   - thresholds: Largest centre distances of a pair; metres.
  ///   - gates: Which true boxes count.
  public init(thresholds: [Double] = [0.5, 1, 1.5, 2], gates: Gates = Gates()) {
    self.thresholds = thresholds.sorted()
    self.gates = gates
  }

  /// Counts one frame.
  ///
  /// - Parameters:
  ///   - truth: True boxes of all kinds.
  ///   - detections: Detected boxes, in the same frame of coordinates.
  ///   - cloud: The points, for the gate on their number; without them every box passes it.
  public mutating func add(truth: [Box3D], detections: [Box3D], cloud: PointCloud? = nil) {
    let origin = Box3D(center: .zero, size: .zero, yaw: 0)
    let inRange = detections.filter { $0.groundDistance(to: origin) <= gates.maxRange }
    let counts = truth.map { box in
      (gates.labels.isEmpty || gates.labels.contains(box.label))
        && box.groundDistance(to: origin) <= gates.maxRange
        && (gates.minPoints == 0 || (cloud?.pointCount(in: box) ?? .max) >= gates.minPoints)
    }
    let pairs = Self.pairs(truth, detections)
    let pairsInRange = Self.pairs(truth, inRange)
    frames.append(
      FrameCounts(
        truth: counts.count { $0 }, detections: detections.count,
        detectionsInRange: inRange.count,
        found: thresholds.map { limit in
          pairs.count { $0.distance <= limit && counts[$0.truth] }
        },
        matched: thresholds.map { limit in pairsInRange.count { $0.distance <= limit } },
        distances: truth.indices.filter { counts[$0] }.map { t in
          detections.map { truth[t].groundDistance(to: $0) }.min() ?? .infinity
        }))
  }

  /// Number of true boxes that count.
  public var truthCount: Int { frames.reduce(0) { $0 + $1.truth } }

  /// Detections per frame, of all ranges; 0 without frames.
  public var detectionsPerFrame: Double {
    frames.isEmpty ? 0 : Double(frames.reduce(0) { $0 + $1.detections }) / Double(frames.count)
  }

  /// Share of the true boxes that have a detection, for each threshold; not a number without true boxes.
  public var recall: [Double] {
    thresholds.indices.map { k in
      Double(frames.reduce(0) { $0 + $1.found[k] }) / Double(truthCount)
    }
  }

  /// Share of the detections in range that have a true box, for each threshold; not a number without detections.
  ///
  /// Where not everything in the scene is labelled, as outside a camera's view, this is a lower bound.
  public var precision: [Double] {
    let detections = frames.reduce(0) { $0 + $1.detectionsInRange }
    return thresholds.indices.map { k in
      Double(frames.reduce(0) { $0 + $1.matched[k] }) / Double(detections)
    }
  }

  /// One-to-one pairs, nearest first; ties in the order of the boxes.
  private static func pairs(_ truth: [Box3D], _ detections: [Box3D]) -> [(
    truth: Int, detection: Int, distance: Double
  )] {
    var candidates: [(truth: Int, detection: Int, distance: Double)] = []
    for (t, box) in truth.enumerated() {
      for (d, detection) in detections.enumerated() {
        candidates.append((t, d, box.groundDistance(to: detection)))
      }
    }
    candidates.sort {
      ($0.distance, $0.truth, $0.detection) < ($1.distance, $1.truth, $1.detection)
    }
    var (freeTruth, freeDetections) = (Set(truth.indices), Set(detections.indices))
    return candidates.filter { pair in
      guard freeTruth.contains(pair.truth), freeDetections.contains(pair.detection) else {
        return false
      }
      freeTruth.remove(pair.truth)
      freeDetections.remove(pair.detection)
      return true
    }
  }
}
