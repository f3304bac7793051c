public import Networks
public import Tensors

/// A small network of 3x3x3 convolutions, whose time axis shrinks slowly, for small clips.
///
/// Each layer is a convolution, a batch normalisation and a rectifier; a mean over time and space and
/// a linear layer follow.
///
/// - Note: Source of slow fusion: Karpathy et al., "Large-scale video classification with
///   convolutional neural networks", CVPR 2014.
public final class Slow3D: Layer {
  let body: Sequential
  let head: Linear

  /// Whether no output depends on a later frame.
  public let isCausal: Bool

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - channels: Channels of the frames.
  ///   - widths: Channels of each layer.
  ///   - strides: Steps of each layer over time, height and width.
  ///   - causal: Whether no output may depend on a later frame.
  public init(
    classes: Int = 8, channels: Int = 3, widths: [Int] = [16, 32, 64],
    strides: [[Int]] = [[1, 2, 2], [2, 2, 2], [2, 2, 2]], causal: Bool = false
  ) {
    precondition(
      !widths.isEmpty && widths.count == strides.count && strides.allSatisfy { $0.count == 3 },
      "Slow3D: \(widths.count) layers with the strides \(strides)")
    isCausal = causal
    body = Sequential(
      widths.indices.flatMap { layer -> [any Layer] in
        [
          clipConvolution(
            layer == 0 ? channels : widths[layer - 1], widths[layer], kernel: [3, 3, 3],
            stride: PerAxis(strides[layer]), causal: causal),
          BatchNorm3D(widths[layer]), ReLU(),
        ]
      })
    head = Linear(widths[widths.count - 1], classes)
  }

  /// The settings in one line.
  public var settings: String { isCausal ? "causal" : "" }

  /// The maps of the last layer.
  ///
  /// - Parameter x: Normalised clips, `[B, C, T, H, W]`.
  /// - Returns: `[B, last width, T', H', W']`.
  public func features(_ x: Tensor) -> Tensor { body(x) }

  /// Scores of the classes.
  ///
  /// - Parameter x: Normalised clips, `[B, C, T, H, W]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor { head(features(x).mean(axes: [2, 3, 4])) }
}

extension Slow3D: FieldDescribing {
  /// The convolutions.
  public var fieldSteps: [ReceptiveField.Step] { body.convolutions.map(\.fieldStep) + [.global] }
}
