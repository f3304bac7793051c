import Foundation

/// A homography with the pairs that agree with it.
public struct HomographyFit: Sendable, Equatable {
  /// The map, fitted to the pairs that agree.
  public var homography: Homography
  /// Numbers of the pairs within the threshold, ascending.
  public var inliers: [Int]
  /// Root of the mean squared distance of the mapped sources from the targets, over the inliers.
  public var rmsError: Double
  /// Number of samples drawn.
  public var iterations: Int
}

extension Homography {
  /// Finds the homography with which most pairs agree.
  ///
  /// Samples of four pairs are drawn until, at the share of inliers seen, one sample without an outlier is as good as certain
  /// (0.9999); the best map is then fitted to its inliers until these stay the same.
  ///
  /// - Parameters:
  ///   - pairs: At least four.
  ///   - threshold: Largest distance of a mapped source from its target, pixels.
  ///   - minimumInliers: Fewer agreeing pairs are no consensus; at least 5 beyond the four that always agree are sensible.
  ///   - maxIterations: Largest number of samples.
  ///   - generator: Source of the samples; the same state gives the same map.
  /// - Returns: The map with its inliers.
  /// - Throws: ``HomographyError``.
  /// - Note: Source: Fischler and Bolles, "Random sample consensus", CACM 24, 1981.
  public static func consensus(
    of pairs: [PlanePair], threshold: Double, minimumInliers: Int = 4, maxIterations: Int = 5000,
    using generator: inout some RandomNumberGenerator
  ) throws -> HomographyFit {
    guard pairs.count >= 4 else { throw HomographyError.tooFewPairs(pairs.count) }
    var best: (map: Homography, inliers: [Int])?
    var (iterations, needed) = (0, maxIterations)
    while iterations < needed {
      iterations += 1
      let sample = fourDifferent(below: pairs.count, using: &generator)
      guard let map = try? Homography(fitting: sample.map { pairs[$0] }) else { continue }
      let inliers = map.agreeing(pairs, within: threshold)
      if inliers.count > best?.inliers.count ?? 3 {
        best = (map, inliers)
        let share = Double(inliers.count) / Double(pairs.count)
        let clean = share * share * share * share
        let wanted = clean >= 1 ? 1 : (log(1e-4) / log1p(-clean)).rounded(.up)
        needed = min(needed, max(1, Int(min(wanted, 1e9))))
      }
    }
    guard var (map, inliers) = best, inliers.count >= max(4, minimumInliers) else {
      throw HomographyError.noConsensus(best: best?.inliers.count ?? 0, of: pairs.count)
    }
    for _ in 0..<10 {
      guard let refined = try? Homography(fitting: inliers.map { pairs[$0] }) else { break }
      let agreeing = refined.agreeing(pairs, within: threshold)
      guard agreeing.count >= inliers.count else { break }
      map = refined
      if agreeing == inliers { break }
      inliers = agreeing
    }
    let sum = inliers.reduce(0.0) { $0 + map.squaredError(pairs[$1]) }
    return HomographyFit(
      homography: map, inliers: inliers, rmsError: (sum / Double(inliers.count)).squareRoot(),
      iterations: iterations)
  }

  private func agreeing(_ pairs: [PlanePair], within threshold: Double) -> [Int] {
    pairs.indices.filter { squaredError(pairs[$0]) <= threshold * threshold }
  }

  private func squaredError(_ pair: PlanePair) -> Double {
    guard let mapped = apply(to: pair.source) else { return .infinity }
    let offset = mapped - pair.target
    return (offset * offset).sum()
  }

  private static func fourDifferent(
    below count: Int, using generator: inout some RandomNumberGenerator
  ) -> [Int] {
    var chosen: [Int] = []
    while chosen.count < 4 {
      let index = Int.random(in: 0..<count, using: &generator)
      if !chosen.contains(index) { chosen.append(index) }
    }
    return chosen
  }
}
