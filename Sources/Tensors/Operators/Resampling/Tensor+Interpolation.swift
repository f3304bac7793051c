/// How values between elements are made.
public enum Interpolation: String, Sendable, CaseIterable {
  /// The nearest element below (PyTorch's `nearest`: index = floor(place * scale)).
  case nearest
  /// Linear in each axis: linear, bilinear or trilinear by the number of axes.
  case linear
  /// Cubic convolution (Keys, 1981, a = -0.75) in both axes of images.
  case bicubic
}

/// Resampling to another size.
extension Tensor {
  /// The input resampled to a size.
  ///
  /// - Parameters:
  ///   - size: Lengths of the 1, 2 or 3 spatial axes of the result.
  ///   - mode: How values are made; bicubic for images only.
  ///   - alignCorners: Whether the centres of the outermost elements stay where they are; otherwise
  ///     the outer edges do. No effect on `nearest`.
  /// - Returns: `[B, C, size...]` for `[B, C, spatial...]`.
  public func interpolated(
    to size: [Int], mode: Interpolation = .nearest, alignCorners: Bool = false
  ) -> Tensor {
    resampled(size, scales: nil, mode, alignCorners)
  }

  /// The input resampled by a factor.
  ///
  /// - Parameters:
  ///   - factor: Factor for every spatial axis; lengths are rounded down. Places are computed from
  ///     the factor itself.
  ///   - mode: How values are made; bicubic for images only.
  ///   - alignCorners: Whether the centres of the outermost elements stay where they are; otherwise
  ///     the outer edges do. No effect on `nearest`.
  /// - Returns: `[B, C, spatial...]`.
  public func interpolated(
    by factor: Double, mode: Interpolation = .nearest, alignCorners: Bool = false
  ) -> Tensor {
    require(
      rank >= 3 && factor > 0 && factor.isFinite,
      "interpolated: an input of shape \(shape) cannot be resampled by \(factor)")
    let size = shape[2...].map { length -> Int in
      let scaled = (Double(length) * factor).rounded(.down)
      require(scaled < 0x1p40, "interpolated: \(length) elements cannot be resampled by \(factor)")
      return Int(scaled)
    }
    return resampled(size, scales: factor, mode, alignCorners)
  }

  private func resampled(
    _ size: [Int], scales: Double?, _ mode: Interpolation, _ alignCorners: Bool
  ) -> Tensor {
    let axes = size.count
    require(
      (1...3).contains(axes) && rank == axes + 2 && size.allSatisfy { $0 >= 1 }
        && shape[1...].allSatisfy { $0 >= 1 },
      "interpolated: an input of shape \(shape) cannot be resampled to the size \(size)")
    require(
      mode != .bicubic || axes == 2,
      "interpolated: bicubic needs an input [B, C, H, W], not the shape \(shape)")
    let factor = scales.map { TorchArgument.double($0) } ?? .none
    switch (mode, axes) {
    case (.nearest, 1): return ATen.nearest1d(.tensor(self), .ints(size), factor)
    case (.nearest, 2): return ATen.nearest2d(.tensor(self), .ints(size), factor, factor)
    case (.nearest, _): return ATen.nearest3d(.tensor(self), .ints(size), factor, factor, factor)
    case (.linear, 1):
      return ATen.linear1d(.tensor(self), .ints(size), .bool(alignCorners), factor)
    case (.linear, 2):
      return ATen.bilinear2d(.tensor(self), .ints(size), .bool(alignCorners), factor, factor)
    case (.linear, _):
      return ATen.trilinear3d(
        .tensor(self), .ints(size), .bool(alignCorners), factor, factor, factor)
    case (.bicubic, _):
      return ATen.bicubic2d(.tensor(self), .ints(size), .bool(alignCorners), factor, factor)
    }
  }
}

extension ATen {
  static let nearest1d = TorchOperator("aten::upsample_nearest1d")
  static let nearest2d = TorchOperator("aten::upsample_nearest2d")
  static let nearest3d = TorchOperator("aten::upsample_nearest3d")
  static let linear1d = TorchOperator("aten::upsample_linear1d")
  static let bilinear2d = TorchOperator("aten::upsample_bilinear2d")
  static let trilinear3d = TorchOperator("aten::upsample_trilinear3d")
  static let bicubic2d = TorchOperator("aten::upsample_bicubic2d")
}
