/// What a subscript may say about one axis.
///
/// - An integer takes one index (negative: from the end); the axis goes away.
/// - A range (`2..<5`, `...3`, `1...`) takes a part; `0...` takes everything.
/// - `stride(from:to:by:)` with a positive step takes every so-many-th index.
public protocol AxisSelection {
  /// The part of an axis that is meant.
  ///
  /// - Parameter length: Length of the axis.
  /// - Returns: One index, or first, end and step.
  func part(ofLength length: Int) -> AxisPart
}

/// A part of an axis.
public enum AxisPart: Equatable, Sendable {
  /// One index; the axis goes away.
  case index(Int)
  /// Indices from `start` up to but not including `end`, each `step` apart.
  case range(start: Int, end: Int, step: Int)
}

extension Int: AxisSelection {
  /// One index.
  public func part(ofLength length: Int) -> AxisPart { .index(self) }
}
extension Range<Int>: AxisSelection {
  /// Indices without the upper bound.
  public func part(ofLength length: Int) -> AxisPart {
    .range(start: lowerBound, end: upperBound, step: 1)
  }
}
extension ClosedRange<Int>: AxisSelection {
  /// Indices with the upper bound.
  public func part(ofLength length: Int) -> AxisPart {
    .range(start: lowerBound, end: upperBound + 1, step: 1)
  }
}
extension PartialRangeFrom<Int>: AxisSelection {
  /// Indices up to the end.
  public func part(ofLength length: Int) -> AxisPart {
    .range(start: lowerBound, end: length, step: 1)
  }
}
extension PartialRangeUpTo<Int>: AxisSelection {
  /// Indices from 0 without the bound.
  public func part(ofLength length: Int) -> AxisPart {
    .range(start: 0, end: upperBound, step: 1)
  }
}
extension PartialRangeThrough<Int>: AxisSelection {
  /// Indices from 0 with the bound.
  public func part(ofLength length: Int) -> AxisPart {
    .range(start: 0, end: upperBound + 1, step: 1)
  }
}
extension StrideTo<Int>: AxisSelection {
  /// Indices a step apart.
  public func part(ofLength length: Int) -> AxisPart {
    var indices = makeIterator()
    guard let start = indices.next() else { return .range(start: 0, end: 0, step: 1) }
    guard let second = indices.next() else { return .range(start: start, end: start + 1, step: 1) }
    let last = reversed().first ?? start
    return .range(start: start, end: last + 1, step: second - start)
  }
}

extension Tensor {
  /// A part of the tensor, axis by axis from the first; axes that are not named are taken whole.
  ///
  /// Reading gives a view. Writing copies the tensor first when its memory is shared, and stretches
  /// the new value to the part's shape.
  ///
  /// - Parameter selections: What to take of each axis, for example `x[0, 1..<3]`.
  public subscript(_ selections: any AxisSelection...) -> Tensor {
    get { part(selections) }
    set {
      makeWritable()
      let target = part(selections)
      let value = newValue.count == 1 ? newValue.reshaped([]) : newValue
      require(
        Shapes.broadcast(value.shape, target.shape) == target.shape,
        "subscript: the shape \(value.shape) cannot be stretched to the part's \(target.shape)")
      ATen.copyInto.perform(.tensor(target), .tensor(value))
    }
  }

  private func part(_ selections: [any AxisSelection]) -> Tensor {
    require(
      selections.count <= rank,
      "subscript: \(selections.count) selections for the shape \(shape)")
    var result = self
    var axis = 0
    for selection in selections {
      switch selection.part(ofLength: result.shape[axis]) {
      case .index(let index):
        result = result.selected(axis: axis, at: index)
      case .range(let start, let end, let step):
        let length = result.shape[axis]
        require(
          start >= 0 && end >= start && end <= length && step >= 1,
          "subscript: \(selection) lies outside axis \(axis) of the shape \(result.shape)")
        if step == 1 {
          if start > 0 || end < length { result = result.narrowed(axis: axis, to: start..<end) }
        } else {
          result = ATen.slice(.tensor(result), .int(axis), .int(start), .int(end), .int(step))
        }
        axis += 1
      }
    }
    return result
  }

  /// Makes sure that writing into the memory changes no other tensor.
  mutating func makeWritable() {
    if requiresGradient {
      self = ATen.clone(.tensor(self))
      return
    }
    let isOnlyValue = isKnownUniquelyReferenced(&storage)
    if isOnlyValue, storage.host != nil {
      storage.dropHandle()
      if isKnownUniquelyReferenced(&storage.host) {
        _ = handle
        return
      }
    } else if isOnlyValue, facts.is_exclusive != 0 {
      return
    }
    self = copied()
    _ = handle
  }
}

extension ATen {
  static let slice = TorchOperator("aten::slice", "Tensor")
  static let copyInto = TorchOperator("aten::copy_")
  static let index = TorchOperator("aten::index", "Tensor")
}
