/// What lies outside the input when a grid is sampled.
public enum GridPadding: String, Sendable, CaseIterable {
  /// Zeros.
  case zeros
  /// The nearest element at the border.
  case border
  /// The input mirrored at its border.
  case reflection
}

/// Sampling at given places.
extension Tensor {
  /// Values of the input at the places of a grid.
  ///
  /// - Parameters:
  ///   - grid: `[B, H', W', 2]` with (x, y), or `[B, D', H', W', 3]` with (x, y, z); -1 and 1 are
  ///     the ends of the input's axes.
  ///   - mode: How values between elements are made; `nearest` takes the nearest element here;
  ///     bicubic for images only.
  ///   - padding: What lies outside.
  ///   - alignCorners: Whether -1 and 1 mean the centres of the outermost elements, or their outer
  ///     edges.
  /// - Returns: `[B, C, H', W']` for `[B, C, H, W]`, or `[B, C, D', H', W']`.
  public func gridSampled(
    _ grid: Tensor, mode: Interpolation = .linear, padding: GridPadding = .zeros,
    alignCorners: Bool = false
  ) -> Tensor {
    require(
      (rank == 4 || rank == 5) && grid.rank == rank && grid.shape[0] == shape[0]
        && grid.shape[rank - 1] == rank - 2 && shape[1...].allSatisfy { $0 >= 1 },
      """
      gridSampled: a grid of shape \(grid.shape) does not fit an input of shape \(shape); images \
      [B, C, H, W] take [B, H', W', 2], volumes [B, C, D, H, W] take [B, D', H', W', 3]
      """)
    require(
      mode != .bicubic || rank == 4,
      "gridSampled: bicubic needs an input [B, C, H, W], not the shape \(shape)")
    require(
      elementType == grid.elementType,
      "gridSampled: an input of \(elementType) with a grid of \(grid.elementType)")
    let modeCode =
      switch mode {
      case .linear: 0
      case .nearest: 1
      case .bicubic: 2
      }
    let paddingCode =
      switch padding {
      case .zeros: 0
      case .border: 1
      case .reflection: 2
      }
    return ATen.gridSampler(
      .tensor(self), .tensor(grid), .int(modeCode), .int(paddingCode), .bool(alignCorners))
  }

  /// The grid that an affine map makes of the places of an image or a volume.
  ///
  /// - Parameters:
  ///   - shape: `[B, C, H, W]` or `[B, C, D, H, W]` of the result to sample.
  ///   - alignCorners: As for ``gridSampled(_:mode:padding:alignCorners:)``.
  /// - Returns: `[B, H, W, 2]` or `[B, D, H, W, 3]`, for maps `[B, 2, 3]` or `[B, 3, 4]` here.
  public func affineGrid(_ shape: [Int], alignCorners: Bool = false) -> Tensor {
    let axes = shape.count - 2
    require(
      (axes == 2 || axes == 3) && self.shape == [shape[0], axes, axes + 1],
      "affineGrid: maps of shape \(self.shape) do not fit a result of shape \(shape)")
    return ATen.affineGrid(.tensor(self), .ints(shape), .bool(alignCorners))
  }
}

extension ATen {
  static let gridSampler = TorchOperator("aten::grid_sampler")
  static let affineGrid = TorchOperator("aten::affine_grid_generator")
}
