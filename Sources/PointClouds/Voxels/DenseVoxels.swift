public import Tensors

/// Dense tensors over the cells of a grid.
public struct DenseVoxels: Sendable {
  /// Number of clouds.
  public let batches: Int
  /// Numbers of cells along x, y and z.
  public let cells: [Int]
  private let coordinates: Tensor

  /// The cells of voxels.
  ///
  /// - Parameters:
  ///   - coordinates: Batch, x, y and z of each voxel, shape `[V, 4]`, Int32.
  ///   - cells: Numbers of cells along x, y and z.
  ///   - batches: Number of clouds.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` for coordinates of another form or outside the grid.
  public init(_ coordinates: Tensor, cells: [Int], batches: Int) throws {
    precondition(cells.count == 3 && cells.allSatisfy { $0 > 0 }, "\(cells) are no cells of a grid")
    guard coordinates.rank == 2, coordinates.shape[1] == 4, coordinates.elementType == .int32 else {
      throw PointCloudError.unsuitableInput(
        operation: "dense voxels",
        reason:
          "coordinates are [V, 4] of int32, not \(coordinates.shape) of \(coordinates.elementType)")
    }
    let ends = [batches] + cells
    let misplaced = coordinates.withUnsafeElements(of: Int32.self) { c in
      (0..<c.count).first { Int(c[$0]) < 0 || Int(c[$0]) >= ends[$0 % 4] }
    }
    if let misplaced {
      throw PointCloudError.unsuitableInput(
        operation: "dense voxels", reason: "voxel \(misplaced / 4) lies outside \(ends)")
    }
    self.coordinates = coordinates
    self.cells = cells
    self.batches = batches
  }

  /// The voxels' features in their cells, 0 elsewhere; voxels of the same cell are summed.
  ///
  /// - Parameter features: Shape `[V, C]`, Float or Double.
  /// - Returns: Shape `[B, C, X, Y, Z]`, differentiable once.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` for features of another form or a result beyond 2^31 elements.
  public func tensor(_ features: Tensor) throws -> Tensor {
    let isReal = features.elementType == .float32 || features.elementType == .float64
    guard features.rank == 2, features.shape[0] == coordinates.shape[0], isReal else {
      throw PointCloudError.unsuitableInput(
        operation: "dense voxels",
        reason:
          "features are [\(coordinates.shape[0]), C] of float32 or float64, not \(features.shape) of \(features.elementType)"
      )
    }
    try requireSize(channels: features.shape[1])
    guard features.requiresGradient else { return spread(features) }
    return differentiable("dense voxels", [features]) { [self] in
      [spread($0[0])]
    } backward: { [self] in
      [collected($0.gradients[0])]
    }[0]
  }

  /// 1 in the cells of voxels, 0 elsewhere.
  ///
  /// - Returns: Shape `[B, 1, X, Y, Z]`, Float.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` for a result beyond 2^31 elements.
  public func occupancy() throws -> Tensor {
    try requireSize(channels: 1)
    return Tensor(shape: [batches, 1] + cells, of: Float.self) { target in
      target.initialize(repeating: 0)
      forEachCell(channels: 1) { _, cell, _ in target[cell] = 1 }
    }
  }

  private func requireSize(channels: Int) throws {
    var size = 1
    for factor in [batches, channels] + cells {
      let (product, overflow) = size.multipliedReportingOverflow(by: factor)
      guard !overflow, product <= 1 << 31 else {
        throw PointCloudError.unsuitableInput(
          operation: "dense voxels",
          reason: "\(batches) x \(channels) x \(cells) elements are over 2^31")
      }
      size = product
    }
  }

  /// Calls `body` with each voxel, the place of its first channel, and the distance between channels.
  @inline(__always)
  private func forEachCell(channels: Int, _ body: (Int, Int, Int) -> Void) {
    let (y, z) = (cells[1], cells[2])
    let volume = cells[0] * y * z
    coordinates.withUnsafeElements(of: Int32.self) { c in
      for v in 0..<c.count / 4 {
        let cell = (Int(c[4 * v + 1]) * y + Int(c[4 * v + 2])) * z + Int(c[4 * v + 3])
        body(v, Int(c[4 * v]) * channels * volume + cell, volume)
      }
    }
  }

  private func spread(_ features: Tensor) -> Tensor {
    features.elementType == .float64
      ? spread(features, Double.self) : spread(features, Float.self)
  }

  private func spread<Element: TensorElement & BinaryFloatingPoint>(
    _ features: Tensor, _ type: Element.Type
  ) -> Tensor {
    let channels = features.shape[1]
    return Tensor(shape: [batches, channels] + cells, of: Element.self) { target in
      target.initialize(repeating: 0)
      features.withUnsafeElements(of: Element.self) { source in
        forEachCell(channels: channels) { v, cell, volume in
          for k in 0..<channels { target[cell + k * volume] += source[v * channels + k] }
        }
      }
    }
  }

  private func collected(_ gradient: Tensor) -> Tensor {
    gradient.elementType == .float64
      ? collected(gradient, Double.self) : collected(gradient, Float.self)
  }

  private func collected<Element: TensorElement>(_ gradient: Tensor, _ type: Element.Type) -> Tensor
  {
    let channels = gradient.shape[1]
    return Tensor(shape: [coordinates.shape[0], channels], of: Element.self) { target in
      gradient.withUnsafeElements(of: Element.self) { source in
        forEachCell(channels: channels) { v, cell, volume in
          for k in 0..<channels { target[v * channels + k] = source[cell + k * volume] }
        }
      }
    }
  }
}

extension HardVoxels {
  /// The cells of the voxels as a dense grid.
  ///
  /// - Returns: The grid.
  /// - Throws: Nothing for coordinates that a voxeliser made.
  public func dense() throws -> DenseVoxels {
    try DenseVoxels(coordinates, cells: lattice.cells, batches: batches)
  }
}

extension PointVoxels {
  /// The cells of the voxels as a dense grid.
  ///
  /// - Returns: The grid.
  /// - Throws: Nothing for coordinates that a voxeliser made.
  public func dense() throws -> DenseVoxels {
    try DenseVoxels(coordinates, cells: lattice.cells, batches: batches)
  }
}
