public import Networks
public import Tensors

/// Two convolutions over a dense grid of voxels and two linear layers: tells what shape fills the grid.
///
/// - Note: Source: Maturana and Scherer, "VoxNet: a 3D convolutional neural network for real-time object recognition", IROS 2015,
///   section III and table I.
public final class VoxNet: Layer {
  let conv1: Conv3D
  let conv2 = Conv3D(32, 32, kernel: 3)
  let pool = MaxPool3D(2)
  let fc1: Linear
  let fc2: Linear
  private let dropouts = [Dropout(0.2), Dropout(0.3), Dropout(0.4)]

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - channels: Channels of the grid: 1 for occupancy.
  ///   - size: Cells along each axis, at least 11.
  public init(classes: Int = 40, channels: Int = 1, size: Int = 32) {
    precondition(size >= 11, "a grid of \(size) cells is too small for the network's windows")
    let reduced = ((size - 5) / 2 + 1 - 2) / 2
    conv1 = Conv3D(channels, 32, kernel: 5, stride: 2)
    fc1 = Linear(32 * reduced * reduced * reduced, 128)
    fc2 = Linear(128, classes)
  }

  /// Scores of the classes.
  ///
  /// - Parameter x: Grids, `[B, C, X, Y, Z]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor {
    let coarse = dropouts[0](conv1(x).leakyReLU(slope: 0.1))  // [B, 32, 14, 14, 14]
    let parts = dropouts[1](pool(conv2(coarse).leakyReLU(slope: 0.1)))  // [B, 32, 6, 6, 6]
    let hidden = dropouts[2](fc1(parts.flattened(from: 1)).relu())
    return fc2(hidden)
  }
}
