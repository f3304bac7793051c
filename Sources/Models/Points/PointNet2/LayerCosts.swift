public import Networks
public import Tensors

/// What the layers of PointNet++ cost, as if every place of a neighbourhood had a row of its own.
extension [AbstractionScale] {
  /// Multiplications, each with an addition, for a number of neighbourhoods.
  func multiplyAdds(neighbourhoods: Int, inputs: Int) -> Int {
    reduce(0) { sum, scale in
      sum + neighbourhoods * scale.count
        * zip([inputs] + scale.widths, scale.widths).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}

extension SetAbstraction: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs result: [Tensor]) -> Int {
    let clouds = inputs[0].shape[0]
    let places = isWhole ? clouds * inputs[0].shape[1] : result[0].count / outputs
    return [scale].multiplyAdds(neighbourhoods: places, inputs: mlpConvs[0].inputs)
  }
}

extension MultiScaleSetAbstraction: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs result: [Tensor]) -> Int {
    scales.multiplyAdds(
      neighbourhoods: result[0].count / outputs,
      inputs: 3 + (inputs.count > 1 ? inputs[1].shape[2] : 0))
  }
}

extension FeaturePropagation: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs result: [Tensor]) -> Int {
    let rows = result[0].count / outputs
    return rows * mlpConvs.reduce(0) { $0 + $1.inputs * $1.outputs }
  }
}
