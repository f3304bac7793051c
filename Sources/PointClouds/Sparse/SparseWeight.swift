internal import CKernels
public import Tensors

/// The weights of a sparse convolution in one of the layouts in use; the kernels read all of them as
/// they are.
///
/// | layout | shape | used by |
/// | --- | --- | --- |
/// | ``Layout/dense`` | `[out, in, k...]` | dense convolutions; ours |
/// | ``Layout/channelsLast`` | `[out, k..., in]` | spconv 2 |
/// | ``Layout/placesFirst`` | `[places, in, out]`, last axis fastest | SparseConvNet |
/// | ``Layout/placesFirstReversed`` | `[places, in, out]`, first axis fastest | MinkowskiEngine |
///
/// Axes of the kernel are those of the coordinates, in their order.
public struct SparseWeight: Sendable {
  /// The order of the axes.
  public enum Layout: String, Sendable, Codable, CaseIterable {
    /// `[out, in, k...]`.
    case dense
    /// `[out, k..., in]`.
    case channelsLast
    /// `[places, in, out]`: the last axis of the kernel is the fastest.
    case placesFirst
    /// `[places, in, out]`: the first axis of the kernel is the fastest.
    case placesFirstReversed
  }

  /// The weights.
  public let tensor: Tensor
  /// Their layout.
  public let layout: Layout
  /// Places of the kernel along each axis.
  public let size: [Int]
  /// Channels that go in.
  public let inputs: Int
  /// Channels that come out.
  public let outputs: Int

  /// Weights whose shape tells the kernel's size.
  ///
  /// - Parameter tensor: `[out, in, k...]`.
  public init(_ tensor: Tensor) {
    require(
      (4...5).contains(tensor.rank),
      "a sparse convolution takes weights [out, in, k...], not \(tensor.shape)")
    self.init(tensor, layout: .dense, size: Array(tensor.shape[2...]))
  }

  /// Weights in a layout.
  ///
  /// - Parameters:
  ///   - tensor: The weights; axes of length 1 may stand beside those of the layout.
  ///   - layout: Their layout.
  ///   - size: Places of the kernel along each axis.
  public init(_ tensor: Tensor, layout: Layout, size: [Int]) {
    let places = size.reduce(1, *)
    let shape = tensor.shape
    let ends: (inputs: Int, outputs: Int)? =
      switch layout {
      case .dense where shape.count >= 2: (shape[1], shape[0])
      case .channelsLast where shape.count >= 2: (shape[shape.count - 1], shape[0])
      case .placesFirst where shape.count >= 2, .placesFirstReversed where shape.count >= 2:
        (shape[shape.count - 2], shape[shape.count - 1])
      default: nil
      }
    let (inputs, outputs) = ends ?? (0, 0)
    require(
      (2...3).contains(size.count) && ends != nil
        && shape.reduce(1, *) == places * inputs * outputs,
      "weights of shape \(shape) do not hold a kernel \(size) in the layout \(layout)")
    self.tensor = tensor
    self.layout = layout
    self.size = size
    self.inputs = inputs
    self.outputs = outputs
  }

  /// The same weights as `[out, in, k...]`.
  ///
  /// - Returns: A tensor that is made of this one by views; gradients flow through.
  public func dense() -> Tensor {
    let axes = Array(2..<2 + size.count)
    switch layout {
    case .dense: return tensor.reshaped([outputs, inputs] + size)
    case .channelsLast:
      return tensor.reshaped([outputs] + size + [inputs]).permuted(
        [0, 1 + size.count] + axes.map { $0 - 1 })
    case .placesFirst:
      return tensor.reshaped(size + [inputs, outputs])
        .permuted([1 + size.count, size.count] + axes.map { $0 - 2 })
    case .placesFirstReversed:
      return tensor.reshaped(size.reversed() + [inputs, outputs])
        .permuted([1 + size.count, size.count] + axes.map { $0 - 2 }.reversed())
    }
  }

  var places: SparseWeightPlaces {
    SparseWeightPlaces(layout: layout, size: size, inputs: inputs, outputs: outputs)
  }
}

/// Where the weights of each place of the kernel lie.
struct SparseWeightPlaces: Sendable {
  let offsets: [Int64]
  let inputStride: Int64
  let outputStride: Int64

  init(layout: SparseWeight.Layout, size: [Int], inputs: Int, outputs: Int) {
    let places = size.reduce(1, *)
    let order = Array(0..<places)
    switch layout {
    case .dense:
      offsets = order.map { Int64($0) }
      (inputStride, outputStride) = (Int64(places), Int64(places * inputs))
    case .channelsLast:
      offsets = order.map { Int64($0 * inputs) }
      (inputStride, outputStride) = (1, Int64(places * inputs))
    case .placesFirst, .placesFirstReversed:
      offsets = order.map { place in
        guard layout == .placesFirstReversed else { return Int64(place * inputs * outputs) }
        var (rest, number, weight) = (place, 0, places)
        // The last axis changes fastest in `place` and slowest in the weights.
        for length in size.reversed() {
          weight /= length
          number += rest % length * weight
          rest /= length
        }
        return Int64(number * inputs * outputs)
      }
      (inputStride, outputStride) = (Int64(outputs), 1)
    }
  }

  private init(offsets: [Int64], inputStride: Int64, outputStride: Int64) {
    self.offsets = offsets
    self.inputStride = inputStride
    self.outputStride = outputStride
  }

  /// The places for the way back: channels change sides, and the places count in reverse on request.
  func back(reversed: Bool) -> SparseWeightPlaces {
    SparseWeightPlaces(
      offsets: reversed ? offsets.reversed() : offsets, inputStride: outputStride,
      outputStride: inputStride)
  }

  func withLayout<Result>(_ body: (UnsafePointer<ckernels_weight_layout>) -> Result) -> Result {
    offsets.withUnsafeBufferPointer { offsets in
      var layout = ckernels_weight_layout(
        place_offsets: offsets.baseAddress, in_stride: inputStride, out_stride: outputStride)
      return body(&layout)
    }
  }
}
