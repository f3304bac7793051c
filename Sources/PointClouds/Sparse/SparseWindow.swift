internal import CKernels
public import Tensors

/// How a kernel lies over a fine and a coarse grid: it sees the fine cell
/// `coarse * stride + place * dilation - padding`.
public struct SparseWindow: Hashable, Sendable {
  /// Places of the kernel along each axis.
  public let size: [Int]
  /// Fine cells from one coarse cell to the next.
  public let stride: [Int]
  /// Fine cells from one place of the kernel to the next.
  public let dilation: [Int]
  /// Fine cells from the first place of the kernel to the coarse cell's own place.
  public let padding: [Int]

  /// A window.
  ///
  /// - Parameters:
  ///   - axes: 2 or 3.
  ///   - size: Places of the kernel, at least 1.
  ///   - stride: Fine cells from one coarse cell to the next, at least 1.
  ///   - dilation: Fine cells from one place of the kernel to the next, at least 1.
  ///   - padding: Cells before the coarse cell's own place, at least 0.
  public init(
    axes: Int, size: PerAxis, stride: PerAxis = 1, dilation: PerAxis = 1, padding: PerAxis = 0
  ) {
    self.size = size.expanded(to: axes)
    self.stride = stride.expanded(to: axes)
    self.dilation = dilation.expanded(to: axes)
    self.padding = padding.expanded(to: axes)
    require(
      (self.size + self.stride + self.dilation).allSatisfy { (1...4096).contains($0) }
        && self.padding.allSatisfy { (0...(1 << 20)).contains($0) } && places <= 1 << 15
        && self.stride.reduce(1, *) < 1 << 16,
      """
      a kernel of size \(self.size), stride \(self.stride), dilation \(self.dilation) and padding \
      \(self.padding) is no window
      """)
  }

  /// The window around each cell itself, as in a submanifold convolution.
  ///
  /// An odd kernel is centred; an even one begins at the cell itself.
  ///
  /// - Parameters:
  ///   - axes: 2 or 3.
  ///   - size: Places of the kernel.
  ///   - stride: Fine cells from one coarse cell to the next.
  ///   - dilation: Cells from one place of the kernel to the next.
  /// - Returns: The window.
  public static func around(
    axes: Int, size: PerAxis, stride: PerAxis = 1, dilation: PerAxis = 1
  ) -> SparseWindow {
    let (sizes, steps) = (size.expanded(to: axes), dilation.expanded(to: axes))
    return SparseWindow(
      axes: axes, size: size, stride: stride, dilation: dilation,
      padding: PerAxis(zip(sizes, steps).map { $0 % 2 == 0 ? 0 : $0 / 2 * $1 }))
  }

  /// Places of the kernel.
  public var places: Int { size.reduce(1, *) }

  /// Whether place `k` looks as far one way as the place as far from the end looks the other way.
  var isSymmetric: Bool {
    stride.allSatisfy { $0 == 1 }
      && size.indices.allSatisfy { 2 * padding[$0] == (size[$0] - 1) * dilation[$0] }
  }

  /// Length of each axis of the coarse grid, of which every window lies inside the padded fine one.
  ///
  /// - Parameter shape: Length of each axis of the fine grid.
  /// - Returns: Lengths, 0 or less where no window fits.
  public func coarseShape(_ shape: [Int]) -> [Int] {
    shape.indices.map {
      let room = shape[$0] + 2 * padding[$0] - dilation[$0] * (size[$0] - 1) - 1
      return room < 0 ? 0 : room / stride[$0] + 1
    }
  }

  /// Length of each axis of the fine grid that windows reach.
  ///
  /// - Parameter shape: Length of each axis of the coarse grid.
  /// - Returns: Lengths, 0 or less where nothing is left.
  public func fineShape(_ shape: [Int]) -> [Int] {
    shape.indices.map {
      (shape[$0] - 1) * stride[$0] - 2 * padding[$0] + dilation[$0] * (size[$0] - 1) + 1
    }
  }

  /// The window for the kernels, with a third axis of one place where there are two.
  var native: ckernels_window {
    func three(_ numbers: [Int], _ missing: Int32) -> (Int32, Int32, Int32) {
      (Int32(numbers[0]), Int32(numbers[1]), numbers.count > 2 ? Int32(numbers[2]) : missing)
    }
    return ckernels_window(
      size: three(size, 1), stride: three(stride, 1), dilation: three(dilation, 1),
      padding: three(padding, 0))
  }
}

/// Which coarse cells a strided layer puts out.
public enum SparseStriding: String, Sendable, Codable, CaseIterable {
  /// Every one whose window holds a cell, inside the grid: as a dense convolution would (spconv).
  case denseWindow
  /// Those that the cells fall into, `floor(place / stride)` (MinkowskiEngine).
  ///
  /// Kernels lie as in ``SparseWindow/around(axes:size:stride:dilation:)``.
  case floorDivision
}
