/// Rules about shapes that many operations share.
enum Shapes {
  /// The common shape of two tensors, or nil when they cannot be stretched to one.
  static func broadcast(_ first: [Int], _ second: [Int]) -> [Int]? {
    let rank = max(first.count, second.count)
    var common = [Int](repeating: 1, count: rank)
    for back in 1...max(rank, 1) where back <= rank {
      let a = back <= first.count ? first[first.count - back] : 1
      let b = back <= second.count ? second[second.count - back] : 1
      guard a == b || a == 1 || b == 1 else { return nil }
      common[rank - back] = a == 1 ? b : a
    }
    return common
  }

  /// Ends the process when two shapes have no common one.
  static func requireBroadcast(_ operation: String, _ first: [Int], _ second: [Int]) {
    if first == second { return }
    for back in 1...max(min(first.count, second.count), 1)
    where back <= min(first.count, second.count) {
      let a = first[first.count - back]
      let b = second[second.count - back]
      require(
        a == b || a == 1 || b == 1,
        "\(operation): the shapes \(first) and \(second) cannot be stretched to a common one")
    }
  }

  /// An axis counted from the front; negative ones count from the back.
  static func axis(_ axis: Int, of shape: [Int], _ operation: String) -> Int {
    let rank = shape.count
    // A scalar behaves like a vector of one element.
    let bound = max(rank, 1)
    require(
      axis >= -bound && axis < bound,
      "\(operation): there is no axis \(axis) in the shape \(shape)")
    return axis < 0 ? axis + bound : axis
  }

  /// Axes counted from the front, each once.
  static func axes(_ axes: [Int], of shape: [Int], _ operation: String) -> [Int] {
    let found = axes.map { axis($0, of: shape, operation) }
    require(
      Set(found).count == found.count,
      "\(operation): the axes \(axes) name one axis of the shape \(shape) twice")
    return found
  }

  /// An index into an axis; negative ones count from the end.
  static func index(_ index: Int, axis: Int, of shape: [Int], _ operation: String) -> Int {
    require(axis < shape.count, "\(operation): there is no axis \(axis) in the shape \(shape)")
    let length = shape[axis]
    require(
      index >= -length && index < length,
      "\(operation): index \(index) lies outside axis \(axis) of the shape \(shape)")
    return index < 0 ? index + length : index
  }

  /// Number of elements, or nil on overflow.
  static func count(_ shape: [Int]) -> Int? {
    var product = 1
    for length in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
