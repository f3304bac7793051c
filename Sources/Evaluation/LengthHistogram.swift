import Foundation

/// Lengths counted in classes of 1 %, for medians of any number of them in fixed memory.
struct LengthHistogram: Sendable, Equatable {
  private static let classesPerOctave: Float = 64
  /// 2^-20 m, a micrometre, to 2^12 m.
  private static let octaves = (-20, 12)
  private var counts = [Int](
    repeating: 0, count: (octaves.1 - octaves.0) * Int(classesPerOctave) + 1)
  private var total = 0

  /// Counts a length; too small and too large ones go to the outermost classes.
  mutating func add(_ length: Float) {
    let place = (log2(max(length, 1e-9)) - Float(Self.octaves.0)) * Self.classesPerOctave
    counts[Int(min(max(place, 0), Float(counts.count - 1)))] += 1
    total += 1
  }

  mutating func add(_ other: LengthHistogram) {
    for i in counts.indices { counts[i] += other.counts[i] }
    total += other.total
  }

  /// The middle of the class that the median lies in; not a number when there is none.
  var median: Double {
    var seen = 0
    for (number, count) in counts.enumerated() {
      seen += count
      if 2 * seen >= total, total > 0 {
        return exp2(
          (Double(number) + 0.5) / Double(Self.classesPerOctave) + Double(Self.octaves.0))
      }
    }
    return .nan
  }
}
