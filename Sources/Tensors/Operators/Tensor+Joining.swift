/// Several tensors made one, and one made several.
extension Tensor {
  /// Tensors joined along an axis that they have.
  ///
  /// - Parameters:
  ///   - tensors: At least one, equally long along all other axes.
  ///   - axis: The axis.
  /// - Returns: A tensor as long along `axis` as all together.
  public static func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    guard let first = tensors.first else { stop("concatenated: there is no tensor") }
    let place = Shapes.axis(axis, of: first.shape, "concatenated")
    for tensor in tensors.dropFirst() {
      require(
        tensor.rank == first.rank && first.rank > 0
          && first.shape.indices.allSatisfy { $0 == place || tensor.shape[$0] == first.shape[$0] },
        """
        concatenated: the shapes \(first.shape) and \(tensor.shape) differ along other axes than \
        \(axis)
        """)
    }
    return ATen.concatenate(.tensors(tensors), .int(place))
  }

  /// Tensors of one shape joined along a new axis.
  ///
  /// - Parameters:
  ///   - tensors: At least one, of one shape.
  ///   - axis: Place of the new axis in the result.
  /// - Returns: A tensor as long along `axis` as there are tensors.
  public static func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    guard let first = tensors.first else { stop("stacked: there is no tensor") }
    for tensor in tensors.dropFirst() {
      require(
        tensor.shape == first.shape,
        "stacked: the shapes \(first.shape) and \(tensor.shape) differ")
    }
    let place = Shapes.axis(axis, of: first.shape + [1], "stacked")
    return ATen.stack(.tensors(tensors), .int(place))
  }

  /// Parts of an axis, one after the other.
  ///
  /// - Parameters:
  ///   - lengths: Length of each part; together the length of the axis.
  ///   - axis: The axis.
  /// - Returns: Views, one for each length.
  public func split(_ lengths: [Int], axis: Int = 0) -> [Tensor] {
    let place = Shapes.axis(axis, of: shape, "split")
    require(
      place < rank && lengths.allSatisfy { $0 >= 0 } && lengths.reduce(0, +) == shape[place],
      "split: the lengths \(lengths) do not make up axis \(axis) of the shape \(shape)")
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return narrowed(axis: place, to: start..<start + length)
    }
  }

  /// The tensor repeated along its axes.
  ///
  /// - Parameter counts: How often, for each axis; further axes come first.
  /// - Returns: A copy.
  public func repeated(_ counts: [Int]) -> Tensor {
    require(
      counts.count >= rank && counts.allSatisfy { $0 >= 0 },
      "repeated: the counts \(counts) do not fit the shape \(shape)")
    return ATen.repeated(.tensor(self), .ints(counts))
  }

  /// The elements in the opposite order along axes.
  ///
  /// - Parameter axes: Which.
  /// - Returns: A copy.
  public func flipped(_ axes: Int...) -> Tensor {
    ATen.flip(.tensor(self), .ints(Shapes.axes(axes, of: shape, "flipped")))
  }
}

extension ATen {
  static let concatenate = TorchOperator("aten::cat")
  static let stack = TorchOperator("aten::stack")
  static let repeated = TorchOperator("aten::repeat")
  static let flip = TorchOperator("aten::flip")
}
