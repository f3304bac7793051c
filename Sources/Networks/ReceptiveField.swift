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
    /// Size of the window along each axis; 0 for a window over all of it.
    let kernel: [Int]
    let stride: [Int]
    /// Zeros before and behind.
    let padding: [Int]
    let dilation: [Int]
    /// Axes along which the window is everything up to the output's own place.
    var recurrentAxes = 0
    /// Further zeros in front of the first axis.
    var zerosInFront = 0

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
    ///   - padding: Places before and behind; none when left out.
    /// - Returns: The step.
    public static func pool(
      _ size: Int..., stride: [Int]? = nil, padding: [Int] = [0]
    ) -> Step {
      Step(
        name: "Pool(\(sizeText(size)))", kernel: size, stride: stride ?? size, padding: padding,
        dilation: [1])
    }

    /// Pooling over everything.
    public static let global = Step(
      name: "GlobalAvgPool", kernel: [0], stride: [1], padding: [0], dilation: [1])

    /// A window over all places of all axes, such as a linear layer behind a flattening.
    ///
    /// - Parameter name: What is printed.
    /// - Returns: The step.
    public static func everything(_ name: String) -> Step {
      Step(name: name, kernel: [0], stride: [1], padding: [0], dilation: [1])
    }

    /// A window over all frames of a place: fusion by a mean or a maximum over time.
    ///
    /// - Parameters:
    ///   - name: What is printed.
    ///   - axes: Number of axes, time first.
    /// - Returns: The step.
    public static func allFrames(_ name: String, axes: Int = 3) -> Step {
      let others = [Int](repeating: 1, count: axes - 1)
      return Step(
        name: name, kernel: [0] + others, stride: [1], padding: [0], dilation: [1])
    }

    /// A recurrent layer: each frame sees itself and all earlier ones; the last sees the whole clip.
    ///
    /// - Parameters:
    ///   - kernel: Size of its kernels over each frame; a single number stands for all axes.
    ///   - name: What is printed.
    ///   - axes: Number of axes, time first.
    /// - Returns: The step. Its field over space is that of one frame; through the state it grows by
    ///   as much with every frame.
    public static func recurrent(_ kernel: Int = 1, name: String, axes: Int = 3) -> Step {
      let size = [1] + [Int](repeating: kernel, count: axes - 1)
      return Step(
        name: name, kernel: size, stride: [1], padding: size.map { ($0 - 1) / 2 }, dilation: [1],
        recurrentAxes: 1)
    }
  }

  /// What comes out of a layer.
  public struct Row: Sendable, Equatable {
    /// Name of the layer.
    public let name: String
    /// Length of each axis of the output.
    public let size: [Int]
    /// Length of each axis of the part of the input that one output depends on.
    public let field: [Int]
    /// The same where the input would not end: how far the layers reach.
    public let reach: [Int]
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
        let kernel = along(step.kernel)
        if axis < step.recurrentAxes {
          field[axis] += (size[axis] - 1) * jump[axis]
          continue
        }
        if kernel == 0 {
          field[axis] += (size[axis] - 1) * jump[axis]
          jump[axis] *= size[axis]
          size[axis] = 1
          continue
        }
        let reach = along(step.dilation) * (kernel - 1)
        let front = axis == 0 ? step.zerosInFront : 0
        let room = size[axis] + front + 2 * along(step.padding) - reach - 1
        require(
          room >= 0,
          "\(step.name): a window of \(reach + 1) does not fit axis \(axis) of the size \(size)")
        size[axis] = room / along(step.stride) + 1
        field[axis] += reach * jump[axis]
        jump[axis] *= along(step.stride)
      }
      let seen = zip(field, input).map { min($0, $1) }
      return Row(name: step.name, size: size, field: seen, reach: field, stride: jump)
    }
  }
}
