import Tensors

/// Output sizes and receptive fields of a chain of layers, by arithmetic alone.
///
/// ```swift
/// let rows = ReceptiveField.rows([.convolution(3), .pool(4), .convolution(3), .global], input: [64, 64])
/// rows.map(\.field)  // [[3, 3], [6, 6], [14, 14], [64, 64]]
/// ```
///
/// For every axis with kernel k, stride s, dilation d and padding p: the output's length is
/// `floor((n + 2p - d(k - 1) - 1) / s) + 1`, the receptive field grows by `d(k - 1) j`, and the
/// distance j between neighbouring outputs, measured in the input, grows s times.
public enum ReceptiveField {
  /// One layer of a chain, by what it does along each axis.
  public struct Step: Sendable, Equatable {
    /// What is printed.
    public let name: String
    /// Size of the window along each axis; nil for a window over everything.
    let kernel: [Int]?
    let stride: [Int]
    let padding: [Int]
    let dilation: [Int]

    /// A convolution that keeps the size when the padding is left out.
    ///
    /// - Parameters:
    ///   - kernel: Size of the kernel along each axis; a single number stands for all.
    ///   - stride: Steps from one place to the next.
    ///   - padding: Zeros before and behind; half of the dilated kernel when left out.
    ///   - dilation: Steps inside the kernel.
    /// - Returns: The step.
    public static func convolution(
      _ kernel: Int..., stride: [Int] = [1], padding: [Int]? = nil, dilation: [Int] = [1]
    ) -> Step {
      let half = kernel.indices.map { i in
        dilation[min(i, dilation.count - 1)] * (kernel[i] - 1) / 2
      }
      return Step(
        name: "Conv(\(sizeText(kernel)))", kernel: kernel, stride: stride,
        padding: padding ?? half, dilation: dilation)
    }

    /// Pooling in windows that do not overlap.
    ///
    /// - Parameters:
    ///   - size: Size of the windows along each axis; a single number stands for all.
    ///   - stride: Steps from one window to the next; the size when left out.
    /// - Returns: The step.
    public static func pool(_ size: Int..., stride: [Int]? = nil) -> Step {
      Step(
        name: "Pool(\(sizeText(size)))", kernel: size, stride: stride ?? size, padding: [0],
        dilation: [1])
    }

    /// Pooling over everything.
    public static let global = Step(
      name: "GlobalAvgPool", kernel: nil, stride: [1], padding: [0], dilation: [1])
  }

  /// What comes out of a layer.
  public struct Row: Sendable, Equatable {
    /// Name of the layer.
    public let name: String
    /// Length of each axis of the output.
    public let size: [Int]
    /// Length of each axis of the part of the input that one output depends on.
    public let field: [Int]
    /// Distance of neighbouring outputs, measured in the input, along each axis.
    public let stride: [Int]
  }

  /// Follows a chain of layers.
  ///
  /// A receptive field is cut to the input's length: padding is nothing that can be seen.
  ///
  /// - Parameters:
  ///   - steps: The layers, in order.
  ///   - input: Length of each axis of the input; for clips time comes first.
  /// - Returns: One row for each layer.
  public static func rows(_ steps: [Step], input: [Int]) -> [Row] {
    var size = input
    var field = [Int](repeating: 1, count: input.count)
    var jump = field
    return steps.map { step in
      for axis in input.indices {
        func along(_ numbers: [Int]) -> Int { numbers.count == 1 ? numbers[0] : numbers[axis] }
        guard let kernel = step.kernel.map(along) else {
          field[axis] += (size[axis] - 1) * jump[axis]
          jump[axis] *= size[axis]
          size[axis] = 1
          continue
        }
        let reach = along(step.dilation) * (kernel - 1)
        let room = size[axis] + 2 * along(step.padding) - reach - 1
        require(
          room >= 0,
          "\(step.name): a window of \(reach + 1) does not fit axis \(axis) of the size \(size)")
        size[axis] = room / along(step.stride) + 1
        field[axis] += reach * jump[axis]
        jump[axis] *= along(step.stride)
      }
      let seen = zip(field, input).map { min($0, $1) }
      return Row(name: step.name, size: size, field: seen, stride: jump)
    }
  }
}
