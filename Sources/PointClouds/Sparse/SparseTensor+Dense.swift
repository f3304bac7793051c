public import Tensors

/// Sparse tensors as dense ones.
extension SparseTensor {
  /// The whole grid, zeros where there is no cell.
  ///
  /// - Parameters:
  ///   - shape: Length of each axis; the grid's when left out.
  ///   - batches: Number of batches; one more than the largest when left out.
  /// - Returns: `[B, C, places...]`.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` when the grid has no bounds and no shape is given, when a
  ///   cell lies outside, or when the result would have more than 2^40 elements.
  public func dense(
    shape: [Int]? = nil, batches: Int? = nil
  ) throws(PointCloudError) -> Tensor {
    func refuse(_ reason: String) -> PointCloudError {
      .unsuitableInput(operation: "dense", reason: reason)
    }
    guard let shape = shape ?? cells.shape, shape.count == cells.axes else {
      throw refuse("a grid without bounds needs a shape of \(cells.axes) axes")
    }
    let batches = batches ?? cells.batchCount
    let lengths = [batches] + shape
    var size = channels
    for length in lengths {
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow, product <= 1 << 40 else {
        throw refuse("a grid of \(batches) x \(shape) with \(channels) channels is too large")
      }
      size = product
    }
    let width = lengths.count
    var places = [Int64](repeating: 0, count: count)
    let outside = coordinates.withUnsafeElements(of: Int32.self) { all -> Int? in
      for row in 0..<count {
        var place = 0
        for axis in 0..<width {
          let number = Int(all[row * width + axis])
          guard number >= 0, number < lengths[axis] else { return row }
          place = place * lengths[axis] + number
        }
        places[row] = Int64(place)
      }
      return nil
    }
    if let outside { throw refuse("the cell of row \(outside) lies outside \(lengths)") }
    let flat = Tensor.zeros([lengths.reduce(1, *), channels], features.elementType)
      .indexReplaced(axis: 0, at: Tensor(places), features)
    return flat.reshaped(lengths + [channels])
      .permuted([0, width] + Array(1..<width))
  }

  /// The grid seen along an axis: its places become channels, those of one feature beside each other.
  ///
  /// - Parameters:
  ///   - axis: The axis that is looked along, from 0.
  ///   - batches: Number of batches; one more than the largest when left out.
  /// - Returns: `[B, C * length, other places...]`.
  /// - Throws: As ``dense(shape:batches:)``.
  public func birdsEyeView(
    along axis: Int, batches: Int? = nil
  ) throws(PointCloudError) -> Tensor {
    require((0..<cells.axes).contains(axis), "birdsEyeView: there is no axis \(axis)")
    let grid = try dense(batches: batches)
    let others = (0..<cells.axes).filter { $0 != axis }.map { $0 + 2 }
    let shape = grid.shape
    return grid.permuted([0, 1, axis + 2] + others)
      .reshaped([shape[0], shape[1] * shape[axis + 2]] + others.map { shape[$0] })
  }

  /// The middle of each cell, metres.
  ///
  /// - Returns: `[N, axes]`, float32.
  public func centres() -> Tensor {
    let (axes, stride) = (cells.axes, cells.stride)
    return Tensor(shape: [count, axes], of: Float.self) { target in
      coordinates.withUnsafeElements(of: Int32.self) { all in
        for row in 0..<count {
          for axis in 0..<axes {
            let edge = cells.voxelSize[axis] * Double(stride[axis])
            let place = Double(all[row * (axes + 1) + axis + 1]) + 0.5
            target[row * axes + axis] = Float(cells.origin[axis] + place * edge)
          }
        }
      }
    }
  }
}
