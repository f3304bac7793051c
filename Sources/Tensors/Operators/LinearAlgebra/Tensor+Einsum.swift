/// Sums of products over named axes.
extension Tensor {
  /// The sum of products that an equation describes, for example `"bij,bjk->bik"`.
  ///
  /// Every letter names an axis; axes that the result does not name are summed over. Three dots
  /// stand for further axes in front, which are stretched. Without an arrow the result has the
  /// letters that come once, in alphabetical order.
  ///
  /// - Parameters:
  ///   - equation: Letters of each operand, commas between, and `->` with those of the result.
  ///   - operands: As many as the equation has.
  /// - Returns: A tensor with the result's axes.
  public static func einsum(_ equation: String, _ operands: Tensor...) -> Tensor {
    einsum(equation, operands)
  }

  /// The sum of products that an equation describes.
  ///
  /// - Parameters:
  ///   - equation: As in ``einsum(_:_:)-(_,Tensor...)``.
  ///   - operands: As many as the equation has.
  /// - Returns: A tensor with the result's axes.
  public static func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
    let shapes = operands.map(\.shape)
    let sides = equation.filter { $0 != " " }.split(
      separator: "-", omittingEmptySubsequences: false)
    let terms = (sides.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
    require(
      terms.count == operands.count && !operands.isEmpty && sides.count <= 2
        && (sides.count == 1 || sides[1].hasPrefix(">")),
      "einsum: the equation \"\(equation)\" does not describe operands of shapes \(shapes)")
    var lengths: [Character: Int] = [:]
    for (term, shape) in zip(terms, shapes) {
      let letters = term.filter { $0 != "." }
      let hasDots = letters.count != term.count
      require(
        hasDots ? letters.count <= shape.count : letters.count == shape.count,
        "einsum: \"\(term)\" of \"\(equation)\" does not name the axes of the shape \(shape)")
      guard !hasDots else { continue }
      for (letter, length) in zip(letters, shape) where length != 1 {
        require(
          (lengths[letter] ?? length) == length,
          "einsum: the axis \"\(letter)\" of \"\(equation)\" has two lengths in the shapes \(shapes)"
        )
        lengths[letter] = length
      }
    }
    return ATen.einsum(.string(equation), .tensors(operands))
  }

  /// The sum of products over axes of this tensor and of another.
  ///
  /// - Parameters:
  ///   - other: The other tensor.
  ///   - axes: Axes of this tensor.
  ///   - otherAxes: Axes of the other one, of the same lengths.
  /// - Returns: This tensor's other axes, then the other one's.
  public func tensorDot(_ other: Tensor, axes: [Int], _ otherAxes: [Int]) -> Tensor {
    let first = Shapes.axes(axes, of: shape, "tensorDot")
    let second = Shapes.axes(otherAxes, of: other.shape, "tensorDot")
    require(
      first.map { shape[$0] } == second.map { other.shape[$0] },
      """
      tensorDot: the axes \(axes) of the shape \(shape) and \(otherAxes) of \(other.shape) differ \
      in length
      """)
    return ATen.tensorDot(.tensor(self), .tensor(other), .ints(first), .ints(second))
  }

  /// The products of all pairs of two vectors' elements.
  ///
  /// - Parameter other: `[N]`.
  /// - Returns: `[M, N]` for `[M]`.
  public func outer(_ other: Tensor) -> Tensor {
    require(
      rank == 1 && other.rank == 1, "outer: the shapes \(shape) and \(other.shape) are no vectors")
    return ATen.outer(.tensor(self), .tensor(other))
  }

  /// The cross products of vectors with three elements.
  ///
  /// - Parameters:
  ///   - other: The second factors, in a shape that fits.
  ///   - axis: The axis of length 3.
  /// - Returns: A tensor of the common shape.
  public func cross(_ other: Tensor, axis: Int = -1) -> Tensor {
    Shapes.requireBroadcast("cross", shape, other.shape)
    let place = Shapes.axis(axis, of: shape, "cross")
    require(
      rank == other.rank && shape[place] == 3 && other.shape[place] == 3,
      "cross: axis \(axis) of the shapes \(shape) and \(other.shape) has not the length 3")
    return ATen.cross(.tensor(self), .tensor(other), .int(place))
  }

  /// The Kronecker product.
  ///
  /// - Parameter other: The second factor.
  /// - Returns: A tensor whose lengths are the products of both.
  public func kronecker(_ other: Tensor) -> Tensor {
    ATen.kronecker(.tensor(self), .tensor(other))
  }

  /// Distances between all pairs of points.
  ///
  /// - Parameters:
  ///   - other: `[..., N, D]`.
  ///   - order: Order of the norm; 2 is Euclidean.
  /// - Returns: `[..., M, N]` for `[..., M, D]`.
  public func distances(to other: Tensor, order: Double = 2) -> Tensor {
    require(
      rank >= 2 && other.rank >= 2 && shape[rank - 1] == other.shape[other.rank - 1] && order >= 0,
      "distances: points of shapes \(shape) and \(other.shape) do not fit together")
    // Never by way of the matrix product, which loses half the digits for near points.
    return ATen.distances(.tensor(self), .tensor(other), .double(order), .int(2))
  }

  /// The cosines of the angles between vectors along an axis.
  ///
  /// - Parameters:
  ///   - other: The other vectors, in a shape that fits.
  ///   - axis: The axis.
  ///   - epsilon: Lengths below are taken for it.
  /// - Returns: One value for each place along the other axes.
  public func cosineSimilarity(_ other: Tensor, axis: Int = 1, epsilon: Double = 1e-8) -> Tensor {
    Shapes.requireBroadcast("cosineSimilarity", shape, other.shape)
    let place = Shapes.axis(axis, of: shape, "cosineSimilarity")
    return ATen.cosineSimilarity(.tensor(self), .tensor(other), .int(place), .double(epsilon))
  }
}

extension ATen {
  static let einsum = TorchOperator("aten::einsum")
  static let tensorDot = TorchOperator("aten::tensordot")
  static let outer = TorchOperator("aten::outer")
  static let cross = TorchOperator("aten::linalg_cross")
  static let kronecker = TorchOperator("aten::kron")
  static let distances = TorchOperator("aten::cdist")
  static let cosineSimilarity = TorchOperator("aten::cosine_similarity")
}
