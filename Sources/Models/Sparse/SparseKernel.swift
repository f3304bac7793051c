public import Networks
public import PointClouds
internal import Tensors

/// The parameters of a sparse convolution, in one of the layouts in use.
///
/// In the layout ``PointClouds/SparseWeight/Layout/placesFirstReversed`` names and shapes are
/// MinkowskiEngine's: `kernel`, `[in, out]` for a single place, a bias `[1, out]`. In
/// ``PointClouds/SparseWeight/Layout/placesFirst`` they are SparseConvNet's: `[places, 1, in, out]`, or
/// `[in, out]` for a single place (its NetworkInNetwork).
public struct SparseKernel: Sendable {
  /// The weights in their layout.
  public let weight: Parameter
  /// `[out]`.
  public let bias: Parameter?
  /// The layout of the weights.
  public let layout: SparseWeight.Layout
  /// Places along each axis.
  public let size: [Int]
  /// Channels that go in.
  public let inputs: Int
  /// Channels that come out.
  public let outputs: Int

  init(
    _ inputs: Int, _ outputs: Int, size: [Int], bias: Bool, layout: SparseWeight.Layout,
    initializer: Initializer?
  ) {
    let places = size.reduce(1, *)
    let usual = Initializer.uniform(inputs: inputs * places)
    let shape =
      switch layout {
      case .dense: [outputs, inputs] + size
      case .channelsLast: [outputs] + size + [inputs]
      case .placesFirst: places == 1 ? [inputs, outputs] : [places, 1, inputs, outputs]
      case .placesFirstReversed: places == 1 ? [inputs, outputs] : [places, inputs, outputs]
      }
    weight = Parameter(shape, initializer ?? usual)
    self.bias =
      bias ? Parameter(layout == .placesFirstReversed ? [1, outputs] : [outputs], usual) : nil
    self.layout = layout
    self.size = size
    self.inputs = inputs
    self.outputs = outputs
  }

  /// The current weights.
  public var weights: SparseWeight { SparseWeight(weight.value, layout: layout, size: size) }

  var members: [(name: String, part: ModulePart)] {
    let name = layout == .placesFirstReversed ? "kernel" : "weight"
    return [(name, .parameter(weight))] + (bias.map { [("bias", .parameter($0))] } ?? [])
  }

  var settings: String {
    let text = size.map(String.init).joined(separator: "x")
    return "\(inputs) → \(outputs), kernel \(text)" + (bias == nil ? ", no bias" : "")
  }
}

extension SparseConvolving {
  /// The output with gradients.
  func convolved(_ x: SparseTensor) -> SparseTensor {
    requireInput(x.channels == kernel.inputs, x.features, expected: "[N, \(kernel.inputs)]")
    return demanded(self) { () throws(PointCloudError) in
      try x.convolved(kernel.weights, kernel.bias?.value, to: outputs(of: x))
    }
  }
}
