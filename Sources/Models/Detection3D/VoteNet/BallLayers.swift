import CKernels
import Networks
import PointClouds
import Tensors

/// Layers shared by the points of balls, then the largest value of each channel: one operation, with gradients.
///
/// Places of a ball that repeat its first point are computed once and counted as often as they stand there, in batch statistics too.
struct BallLayers: Sendable {
  private let indices: Tensor
  private let counts: Tensor
  private let starts: Tensor
  private let points: Int
  private let threads: Int
  /// Rows of all balls.
  let rows: Int

  /// Balls as ``BallQuery/search(_:around:threads:)`` finds them in clouds of `points` points.
  init(
    _ found: (indices: Tensor, counts: Tensor), points: Int,
    threads: Int = PointBatch.defaultThreads
  ) {
    (indices, counts, self.points, self.threads) = (found.indices, found.counts, points, threads)
    let neighbors = Int64(indices.shape[2])
    starts = Tensor(shape: [counts.count + 1], of: Int64.self) { starts in
      found.counts.withUnsafeElements(of: Int32.self) { counts in
        var sum: Int64 = 0
        for (ball, count) in counts.enumerated() {
          starts[ball] = sum
          sum += min(max(Int64(count), 1), neighbors)
        }
        starts[counts.count] = sum
      }
    }
    rows = starts.withUnsafeElements(of: Int64.self) { Int($0[$0.count - 1]) }
  }

  private var balls: Int { counts.count }
  private func shape(_ width: Int) -> [Int] { [indices.shape[0], indices.shape[1], width] }

  /// Evaluation with normalisations taken in.
  ///
  /// - Parameters:
  ///   - atPoints: Layer 0 at the points with its bias, `[B, N, C0]`.
  ///   - atCenters: What is subtracted in each ball, `[B, M, C0]`.
  ///   - layers: The layers behind it.
  /// - Returns: `[B, M, C]`.
  func evaluate(
    _ atPoints: Tensor, _ atCenters: Tensor, _ layers: [VoteNet.FoldedLinear]
  ) -> Tensor {
    let widths = [atPoints.shape[2]] + layers.map { $0.matrix.shape[0] }
    let floats = [atPoints, atCenters] + layers.map(\.matrix) + layers.map(\.bias)
    return Tensor(shape: shape(widths[layers.count]), of: Float.self) { out in
      withElements(floats) { floats in
        let weights = Array(floats[2..<2 + layers.count])
        let biases = Array(floats[(2 + layers.count)...])
        demand(
          withForm(widths, weights) { form, starts in
            ckernels_ball_layers_infer(form, starts, floats[0], floats[1], biases, out.baseAddress)
          })
      }
    }
  }

  /// Training; the batch's statistics move the running ones.
  ///
  /// - Parameters:
  ///   - atPoints: Layer 0 at the points, `[B, N, C0]`.
  ///   - atCenters: What is subtracted in each ball, `[B, M, C0]`.
  ///   - layers: All layers; of the first only the normalisation.
  ///   - store: Keeps memory from step to step.
  /// - Returns: `[B, M, C]`.
  func train(
    _ atPoints: Tensor, _ atCenters: Tensor, _ layers: [VoteNet.PointLayer],
    _ store: BallMemoryStore
  ) -> Tensor {
    let norms = layers.map(\.bn.bn)
    let widths = layers.map { $0.conv.outputs }
    let memory = store.take(widths: widths, rows: rows, balls: balls)
    let epsilon = norms[0].epsilon
    let factors = norms.map { $0.weight?.value ?? .ones([$0.runningMean.count]) }
    let shifts = norms.map { $0.bias?.value ?? .zeros([$0.runningMean.count]) }
    let weights = layers.dropFirst().map(\.matrix)
    let result = differentiable(
      "layers of balls", [atPoints, atCenters] + weights + factors + shifts
    ) { inputs in
      [
        Tensor(shape: shape(memory.widths[weights.count]), of: Float.self) { out in
          withElements(inputs) { inputs in
            demand(
              withForm(memory.widths, Array(inputs[2..<2 + weights.count])) { form, starts in
                ckernels_ball_layers_forward(
                  form, starts, inputs[0], inputs[1], memory.layers(inputs, [:]), epsilon,
                  memory.best, out.baseAddress)
              })
          }
        }
      ]
    } backward: { pass in
      slopes(pass, memory, epsilon).map { $0 }
    }
    let count = Double(balls) * Double(indices.shape[2])
    for (layer, norm) in norms.enumerated() {
      let (mean, variance) = memory.moments(layer)
      norm.adoptBatch(mean: mean, variance: variance * (count / max(1, count - 1)))
    }
    return result[0]
  }

  /// Gradients with respect to all inputs.
  private func slopes(_ pass: BackwardPass, _ memory: BallMemory, _ epsilon: Double) -> [Tensor] {
    let inputs = pass.inputs
    let linear = memory.widths.count - 1
    var found: [Tensor] = []
    func make(_ place: Int, _ targets: [Int: UnsafeMutablePointer<Float>]) {
      guard place < inputs.count else {
        withElements(inputs + [pass.gradients[0]]) { floats in
          demand(
            withForm(memory.widths, Array(floats[2..<2 + linear])) { form, starts in
              ckernels_ball_layers_backward(
                form, starts, memory.layers(floats, targets), epsilon, memory.best,
                floats[inputs.count], targets[0], targets[1])
            })
        }
        return
      }
      let tensor = Tensor(shape: inputs[place].shape, of: Float.self) { target in
        var targets = targets
        targets[place] = target.baseAddress
        make(place + 1, targets)
      }
      found.append(tensor)
    }
    make(0, [:])
    return found.reversed()
  }

  private func withForm<Result>(
    _ widths: [Int], _ weights: [UnsafePointer<Float>?],
    _ body: (UnsafePointer<ckernels_ball_layers>, UnsafePointer<Int64>?) -> Result
  ) -> Result {
    let widths = widths.map { Int64($0) }
    return indices.withUnsafeElements(of: Int32.self) { indices in
      counts.withUnsafeElements(of: Int32.self) { counts in
        starts.withUnsafeElements(of: Int64.self) { starts in
          widths.withUnsafeBufferPointer { widths in
            weights.withUnsafeBufferPointer { weights in
              var form = ckernels_ball_layers(
                clouds: Int64(self.indices.shape[0]), points: Int64(points),
                centers: Int64(self.indices.shape[1]), neighbors: Int64(self.indices.shape[2]),
                indices: indices.baseAddress, counts: counts.baseAddress,
                layers: Int64(weights.count), widths: widths.baseAddress,
                weights: weights.baseAddress, threads: Int32(clamping: threads))
              return body(&form, starts.baseAddress)
            }
          }
        }
      }
    }
  }

  private func demand(_ status: Int32) {
    precondition(status == 0, "memory is short for the layers of \(balls) balls")
  }
}

/// Calls `body` with the elements of several tensors.
private func withElements<Result>(
  _ tensors: [Tensor], _ body: ([UnsafePointer<Float>?]) -> Result
) -> Result {
  func next(_ found: [UnsafePointer<Float>?]) -> Result {
    guard found.count < tensors.count else { return body(found) }
    return tensors[found.count].withUnsafeElements(of: Float.self) {
      next(found + [$0.baseAddress])
    }
  }
  return next([])
}
