import Tensors

extension FlowField {
  /// The motion in pictures that are flipped left to right: the field is flipped, and u changes its sign.
  ///
  /// Flow of a flipped clip is not the flipped flow of the clip: a thing that went right now goes left.
  ///
  /// - Returns: The field of the flipped pictures.
  public func mirrored() -> FlowField {
    let (width, shape) = (width, vectors.shape)
    let flipped = vectors.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: shape, of: Float.self) { target in
        var row = 0
        while row < source.count {
          for x in 0..<width {
            let (to, from) = (row + 2 * x, row + 2 * (width - 1 - x))
            target[to] = -source[from]
            target[to + 1] = source[from + 1]
          }
          row += 2 * width
        }
      }
    }
    var convention = convention
    convention.subtractedMean = convention.subtractedMean.map { SIMD2(-$0.x, $0.y) }
    return FlowField(vectors: flipped, convention: convention)
  }

  /// The field without its mean vector: most of what a moving camera adds.
  ///
  /// - Returns: The field; its convention names the vector that was taken away. Vectors that are not finite do not count.
  public func subtractingMean() -> FlowField {
    let mean = vectors.withUnsafeElements(of: Float.self) { values -> SIMD2<Double> in
      var (sum, count) = (SIMD2<Double>(0, 0), 0.0)
      var i = 0
      while i + 1 < values.count {
        let vector = SIMD2(Double(values[i]), Double(values[i + 1]))
        if vector.x.isFinite && vector.y.isFinite {
          sum += vector
          count += 1
        }
        i += 2
      }
      return count > 0 ? sum / count : sum
    }
    let (u, v) = (Float(mean.x), Float(mean.y))
    var result = mapped { values in
      var i = 0
      while i + 1 < values.count {
        values[i] -= u
        values[i + 1] -= v
        i += 2
      }
    }
    result.convention.subtractedMean = (convention.subtractedMean ?? SIMD2(0, 0)) + mean
    return result
  }

  /// The field with components clipped.
  ///
  /// - Parameter bound: Largest size of a component, pixels, above 0.
  /// - Returns: The field; its convention names the bound. Components that are not numbers become 0.
  public func clipped(to bound: Double) -> FlowField {
    precondition(bound > 0, "a bound of \(bound) pixels leaves no motion")
    let limit = Float(bound)
    var result = mapped { values in
      for i in 0..<values.count {
        values[i] = values[i].isNaN ? 0 : min(max(values[i], -limit), limit)
      }
    }
    result.convention.bound = convention.bound.map { min($0, bound) } ?? bound
    return result
  }

  private func mapped(_ change: (UnsafeMutableBufferPointer<Float>) -> Void) -> FlowField {
    let changed = vectors.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: vectors.shape, of: Float.self) { target in
        for i in 0..<source.count { target[i] = source[i] }
        change(target)
      }
    }
    return FlowField(vectors: changed, convention: convention)
  }
}
