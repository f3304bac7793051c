import Foundation
import SensorLogs

/// How the objects of a frame take part for one class and difficulty.
struct KITTIRoles {
  enum Role {
    /// Counts.
    case counted
    /// May be paired, but counts neither way.
    case ignored
    /// Is not there.
    case absent
  }

  let truth: [Role]
  let detections: [Role]

  init(_ frame: KITTIFrame, _ class_: KITTIClass, _ difficulty: KITTIDifficulty) {
    func isSame(_ label: KITTILabel, _ name: String?) -> Bool {
      name.map { label.type.caseInsensitiveCompare($0) == .orderedSame } ?? false
    }
    truth = frame.truth.map { label in
      if isSame(label, class_.name) { return difficulty.admits(label) ? .counted : .ignored }
      return isSame(label, class_.neighbor) ? .ignored : .absent
    }
    detections = frame.detections.map { label in
      // Low boxes of every class may be paired, as in the benchmark's own program.
      if abs(label.box.y2 - label.box.y1) < difficulty.minHeight { return .ignored }
      return isSame(label, class_.name) ? .counted : .absent
    }
  }
}

/// Pairs of one frame at one score.
struct KITTICounts {
  var hits = 0
  var falsePositives = 0
  var misses = 0
  /// Sum of the similarity of headings over the hits, each 0 to 1.
  var similarity = 0.0

  static func += (sum: inout KITTICounts, part: KITTICounts) {
    sum.hits += part.hits
    sum.falsePositives += part.falsePositives
    sum.misses += part.misses
    sum.similarity += part.similarity
  }
}

extension KITTIFrame {
  /// The scores of the detections that find counted objects, when each object takes the surest one.
  func hitScores(_ roles: KITTIRoles, _ measure: KITTIMeasure, above limit: Double) -> [Double] {
    var isTaken = [Bool](repeating: false, count: detections.count)
    var scores: [Double] = []
    for number in truth.indices where roles.truth[number] != .absent {
      var best: (detection: Int, score: Double)?
      for d in detections.indices where roles.detections[d] != .absent && !isTaken[d] {
        let score = detections[d].score ?? 1
        if overlap(measure, detection: d, truth: number) > limit, score > best?.score ?? -1e7 {
          best = (d, score)
        }
      }
      guard let best else { continue }
      isTaken[best.detection] = true
      if roles.truth[number] == .counted, roles.detections[best.detection] == .counted {
        scores.append(best.score)
      }
    }
    return scores
  }

  /// Pairs objects with the detections of at least a score: each object takes the one that overlaps most.
  func counts(
    _ roles: KITTIRoles, _ measure: KITTIMeasure, above limit: Double, score least: Double
  ) -> KITTICounts {
    var counts = KITTICounts()
    var isTaken = [Bool](repeating: false, count: detections.count)
    let candidates = detections.indices.filter {
      roles.detections[$0] != .absent && (detections[$0].score ?? 1) >= least
    }
    for number in truth.indices where roles.truth[number] != .absent {
      guard let match = match(of: number, among: candidates, isTaken, roles, measure, limit) else {
        if roles.truth[number] == .counted { counts.misses += 1 }
        continue
      }
      isTaken[match] = true
      guard roles.truth[number] == .counted, roles.detections[match] == .counted else { continue }
      counts.hits += 1
      counts.similarity += (1 + cos(truth[number].alpha - detections[match].alpha)) / 2
    }
    for d in candidates where roles.detections[d] == .counted && !isTaken[d] {
      let isExcused =
        measure == .image && regions.indices.contains { covered(detection: d, region: $0) > limit }
      if !isExcused { counts.falsePositives += 1 }
    }
    return counts
  }

  /// The counted detection that overlaps most, or the first ignored one when no counted one does.
  private func match(
    of number: Int, among candidates: [Int], _ isTaken: [Bool], _ roles: KITTIRoles,
    _ measure: KITTIMeasure, _ limit: Double
  ) -> Int? {
    var best: (detection: Int, overlap: Double)?
    var ignored: Int?
    for d in candidates where !isTaken[d] {
      let overlap = overlap(measure, detection: d, truth: number)
      guard overlap > limit else { continue }
      if roles.detections[d] == .ignored {
        ignored = ignored ?? d
      } else if overlap > best?.overlap ?? 0 {
        best = (d, overlap)
      }
    }
    return best?.detection ?? ignored
  }
}
