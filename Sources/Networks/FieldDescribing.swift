/// A network that can say what its outputs see of its input.
///
/// It states its longest chain of layers, from which ``ReceptiveField/rows(_:input:)`` computes sizes
/// and receptive fields; branches that see less, such as shortcuts, are left out.
///
/// ```swift
/// let rows = ReceptiveField.rows(R3D(.r3d18).fieldSteps, input: [16, 112, 112])
/// ```
public protocol FieldDescribing: Module {
  /// The layers that move windows, in order; the axes are those of a clip, time first.
  var fieldSteps: [ReceptiveField.Step] { get }
}

extension Convolution {
  /// What the layer does, for ``FieldDescribing/fieldSteps``.
  ///
  /// A causal layer puts all its zeros in front of the first axis; sizes and fields are the same.
  public var fieldStep: ReceptiveField.Step {
    .init(self)
  }
}

extension MaxPool {
  /// What the layer does, for ``FieldDescribing/fieldSteps``.
  public var fieldStep: ReceptiveField.Step {
    .init(
      name: "MaxPool(\(sizeText(kernel)))", kernel: kernel, stride: stride, padding: padding,
      dilation: [1])
  }
}

extension ReceptiveField.Step {
  /// The step of a convolution.
  init<Axes: SpatialAxes>(_ layer: Convolution<Axes>) {
    self.init(
      name: "Conv(\(sizeText(layer.kernel)))" + (layer.isCausal ? " causal" : ""),
      kernel: layer.kernel, stride: layer.stride, padding: layer.padding, dilation: layer.dilation,
      zerosInFront: layer.isCausal ? layer.reach : 0)
  }
}
