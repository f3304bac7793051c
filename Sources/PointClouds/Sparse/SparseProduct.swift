internal import CKernels
internal import Tensors

/// A convolution along a link between fine and coarse cells: forward and both gradients.
struct SparseProduct: Sendable {
  let link: SparseLink
  /// Whether the outputs are the fine cells.
  let upwards: Bool
  let places: SparseWeightPlaces
  let weightShape: [Int]
  let inputs: Int
  let outputs: Int
  let biasShape: [Int]
  /// Taken where the operation is called; the results do not depend on it.
  let threads: Int

  /// The outputs' features; gradients flow to features, weight and bias.
  func callAsFunction(
    _ features: Tensor, weight: Tensor, bias: Tensor?
  ) throws(PointCloudError) -> Tensor {
    // Rules are made here, where an error can be told; what runs later needs memory only.
    let rules = try link.rules(upwards: upwards, threads: threads)
    let isRecorded =
      isRecordingGradients
      && [features, weight, bias].contains { $0?.requiresGradient ?? false }
    guard isRecorded else {
      return convolved(rules, features, weight, places, inputs, outputs, bias: bias)
    }
    if features.requiresGradient { _ = try link.rulesBack(upwards: upwards, threads: threads) }
    let operands = [features, weight] + (bias.map { [$0] } ?? [])
    return differentiable("sparse convolution", operands) { operands in
      [
        convolved(
          rules, operands[0], operands[1], places, inputs, outputs,
          bias: operands.count > 2 ? operands[2] : nil)
      ]
    } backward: { pass in
      gradients(pass)
    }[0]
  }

  /// The outputs' features with what is done to them, without gradients; float32 alone.
  func callAsFunction(
    _ features: Tensor, weight: Tensor, fusion: SparseFusion
  ) throws(PointCloudError) -> Tensor {
    convolved(
      try link.rules(upwards: upwards, threads: threads), features, weight, places, inputs, outputs,
      bias: fusion.bias, scale: fusion.scale, residual: fusion.residual,
      isRectified: fusion.isRectified)
  }

  private func gradients(_ pass: BackwardPass) -> [Tensor?] {
    let (features, weight, gradient) = (pass.inputs[0], pass.inputs[1], pass.gradients[0])
    var found: [Tensor?] = [nil, nil]
    do {
      if pass.isNeeded[0] {
        let (back, isReversed) = try link.rulesBack(upwards: upwards, threads: threads)
        found[0] = convolved(
          back, gradient, weight, places.back(reversed: isReversed), outputs, inputs)
      }
      if pass.isNeeded[1] {
        let rules = try link.rules(upwards: upwards, threads: threads)
        found[1] = weightGradient(rules, features, gradient)
      }
    } catch {
      stop("sparse convolution, backwards: \(error)")
    }
    if pass.inputs.count > 2 { found.append(pass.isNeeded[2] ? columnSums(gradient) : nil) }
    return found
  }

  private func convolved(
    _ rules: SparseRules, _ features: Tensor, _ weight: Tensor, _ places: SparseWeightPlaces,
    _ inputs: Int, _ outputs: Int, bias: Tensor? = nil, scale: Tensor? = nil,
    residual: Tensor? = nil, isRectified: Bool = false
  ) -> Tensor {
    func run<Real: SparseReal>(_: Real.Type) -> Tensor {
      Tensor(shape: [rules.outputCount, outputs], of: Real.self) { target in
        withElements(of: Real.self, [features, weight, scale, bias, residual]) { operands in
          let ending = SparseEnding(
            scale: operands[2], bias: operands[3], residual: operands[4], isRectified: isRectified)
          let status = places.withLayout {
            Real.convolve(
              rules, operands[0], inputs, operands[1], $0, outputs, ending, threads,
              target.baseAddress)
          }
          require(status == 0, "sparse convolution: memory is short")
        }
      }
    }
    return features.elementType == .float64 ? run(Double.self) : run(Float.self)
  }

  private func weightGradient(_ rules: SparseRules, _ features: Tensor, _ gradient: Tensor)
    -> Tensor
  {
    func run<Real: SparseReal>(_: Real.Type) -> Tensor {
      Tensor(shape: weightShape, of: Real.self) { target in
        withElements(of: Real.self, [features, gradient]) { operands in
          let status = places.withLayout {
            Real.weightGradient(
              rules, operands[0], inputs, operands[1], outputs, $0, threads, target.baseAddress)
          }
          require(status == 0, "sparse convolution: memory is short")
        }
      }
    }
    return features.elementType == .float64 ? run(Double.self) : run(Float.self)
  }

  private func columnSums(_ values: Tensor) -> Tensor {
    func run<Real: SparseReal>(_: Real.Type) -> Tensor {
      Tensor(shape: biasShape, of: Real.self) { target in
        values.withUnsafeElements(of: Real.self) {
          Real.columnSums(
            $0.baseAddress, values.shape[0], outputs, threads, target.baseAddress)
        }
      }
    }
    return values.elementType == .float64 ? run(Double.self) : run(Float.self)
  }
}

/// Calls `body` with where the elements of each tensor lie, row-major.
func withElements<Real: SparseReal, Result>(
  of type: Real.Type, _ tensors: [Tensor?], _ body: ([UnsafePointer<Real>?]) -> Result
) -> Result {
  func next(_ place: Int, _ found: [UnsafePointer<Real>?]) -> Result {
    guard place < tensors.count else { return body(found) }
    guard let tensor = tensors[place] else { return next(place + 1, found + [nil]) }
    return tensor.withUnsafeElements(of: Real.self) { next(place + 1, found + [$0.baseAddress]) }
  }
  return next(0, [])
}
