/// The same elements under another shape.
///
/// Results share the memory where that is possible. Reshaping a tensor made in Swift and taking
/// parts of its first axis do not open libtorch.
extension Tensor {
  /// The same elements, row-major, under another shape.
  ///
  /// - Parameter shape: The new lengths; one of them may be -1 and follows from the others.
  /// - Returns: A tensor with `shape`.
  public func reshaped(_ shape: [Int]) -> Tensor {
    let shape = resolved(shape)
    if shape == self.shape { return self }
    if let host = storage.host {
      return Tensor(
        storage: TensorStorage(host: host, byteOffset: storage.byteOffset), shape: shape,
        elementType: elementType)
    }
    return ATen.reshape(.tensor(self), .ints(shape))
  }

  /// The same elements, row-major, under another shape.
  ///
  /// - Parameter shape: The new lengths; one of them may be -1 and follows from the others.
  /// - Returns: A tensor with `shape`.
  public func reshaped(_ shape: Int...) -> Tensor { reshaped(shape) }

  /// Neighbouring axes joined to one.
  ///
  /// - Parameters:
  ///   - first: First axis to join.
  ///   - last: Last axis to join.
  /// - Returns: A tensor with `last - first` axes fewer.
  public func flattened(from first: Int = 0, to last: Int = -1) -> Tensor {
    if rank == 0 { return reshaped([1]) }
    let start = Shapes.axis(first, of: shape, "flattened")
    let end = Shapes.axis(last, of: shape, "flattened")
    require(start <= end, "flattened: axis \(first) lies behind axis \(last) in \(shape)")
    let joined = shape[start...end].reduce(1, *)
    return reshaped(Array(shape[..<start]) + [joined] + shape[(end + 1)...])
  }

  /// Two axes exchanged.
  ///
  /// - Parameters:
  ///   - first: One axis.
  ///   - second: The other.
  /// - Returns: A view.
  public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
    let a = Shapes.axis(first, of: shape, "transposed")
    let b = Shapes.axis(second, of: shape, "transposed")
    return ATen.transpose(.tensor(self), .int(a), .int(b))
  }

  /// The axes in another order.
  ///
  /// - Parameter axes: For each new axis the old one, all of them once.
  /// - Returns: A view.
  public func permuted(_ axes: [Int]) -> Tensor {
    require(
      axes.count == rank, "permuted: the axes \(axes) do not order those of the shape \(shape)")
    return ATen.permute(.tensor(self), .ints(Shapes.axes(axes, of: shape, "permuted")))
  }

  /// The axes in another order.
  ///
  /// - Parameter axes: For each new axis the old one, all of them once.
  /// - Returns: A view.
  public func permuted(_ axes: Int...) -> Tensor { permuted(axes) }

  /// Axes of length 1 taken away.
  ///
  /// - Parameter axes: Which; all of length 1 when left out.
  /// - Returns: The same elements with fewer axes.
  public func squeezed(_ axes: Int...) -> Tensor {
    if axes.isEmpty { return reshaped(shape.filter { $0 != 1 }) }
    let gone = Set(Shapes.axes(axes, of: shape, "squeezed"))
    for axis in gone where axis < rank {
      require(
        shape[axis] == 1, "squeezed: axis \(axis) of the shape \(shape) has not the length 1")
    }
    return reshaped(shape.indices.filter { !gone.contains($0) }.map { shape[$0] })
  }

  /// An axis of length 1 put in.
  ///
  /// - Parameter axis: Its place in the result; -1 is the last.
  /// - Returns: The same elements with one axis more.
  public func unsqueezed(_ axis: Int) -> Tensor {
    let place = Shapes.axis(axis, of: shape + [1], "unsqueezed")
    var longer = shape
    longer.insert(1, at: place)
    return reshaped(longer)
  }

  /// Axes of length 1 stretched, without a copy.
  ///
  /// - Parameter shape: The new lengths; more axes than before come first.
  /// - Returns: A view in which stretched elements share memory.
  public func expanded(to shape: [Int]) -> Tensor {
    require(
      Shapes.broadcast(self.shape, shape) == shape,
      "expanded: the shape \(self.shape) cannot be stretched to \(shape)")
    return ATen.expand(.tensor(self), .ints(shape))
  }

  /// A contiguous part of an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - range: Indices to keep, inside the axis.
  /// - Returns: A view.
  public func narrowed(axis: Int, to range: Range<Int>) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "narrowed")
    require(
      place < rank && range.lowerBound >= 0 && range.upperBound <= shape[place],
      "narrowed: \(range) lies outside axis \(axis) of the shape \(shape)")
    if let part = hostRows(range, axis: place) { return part }
    return ATen.narrow(.tensor(self), .int(place), .int(range.lowerBound), .int(range.count))
  }

  /// One index of an axis, which goes away.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - index: The index; negative ones count from the end.
  /// - Returns: A view with one axis less.
  public func selected(axis: Int, at index: Int) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "selected")
    let index = Shapes.index(index, axis: place, of: shape, "selected")
    if let part = hostRows(index..<index + 1, axis: place) {
      return part.reshaped(Array(shape[1...]))
    }
    return ATen.select(.tensor(self), .int(place), .int(index))
  }

  /// The tensors that lie along an axis.
  ///
  /// - Parameter axis: The axis, which goes away.
  /// - Returns: Views, one for each index.
  public func unstacked(axis: Int = 0) -> [Tensor] {
    let place = Shapes.axis(axis, of: shape, "unstacked")
    require(place < rank, "unstacked: a scalar has no axes")
    return (0..<shape[place]).map { selected(axis: place, at: $0) }
  }

  /// A part of the first axis of host memory.
  private func hostRows(_ range: Range<Int>, axis: Int) -> Tensor? {
    guard axis == 0, let host = storage.host else { return nil }
    let rowBytes = shape[1...].reduce(elementType.byteCount, *)
    return Tensor(
      storage: TensorStorage(
        host: host, byteOffset: storage.byteOffset + range.lowerBound * rowBytes),
      shape: [range.count] + shape[1...], elementType: elementType)
  }

  /// `shape` with its -1 replaced.
  private func resolved(_ shape: [Int]) -> [Int] {
    let unknown = shape.indices.filter { shape[$0] == -1 }
    let known = shape.filter { $0 != -1 }
    let product = Shapes.count(known)
    require(
      unknown.count <= 1 && known.allSatisfy { $0 >= 0 },
      "reshaped: \(shape) is no shape for the elements of \(self.shape)")
    guard let place = unknown.first else {
      require(
        product == count, "reshaped: the shape \(shape) does not hold the elements of \(self.shape)"
      )
      return shape
    }
    guard let product, product > 0, count % product == 0 else {
      stop("reshaped: the shape \(shape) does not hold the elements of \(self.shape)")
    }
    var complete = shape
    complete[place] = count / product
    return complete
  }
}

extension ATen {
  static let reshape = TorchOperator("aten::reshape")
  static let transpose = TorchOperator("aten::transpose", "int")
  static let permute = TorchOperator("aten::permute")
  static let expand = TorchOperator("aten::expand")
  static let narrow = TorchOperator("aten::narrow")
  static let select = TorchOperator("aten::select", "int")
}
