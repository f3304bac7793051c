public import Networks
public import Tensors

/// Eight 3x3x3 convolutions with pooling between them and three linear layers, over clips of 16
/// frames of 112x112 pixels.
///
/// Longer clips are cut into parts of 16 frames whose scores are averaged. A causal network puts all
/// zeros of the time axis in front of it; its weights have the same names and shapes.
///
/// - Note: Source: Tran et al., "Learning spatiotemporal features with 3D convolutional networks",
///   ICCV 2015. Names of weights are those usual in PyTorch: `conv1`, `conv3a`, `fc6`.
public final class C3D: Layer {
  let conv1: Conv3D
  let conv2: Conv3D
  let conv3a: Conv3D
  let conv3b: Conv3D
  let conv4a: Conv3D
  let conv4b: Conv3D
  let conv5a: Conv3D
  let conv5b: Conv3D
  let fc6: Linear
  let fc7: Linear
  let fc8: Linear
  let dropout = Dropout(0.5)

  let firstPool = MaxPool3D([1, 2, 2])
  let pool = MaxPool3D(2)
  let lastPool = MaxPool3D(2, padding: [0, 1, 1])

  /// Whether no output depends on a later frame of a part than the last.
  public let isCausal: Bool

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - width: Channels of the first convolution; 64 in the paper.
  ///   - size: Height and width of the frames; 112 in the paper.
  ///   - features: Length of the hidden linear layers; 4096 in the paper.
  ///   - causal: Whether no map may depend on a later frame.
  public init(
    classes: Int = 101, width: Int = 64, size: Int = 112, features: Int = 4096,
    causal: Bool = false
  ) {
    isCausal = causal
    func convolution(_ inputs: Int, _ outputs: Int) -> Conv3D {
      clipConvolution(inputs, outputs, kernel: [3, 3, 3], causal: causal, bias: true)
    }
    conv1 = convolution(3, width)
    conv2 = convolution(width, 2 * width)
    conv3a = convolution(2 * width, 4 * width)
    conv3b = convolution(4 * width, 4 * width)
    conv4a = convolution(4 * width, 8 * width)
    conv4b = convolution(8 * width, 8 * width)
    conv5a = convolution(8 * width, 8 * width)
    conv5b = convolution(8 * width, 8 * width)
    let side = size / 16 / 2 + 1
    fc6 = Linear(8 * width * side * side, features)
    fc7 = Linear(features, features)
    fc8 = Linear(features, classes)
  }

  /// The settings in one line.
  public var settings: String { isCausal ? "causal" : "" }

  /// The maps behind the last pooling.
  ///
  /// - Parameter x: Normalised clips, `[B, 3, T, H, W]`.
  /// - Returns: `[B, 8 width, T / 16, H / 32 + 1, W / 32 + 1]`, rounded down.
  public func features(_ x: Tensor) -> Tensor {
    var y = firstPool(conv1(x).relu())
    y = pool(conv2(y).relu())
    y = pool(conv3b(conv3a(y).relu()).relu())
    y = pool(conv4b(conv4a(y).relu()).relu())
    return lastPool(conv5b(conv5a(y).relu()).relu())
  }

  /// Scores of the classes, the mean over all parts of 16 frames.
  ///
  /// - Parameter x: Normalised clips, `[B, 3, T, H, W]` with T at least 16.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor {
    requireInput(x.rank == 5 && x.shape[2] >= 16, x, expected: "[B, 3, T, H, W] with T at least 16")
    let maps = features(x)
    let parts = maps.shape[2]
    if parts == 1 { return described(maps.squeezed(2)) }
    let scores = (0..<parts).map { described(maps.selected(axis: 2, at: $0)) }
    return Tensor.stacked(scores).mean(axes: [0])
  }

  /// The scores of one part: `[B, C, H, W]` to `[B, classes]`.
  public func described(_ map: Tensor) -> Tensor {
    let hidden = dropout(fc6(map.flattened(from: 1)).relu())
    return fc8(dropout(fc7(hidden).relu()))
  }
}

extension C3D: FieldDescribing {
  /// The convolutions and the pooling between them.
  public var fieldSteps: [ReceptiveField.Step] {
    [
      conv1.fieldStep, firstPool.fieldStep, conv2.fieldStep, pool.fieldStep, conv3a.fieldStep,
      conv3b.fieldStep, pool.fieldStep, conv4a.fieldStep, conv4b.fieldStep, pool.fieldStep,
      conv5a.fieldStep, conv5b.fieldStep, lastPool.fieldStep, .everything("Linear"),
    ]
  }
}
