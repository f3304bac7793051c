internal import CTorch

/// In which order the elements lie in memory; shapes and results do not depend on it, but speed
/// does.
extension Tensor {
  /// The same tensor with the channels of a pixel side by side in memory: `[B, C, H, W]` lies as
  /// `[B, H, W, C]`, and volumes likewise.
  ///
  /// Convolutions are often faster so; most operations keep the order.
  ///
  /// - Returns: This tensor when it lies so already.
  public func toChannelsLast() -> Tensor {
    require(
      rank == 4 || rank == 5,
      "toChannelsLast: an input of shape \(shape) is neither [B, C, H, W] nor [B, C, D, H, W]")
    return ATen.contiguous(
      .tensor(self),
      .memoryFormat(rank == 4 ? CTORCH_CHANNELS_LAST : CTORCH_CHANNELS_LAST_3D))
  }

  /// Distance in memory, in elements, from one index of each axis to the next.
  public var strides: [Int] {
    if storage.host != nil {
      var strides = [Int](repeating: 1, count: rank)
      for axis in stride(from: rank - 2, through: 0, by: -1) {
        strides[axis] = strides[axis + 1] * Swift.max(shape[axis + 1], 1)
      }
      return strides
    }
    let facts = facts
    guard let known = facts.strides else { return [] }
    return (0..<rank).map { Int(known[$0]) }
  }

  /// Whether the channels of a pixel lie side by side (``toChannelsLast()``).
  public var isChannelsLast: Bool {
    guard rank == 4 || rank == 5 else { return false }
    let strides = strides
    var expected = 1
    for axis in [1] + stride(from: rank - 1, through: 2, by: -1) + [0] {
      if shape[axis] != 1 && strides[axis] != expected { return false }
      expected *= shape[axis]
    }
    return true
  }
}
