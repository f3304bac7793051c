import CKernels
public import Tensors

/// The voxel of each point.
public struct PointVoxels: Sendable {
  /// The grid.
  public let lattice: VoxelLattice
  /// Number of clouds.
  public let batches: Int
  /// Number of each point's voxel, -1 for a point that is left out; shape `[N]`, Int32, all clouds one after the other.
  public let owners: Tensor
  /// Batch, x, y and z of each voxel, shape `[V, 4]`, Int32.
  public let coordinates: Tensor
  /// Number of points of each voxel, shape `[V]`, Int32.
  public let counts: Tensor
  /// Points that were left out.
  public let discarded: DiscardedPoints

  /// Number of voxels.
  public var count: Int { coordinates.shape[0] }

  /// Batch, x, y and z of each point's voxel.
  ///
  /// - Returns: Shape `[N, 4]`, Int32; rows of -1 for points that are left out.
  public func pointCoordinates() -> Tensor {
    Tensor(shape: [owners.count, 4], of: Int32.self) { target in
      owners.withUnsafeElements(of: Int32.self) { owners in
        coordinates.withUnsafeElements(of: Int32.self) { cells in
          for (i, owner) in owners.enumerated() {
            for k in 0..<4 { target[4 * i + k] = owner < 0 ? -1 : cells[4 * Int(owner) + k] }
          }
        }
      }
    }
  }

  /// The mean of the values of each voxel's points, summed in the order of the points in double precision.
  ///
  /// - Parameter values: Values of all points, shape `[N, C]`, Float or Double.
  /// - Returns: Shape `[V, C]`, differentiable once.
  /// - Throws: ``PointCloudError`` for values of another form, and when memory is short.
  public func mean(_ values: Tensor) throws -> Tensor {
    let operation = "mean of voxels"
    let isReal = values.elementType == .float32 || values.elementType == .float64
    guard values.rank == 2, values.shape[0] == owners.count, isReal else {
      throw PointCloudError.unsuitableInput(
        operation: operation,
        reason:
          "values are [\(owners.count), C] of float32 or float64, not \(values.shape) of \(values.elementType)"
      )
    }
    guard values.requiresGradient else { return try means(values, operation) }
    let result = try withoutGradients { try means(values, operation) }
    let (owners, counts) = (owners, counts)
    return differentiable(operation, [values]) { _ in
      [result]
    } backward: { pass in
      [Self.shares(pass.gradients[0], owners, counts)]
    }[0]
  }

  private func means(_ values: Tensor, _ operation: String) throws -> Tensor {
    values.elementType == .float64
      ? try means(values, Double.self, operation) : try means(values, Float.self, operation)
  }

  private func means<Element: TensorElement>(
    _ values: Tensor, _ type: Element.Type, _ operation: String
  ) throws -> Tensor {
    try Tensor(shape: [count, values.shape[1]], of: Element.self) { target in
      let status = values.withUnsafeBytes { values in
        owners.withUnsafeElements(of: Int32.self) { owners in
          ckernels_scatter_mean(
            values.baseAddress, Int32(MemoryLayout<Element>.size), owners.baseAddress,
            Int64(owners.count),
            Int64(values.count / max(1, owners.count * MemoryLayout<Element>.size)), Int64(count),
            target.baseAddress)
        }
      }
      guard status == 0 else {
        throw PointCloudError.libraryFailed(operation: operation, reason: "memory is short")
      }
    }
  }

  /// The gradient of each point: its voxel's, divided by the number of points.
  private static func shares(_ gradient: Tensor, _ owners: Tensor, _ counts: Tensor) -> Tensor {
    gradient.elementType == .float64
      ? shares(gradient, owners, counts, Double.self) : shares(gradient, owners, counts, Float.self)
  }

  private static func shares<Element: TensorElement & BinaryFloatingPoint>(
    _ gradient: Tensor, _ owners: Tensor, _ counts: Tensor, _ type: Element.Type
  ) -> Tensor {
    let width = gradient.shape[1]
    return Tensor(shape: [owners.count, width], of: Element.self) { target in
      gradient.withUnsafeElements(of: Element.self) { gradient in
        owners.withUnsafeElements(of: Int32.self) { owners in
          counts.withUnsafeElements(of: Int32.self) { counts in
            for i in 0..<owners.count {
              let owner = Int(owners[i])
              for k in 0..<width {
                target[i * width + k] =
                  owner < 0 ? 0 : gradient[owner * width + k] / Element(counts[owner])
              }
            }
          }
        }
      }
    }
  }
}
