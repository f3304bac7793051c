/// Random zeros for training.
///
/// - Note: Source: Srivastava et al., "Dropout", JMLR 15, 2014.
extension Tensor {
  /// Each element set to 0 with a probability, the others scaled so that the mean stays.
  ///
  /// - Parameters:
  ///   - probability: Of a zero, from 0 to 1.
  ///   - generator: Source of the zeros, on this tensor's device.
  /// - Returns: A tensor of this shape.
  public func dropout(_ probability: Double, using generator: TorchGenerator) -> Tensor {
    dropped("dropout", shape, probability, generator)
  }

  /// Whole channels set to 0 with a probability, the others scaled so that the mean stays.
  ///
  /// - Parameters:
  ///   - probability: Of a zero, from 0 to 1.
  ///   - generator: Source of the zeros, on this tensor's device.
  /// - Returns: A tensor of this shape, `[B, C, ...]`.
  public func channelDropout(_ probability: Double, using generator: TorchGenerator) -> Tensor {
    require(rank >= 2, "channelDropout: an input of shape \(shape) has no channels")
    let mask = Array(shape[..<2]) + [Int](repeating: 1, count: rank - 2)
    return dropped("channelDropout", mask, probability, generator)
  }

  private func dropped(
    _ operation: String, _ maskShape: [Int], _ probability: Double, _ generator: TorchGenerator
  ) -> Tensor {
    require(
      probability >= 0 && probability <= 1, "\(operation): \(probability) is no probability")
    if probability == 0 { return self }
    if probability == 1 { return self * 0 }
    let kept = 1 - probability
    let mask = ATen.newEmpty(.tensor(self), .ints(maskShape))
    ATen.bernoulliInto.perform(.tensor(mask), .double(kept), .generator(generator))
    return self * (mask / kept)
  }
}

extension ATen {
  static let newEmpty = TorchOperator("aten::new_empty")
  static let bernoulliInto = TorchOperator("aten::bernoulli_", "float")
}
