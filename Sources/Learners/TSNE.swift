import Foundation
public import Tensors

/// Places rows in the plane so that neighbours stay neighbours.
///
/// All pairs are computed, so that time and memory grow with the square of the number of rows: a few thousand at most. It
/// starts from the first two principal components; the result is the same at every call.
///
/// - Note: Source: van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008; Belkina et al., "Automated
///   optimized parameters for t-SNE", Nature Communications 10, 2019, for the step width.
public struct TSNE: Sendable {
  /// Roughly how many neighbours count.
  public var perplexity: Double
  /// Steps, the first 250 of which pull neighbours together more strongly.
  public var iterations: Int

  /// A way of placing rows.
  ///
  /// - Parameters:
  ///   - perplexity: Roughly how many neighbours count, at least 1, below a third of the rows.
  ///   - iterations: Steps.
  public init(perplexity: Double = 30, iterations: Int = 1000) {
    precondition(perplexity >= 1, "TSNE: a perplexity of \(perplexity)")
    self.perplexity = perplexity
    self.iterations = iterations
  }

  /// Places rows.
  ///
  /// - Parameter features: `[N, F]` Float64, of columns on comparable scales.
  /// - Returns: Places `[N, 2]` Float64, and the Kullback-Leibler divergence that is left.
  /// - Throws: `TensorError` when the features are not finite.
  public func embed(_ features: Tensor) throws(TensorError) -> (
    places: Tensor, divergence: Double
  ) {
    Rows.require(features, "TSNE")
    let rows = features.shape[0]
    precondition(
      Double(rows) > 3 * perplexity, "TSNE: \(rows) rows for a perplexity of \(perplexity)")
    let joint = similarities(features)
    var places = try PrincipalComponents(features, count: min(2, features.shape[1]))
      .transform(features)
    if features.shape[1] == 1 { places = Tensor.concatenated([places, places * 0.0], axis: 1) }
    let spread = places.standardDeviation(axis: 0, correction: 0, keepDims: true)
      .max().item(of: Double.self)
    places = places * (1e-4 / max(spread, 1e-12))

    let exaggeration = 12.0
    let width = max(50, Double(rows) / exaggeration / 4)
    var velocity = places * 0.0
    var gains = Tensor.ones(places.shape, .float64)
    var divergence = 0.0
    for iteration in 0..<iterations {
      let isEarly = iteration < 250
      let (slope, left) = gradient(joint, places, exaggeration: isEarly ? exaggeration : 1)
      divergence = left
      // Steps grow where the direction stays, and shrink where it turns round.
      let turns = (slope * velocity) .> 0.0
      gains = Tensor.where(turns, gains * 0.8, gains + 0.2).clamped(min: 0.01)
      velocity = velocity * (isEarly ? 0.5 : 0.8) - gains * slope * width
      places = places + velocity
      places = places - places.mean(axis: 0, keepDims: true)
    }
    return (places.contiguous(), divergence)
  }

  /// How likely each pair are neighbours, `[N, N]`, with the sum 1.
  private func similarities(_ features: Tensor) -> Tensor {
    let rows = features.shape[0]
    let distances = features.distances(to: features).square()
    let target = log(perplexity)
    var conditional = Tensor.zeros([rows, rows], .float64)
    distances.withUnsafeElements(of: Double.self) { distances in
      conditional.withUnsafeMutableElements(of: Double.self) { result in
        for row in 0..<rows {
          Self.fill(row, rows, target, distances, result)
        }
      }
    }
    let joint = (conditional + conditional.transposed()) / Double(2 * rows)
    return joint.clamped(min: 1e-300).contiguous()
  }

  /// Finds the precision of one row's normal distribution by bisection, so that its entropy is the target.
  private static func fill(
    _ row: Int, _ rows: Int, _ target: Double, _ distances: UnsafeBufferPointer<Double>,
    _ result: UnsafeMutableBufferPointer<Double>
  ) {
    let start = row * rows
    var nearest = Double.infinity
    for other in 0..<rows where other != row { nearest = min(nearest, distances[start + other]) }
    var (low, high, precision) = (0.0, Double.infinity, 1.0)
    for _ in 0..<100 {
      var (sum, weighted) = (0.0, 0.0)
      for other in 0..<rows where other != row {
        let distance = distances[start + other] - nearest
        let value = exp(-distance * precision)
        result[start + other] = value
        sum += value
        weighted += distance * value
      }
      let entropy = log(sum) + precision * weighted / sum
      for other in 0..<rows where other != row { result[start + other] /= sum }
      if abs(entropy - target) < 1e-7 { break }
      if entropy > target {
        low = precision
        precision = high.isInfinite ? precision * 2 : (low + high) / 2
      } else {
        high = precision
        precision = (low + high) / 2
      }
    }
  }

  private func gradient(_ joint: Tensor, _ places: Tensor, exaggeration: Double) -> (
    slope: Tensor, divergence: Double
  ) {
    // Equation (4) and (5): heavy-tailed similarities in the plane.
    let norms = places.square().sum(axis: 1, keepDims: true)
    let squared = (norms + norms.transposed() - places.matmul(places.transposed()) * 2.0)
      .clamped(min: 0)
    let rows = places.shape[0]
    let kernel = (1 / (squared + 1.0)) * (1.0 - Tensor.eye(rows, .float64))
    let total = kernel.sum()
    let plane = (kernel / total).clamped(min: 1e-300)
    let pull = (joint * exaggeration - plane) * kernel
    let slope = (pull.sum(axis: 1, keepDims: true) * places - pull.matmul(places)) * 4.0
    let divergence = (joint * (joint / plane).log()).sum().item(of: Double.self)
    return (slope, divergence)
  }
}
