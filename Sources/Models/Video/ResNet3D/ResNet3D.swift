public import Networks
public import Tensors

/// Residual networks of 18 layers over clips: R3D-18, MC3-18 and R(2+1)D-18.
///
/// Names of weights are those of torchvision.
///
/// - Note: Source: Tran et al., "A closer look at spatiotemporal convolutions for action recognition",
///   CVPR 2018. Differs as in torchvision: the two convolutions of a block of R(2+1)D have the same
///   number of channels between their halves. A causal network puts all zeros of the time axis in
///   front, so that no output depends on a later frame; its weights have the same names and shapes.
public final class ResNet3D: Layer {
  /// Which convolutions the network is made of.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// 3x3x3 everywhere.
    case r3d18 = "r3d_18"
    /// 3x3x3 in the stem and the first stage, 1x3x3 above, which never see two frames.
    case mc3_18
    /// 1x3x3 in every frame, then 3x1x1 over time.
    case r2plus1d18 = "r2plus1d_18"
  }

  let stem: Sequential
  let layer1: Sequential
  let layer2: Sequential
  let layer3: Sequential
  let layer4: Sequential
  let fc: Linear

  /// Which convolutions the network is made of.
  public let kind: Kind
  /// Whether no output depends on a later frame.
  public let isCausal: Bool

  /// A network without values.
  ///
  /// - Parameters:
  ///   - kind: Which convolutions it is made of.
  ///   - classes: Number of classes.
  ///   - width: Channels of the first stage; each further one has twice as many.
  ///   - causal: Whether no output may depend on a later frame.
  public init(_ kind: Kind, classes: Int = 400, width: Int = 64, causal: Bool = false) {
    self.kind = kind
    isCausal = causal
    stem = kind == .r2plus1d18 ? factoredStem(width, causal) : plainStem(width, causal)
    var inputs = width
    func stage(_ place: Int) -> Sequential {
      let form: ClipConvolution =
        switch kind {
        case .r3d18: .volume
        case .mc3_18: place == 0 ? .volume : .frame
        case .r2plus1d18: .factored
        }
      return Sequential(
        (0..<2).map { block in
          let stride = place > 0 && block == 0 ? 2 : 1
          let made = ClipBlock(
            inputs, width << place, stride: stride, form: form, causal: causal)
          inputs = width << place
          return made
        })
    }
    layer1 = stage(0)
    layer2 = stage(1)
    layer3 = stage(2)
    layer4 = stage(3)
    fc = Linear(
      inputs, classes, initializer: .normal(standardDeviation: 0.01), biasInitializer: .zeros)
  }

  /// The settings in one line.
  public var settings: String { kind.rawValue + (isCausal ? ", causal" : "") }

  /// The maps of the last stage.
  ///
  /// - Parameter x: Normalised clips, `[B, 3, T, H, W]`.
  /// - Returns: `[B, 8 width, T / 8, H / 16, W / 16]`, rounded up; MC3 keeps all frames.
  public func features(_ x: Tensor) -> Tensor { layer4(layer3(layer2(layer1(stem(x))))) }

  /// Scores of the classes.
  ///
  /// - Parameter x: Normalised clips, `[B, 3, T, H, W]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor { fc(features(x).mean(axes: [2, 3, 4])) }

  var blocks: [ClipBlock] {
    [layer1, layer2, layer3, layer4].flatMap { stage in
      stage.layers.compactMap { $0.layer as? ClipBlock }
    }
  }
}

extension ResNet3D: FieldDescribing {
  /// The stem and the convolutions of the blocks, without shortcuts.
  public var fieldSteps: [ReceptiveField.Step] {
    stem.convolutions.map(\.fieldStep) + blocks.flatMap(\.fieldSteps) + [.global]
  }
}

private func plainStem(_ width: Int, _ causal: Bool) -> Sequential {
  Sequential(
    clipConvolution(3, width, kernel: [3, 7, 7], stride: [1, 2, 2], causal: causal),
    BatchNorm3D(width), ReLU())
}

private func factoredStem(_ width: Int, _ causal: Bool) -> Sequential {
  let middle = 45
  return Sequential(
    clipConvolution(3, middle, kernel: [1, 7, 7], stride: [1, 2, 2], causal: causal),
    BatchNorm3D(middle), ReLU(),
    clipConvolution(middle, width, kernel: [3, 1, 1], causal: causal), BatchNorm3D(width), ReLU())
}
