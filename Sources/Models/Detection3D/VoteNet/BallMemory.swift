import CKernels
import Synchronization
import Tensors

/// What the forward pass of ``BallLayers`` leaves for the backward pass.
final class BallMemory: @unchecked Sendable {
  let widths: [Int]
  let best: UnsafeMutablePointer<Int32>
  private let rows: Int
  private let balls: Int
  private let means: [UnsafeMutablePointer<Float>]
  private let variances: [UnsafeMutablePointer<Float>]
  private let values: [UnsafeMutablePointer<Float>]
  private let slopes: [UnsafeMutablePointer<Float>]

  init(widths: [Int], rows: Int, balls: Int) {
    (self.widths, self.rows, self.balls) = (widths, rows, balls)
    best = .allocate(capacity: max(1, balls * (widths.last ?? 1)))
    means = widths.map { .allocate(capacity: $0) }
    variances = widths.map { .allocate(capacity: $0) }
    values = widths.map { .allocate(capacity: max(1, rows * $0)) }
    slopes = widths.dropLast().map { .allocate(capacity: max(1, rows * $0)) }
  }

  deinit {
    best.deallocate()
    for memory in means + variances + values + slopes { memory.deallocate() }
  }

  /// Whether so many rows and balls fit in.
  func fits(widths: [Int], rows: Int, balls: Int) -> Bool {
    self.widths == widths && self.rows >= rows && self.balls >= balls
  }

  /// The layers as the kernels see them; inputs and targets are: points, centres, weights, factors, shifts.
  func layers(
    _ inputs: [UnsafePointer<Float>?], _ targets: [Int: UnsafeMutablePointer<Float>]
  ) -> [ckernels_ball_layer] {
    let count = widths.count
    return (0..<count).map { layer in
      let (factor, shift) = (1 + count + layer, 1 + 2 * count + layer)
      return ckernels_ball_layer(
        factor: inputs[factor], shift: inputs[shift], mean: means[layer],
        variance: variances[layer], values: values[layer],
        slopes: layer < slopes.count ? slopes[layer] : nil, factor_slope: targets[factor],
        shift_slope: targets[shift], weight_slope: layer > 0 ? targets[1 + layer] : nil)
    }
  }

  /// Mean and biased variance of a layer's rows.
  func moments(_ layer: Int) -> (Tensor, Tensor) {
    let width = widths[layer]
    return (
      Tensor(Array(UnsafeBufferPointer(start: means[layer], count: width))),
      Tensor(Array(UnsafeBufferPointer(start: variances[layer], count: width)))
    )
  }
}

/// The memory of the last step, for the next one: taking hundreds of megabytes anew costs the system as much as filling them.
final class BallMemoryStore: Sendable {
  private let last = Mutex<BallMemory?>(nil)

  /// Memory that nobody else uses.
  func take(widths: [Int], rows: Int, balls: Int) -> BallMemory {
    last.withLock { last in
      if isKnownUniquelyReferenced(&last), let kept = last,
        kept.fits(widths: widths, rows: rows, balls: balls)
      {
        return kept
      }
      // Balls of other clouds hold somewhat more.
      let made = BallMemory(widths: widths, rows: rows + rows / 16, balls: balls)
      last = made
      return made
    }
  }
}
