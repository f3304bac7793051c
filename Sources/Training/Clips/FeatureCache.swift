import Networks
import Synchronization
import Tensors

/// What a frozen part of a network makes of each clip, computed when it is wanted first.
final class FeatureCache: Sendable {
  private let compute: @Sendable (Tensor) -> Tensor
  private let kept = Mutex([Int: LabelledSample]())

  init(_ compute: @escaping @Sendable (Tensor) -> Tensor) { self.compute = compute }

  /// The features of a clip; `clip` makes it when they are not known.
  func sample(_ index: Int, _ clip: () throws -> LabelledSample) rethrows -> LabelledSample {
    if let known = kept.withLock({ $0[index] }) { return known }
    var sample = try clip()
    sample.input = compute(sample.input)
    let found = sample
    kept.withLock { $0[index] = found }
    return found
  }
}
