public import Tensors

/// How much boxes along the axes share: rectangles `[N, 4]` (x1 y1 x2 y2) or boxes in space `[N, 6]` (x1 y1 z1 x2 y2 z2).
///
/// A box whose upper edge lies below its lower one is empty. Where a union is empty the value is 0.
public enum AxisAlignedOverlap: Sendable, CaseIterable {
  /// Intersection over union.
  case iou
  /// IoU less the empty share of the smallest box along the axes that holds both.
  case generalizedIoU

  /// Each box with each.
  ///
  /// - Parameters:
  ///   - first: Shape `[N, 4]` or `[N, 6]`, Float or Double.
  ///   - second: Shape `[M, 4]` or `[M, 6]`, of the same type.
  /// - Returns: Shape `[N, M]`, differentiable.
  public func matrix(_ first: Tensor, _ second: Tensor) -> Tensor {
    overlap(first.unsqueezed(1), second.unsqueezed(0))
  }

  /// Each box with the one of the same row.
  ///
  /// - Parameters:
  ///   - first: Shape `[N, 4]` or `[N, 6]`, Float or Double.
  ///   - second: Of the same shape and type.
  /// - Returns: Shape `[N]`, differentiable.
  public func pairs(_ first: Tensor, _ second: Tensor) -> Tensor {
    precondition(first.shape == second.shape, "pairs of \(first.shape) and \(second.shape) boxes")
    return overlap(first, second)
  }

  private func overlap(_ first: Tensor, _ second: Tensor) -> Tensor {
    let (axis, width) = (first.rank - 1, first.shape[first.rank - 1])
    precondition(
      (width == 4 || width == 6) && second.shape[axis] == width,
      "boxes are [N, 4] or [N, 6], not \(first.shape) and \(second.shape)")
    let half = width / 2
    func low(_ boxes: Tensor) -> Tensor { boxes.narrowed(axis: axis, to: 0..<half) }
    func high(_ boxes: Tensor) -> Tensor { boxes.narrowed(axis: axis, to: half..<width) }
    func measure(_ low: Tensor, _ high: Tensor) -> Tensor {
      (high - low).clamped(min: 0).product(axis: axis)
    }
    let common = measure(low(first).maximum(low(second)), high(first).minimum(high(second)))
    let union =
      measure(low(first), high(first)) + measure(low(second), high(second)) - common
    let iou = ratio(common, union)
    guard self == .generalizedIoU else { return iou }
    let hull = measure(low(first).minimum(low(second)), high(first).maximum(high(second)))
    return iou - ratio(hull - union, hull)
  }

  /// A quotient, 0 where there is nothing to divide by.
  private func ratio(_ part: Tensor, _ whole: Tensor) -> Tensor {
    let isEmpty = whole .<= 0
    return (part / whole.masked(isEmpty, with: 1)).masked(isEmpty, with: 0)
  }
}
