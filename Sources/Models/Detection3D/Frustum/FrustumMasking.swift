import Tensors

/// The points that a segmentation calls the object's, moved to their mean.
struct FrustumMasking {
  /// `[B, 3, count]` relative to ``mean``; without history.
  let points: Tensor
  /// `[B, 3]`; 0 where no point is the object's.
  let mean: Tensor

  /// Chooses points.
  ///
  /// Of more than `count` points an even selection is taken; fewer are repeated in turn, and where there is none the first
  /// point of the frustum stands for all.
  ///
  /// - Parameters:
  ///   - logits: Scores of clutter and object, `[B, 2, N]`.
  ///   - points: `[B, C, N]`, x, y, z first; N above 0.
  ///   - count: Points wanted.
  init(_ logits: Tensor, of points: Tensor, count: Int) {
    let (batch, channels, total) = (points.shape[0], points.shape[1], points.shape[2])
    var means = [Float](repeating: 0, count: 3 * batch)
    self.points = Tensor(shape: [batch, 3, count], of: Float.self) { target in
      var chosen = [Int](repeating: 0, count: total)
      logits.detached().withUnsafeElements(of: Float.self) { scores in
        points.detached().withUnsafeElements(of: Float.self) { p in
          for b in 0..<batch {
            let (clutter, object) = (2 * b * total, (2 * b + 1) * total)
            var found = 0
            for i in 0..<total where scores[clutter + i] < scores[object + i] {
              chosen[found] = i
              found += 1
            }
            for axis in 0..<3 {
              let row = (b * channels + axis) * total
              var sum = 0.0
              for k in 0..<found { sum += Double(p[row + chosen[k]]) }
              let mean = Float(found > 0 ? sum / Double(found) : 0)
              means[3 * b + axis] = mean
              let start = (3 * b + axis) * count
              for place in 0..<count {
                let k = found > count ? place * found / count : found > 0 ? place % found : -1
                target[start + place] = p[row + (k < 0 ? 0 : chosen[k])] - mean
              }
            }
          }
        }
      }
    }
    mean = Tensor(means, shape: [batch, 3])
  }
}
