public import Networks
public import Tensors

/// Two convolutions and three linear layers, for small pictures of digits.
///
/// - Note: Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998.
///   Differs: rectifiers, largest elements and softmax in place of the original's functions.
public final class LeNet: Layer {
  let conv1: Conv2D
  let conv2 = Conv2D(6, 16, kernel: 5)
  let pool = MaxPool2D(2)
  let fc1 = Linear(16 * 5 * 5, 120)
  let fc2 = Linear(120, 84)
  let fc3: Linear

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - channels: Channels of the pictures.
  public init(classes: Int = 10, channels: Int = 1) {
    conv1 = Conv2D(channels, 6, kernel: 5, padding: 2)
    fc3 = Linear(84, classes)
  }

  /// Scores of the classes.
  ///
  /// - Parameter x: Pictures, `[B, C, 28, 28]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor {
    let edges = pool(conv1(x).relu())  // [B, 6, 14, 14]
    let parts = pool(conv2(edges).relu())  // [B, 16, 5, 5]
    let hidden = fc2(fc1(parts.flattened(from: 1)).relu()).relu()
    return fc3(hidden)
  }
}
