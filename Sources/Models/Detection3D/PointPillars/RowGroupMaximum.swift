import Tensors

/// The largest elements of groups of rows that lie one behind the other.
///
/// - Parameters:
///   - rows: `[N, C]`, float32.
///   - counts: Rows of each group, at least 1; `[V]`, Int32, N in all.
/// - Returns: `[V, C]`, differentiable once; of equal elements the first counts.
func rowGroupMaximum(_ rows: Tensor, counts: Tensor) -> Tensor {
  let (count, width, groups) = (rows.shape[0], rows.shape[1], counts.shape[0])
  var sources: Tensor?
  let best = Tensor(shape: [groups, width], of: Float.self) { best in
    sources = Tensor(shape: [groups, width], of: Int32.self) { sources in
      rows.withUnsafeElements(of: Float.self) { rows in
        counts.withUnsafeElements(of: Int32.self) { counts in
          var row = 0
          for group in 0..<groups {
            let end = min(count, row + Int(counts[group]))
            let first = group * width
            for c in 0..<width {
              best[first + c] = rows[row * width + c]
              sources[first + c] = Int32(row)
            }
            row += 1
            while row < end {
              for c in 0..<width where rows[row * width + c] > best[first + c] {
                best[first + c] = rows[row * width + c]
                sources[first + c] = Int32(row)
              }
              row += 1
            }
          }
        }
      }
    }
  }
  guard isRecordingGradients, rows.requiresGradient, let sources else { return best }
  return differentiable("largest of groups", [rows]) { _ in
    [best]
  } backward: { pass in
    let slopes = Tensor(shape: [count, width], of: Float.self) { target in
      target.initialize(repeating: 0)
      sources.withUnsafeElements(of: Int32.self) { sources in
        pass.gradients[0].withUnsafeElements(of: Float.self) { gradient in
          for i in 0..<groups * width { target[Int(sources[i]) * width + i % width] += gradient[i] }
        }
      }
    }
    return [slopes]
  }[0]
}
