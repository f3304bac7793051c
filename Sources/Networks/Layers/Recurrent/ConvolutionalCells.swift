public import Tensors

/// One step of a recurrent network whose states are maps.
///
/// What the gates get from the input does not depend on the state: it is computed for all frames at
/// once before the first step.
public protocol ConvolutionalCell: Module {
  /// Channels of the input.
  var inputs: Int { get }
  /// Channels of the states.
  var hidden: Int { get }
  /// Number of states; the first one is the output.
  static var stateCount: Int { get }

  /// What the gates get from inputs.
  ///
  /// - Parameter x: Any number of frames, `[N, in, H, W]`.
  /// - Returns: `[N, gates * hidden, H, W]`.
  func gates(from x: Tensor) -> Tensor

  /// Goes one step.
  ///
  /// - Parameters:
  ///   - gates: What the gates get from the input, `[B, gates * hidden, H, W]`.
  ///   - states: ``stateCount`` maps `[B, hidden, H, W]`.
  /// - Returns: The next states.
  func step(_ gates: Tensor, _ states: [Tensor]) -> [Tensor]
}

/// One step of a plain recurrent network over maps: `h' = tanh(W * x + b + U * h)`.
///
/// - Note: Source: Elman, "Finding structure in time", 1990, with convolutions in place of products.
public final class ConvRNNCell: ConvolutionalCell {
  let input: Conv2D
  let state: Conv2D

  /// A cell without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - hidden: Channels of the state.
  ///   - kernel: Odd size of the kernels.
  public init(_ inputs: Int, _ hidden: Int, kernel: Int = 3) {
    input = gateConvolution(inputs, hidden, kernel)
    state = gateConvolution(hidden, hidden, kernel, bias: false)
  }

  /// Channels of the input.
  public var inputs: Int { input.inputs }
  /// Channels of the state.
  public var hidden: Int { state.inputs }
  /// The output is the only state.
  public static var stateCount: Int { 1 }

  /// What the state gets from inputs.
  public func gates(from x: Tensor) -> Tensor { input(x) }

  /// Goes one step.
  public func step(_ gates: Tensor, _ states: [Tensor]) -> [Tensor] {
    [(gates + state(states[0])).tanh()]
  }
}

/// One step of a gated recurrent network over maps.
///
/// `r = σ(W_r * x + U_r * h)`, `z = σ(W_z * x + U_z * h)`, `n = tanh(W_n * x + U_n * (r ∘ h))`,
/// `h' = (1 - z) ∘ n + z ∘ h`, with a bias in each W. Gates in the order reset, update, new.
///
/// - Note: Source: Ballas et al., "Delving deeper into convolutional networks for learning video
///   representations", ICLR 2016, equations 5 to 8. Differs: z is what stays, as in PyTorch's GRU, so
///   that z and 1 - z change places. The reset gate acts before the convolution, as there.
public final class ConvGRUCell: ConvolutionalCell {
  let input: Conv2D
  let state: Conv2D
  let candidate: Conv2D

  /// A cell without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - hidden: Channels of the state.
  ///   - kernel: Odd size of the kernels.
  public init(_ inputs: Int, _ hidden: Int, kernel: Int = 3) {
    input = gateConvolution(inputs, 3 * hidden, kernel)
    state = gateConvolution(hidden, 2 * hidden, kernel, bias: false)
    candidate = gateConvolution(hidden, hidden, kernel, bias: false)
  }

  /// Channels of the input.
  public var inputs: Int { input.inputs }
  /// Channels of the state.
  public var hidden: Int { candidate.inputs }
  /// The output is the only state.
  public static var stateCount: Int { 1 }

  /// What the gates get from inputs.
  public func gates(from x: Tensor) -> Tensor { input(x) }

  /// Goes one step.
  public func step(_ gates: Tensor, _ states: [Tensor]) -> [Tensor] {
    let h = states[0]
    let fromInput = gates.split([2 * hidden, hidden], axis: 1)
    let open = (fromInput[0] + state(h)).sigmoid().split([hidden, hidden], axis: 1)
    let (r, z) = (open[0], open[1])
    let n = (fromInput[1] + candidate(r * h)).tanh()
    return [n + z * (h - n)]
  }
}

/// One step of a long short-term memory over maps.
///
/// `i = σ(W_i * x + U_i * h + p_i ∘ c)`, `f = σ(W_f * x + U_f * h + p_f ∘ c)`,
/// `c' = f ∘ c + i ∘ tanh(W_g * x + U_g * h)`, `o = σ(W_o * x + U_o * h + p_o ∘ c')`,
/// `h' = o ∘ tanh(c')`, with a bias in each W. Gates in the order input, forget, cell, output.
///
/// - Note: Source: Shi et al., "Convolutional LSTM network: a machine learning approach for
///   precipitation nowcasting", NIPS 2015, equation 3. Without peepholes, p = 0.
public final class ConvLSTMCell: ConvolutionalCell {
  let input: Conv2D
  let state: Conv2D
  /// How the cell acts on the gates input, forget and output at every place, `[3, hidden, H, W]`.
  let peephole: Parameter?

  /// A cell without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - hidden: Channels of the states.
  ///   - kernel: Odd size of the kernels.
  ///   - peepholes: Height and width of the maps, which then are fixed; nil for no peepholes.
  public init(
    _ inputs: Int, _ hidden: Int, kernel: Int = 3, peepholes: (height: Int, width: Int)? = nil
  ) {
    input = gateConvolution(inputs, 4 * hidden, kernel)
    state = gateConvolution(hidden, 4 * hidden, kernel, bias: false)
    peephole = peepholes.map {
      Parameter([3, hidden, $0.height, $0.width], .uniform(inputs: hidden))
    }
  }

  /// Channels of the input.
  public var inputs: Int { input.inputs }
  /// Channels of the states.
  public var hidden: Int { state.inputs }
  /// The output and the cell.
  public static var stateCount: Int { 2 }

  /// What the gates get from inputs.
  public func gates(from x: Tensor) -> Tensor { input(x) }

  /// Goes one step.
  public func step(_ gates: Tensor, _ states: [Tensor]) -> [Tensor] {
    let (h, c) = (states[0], states[1])
    let sums = (gates + state(h)).split([Int](repeating: hidden, count: 4), axis: 1)
    var (i, f, o) = (sums[0], sums[1], sums[3])
    let holes = peephole?.value.unstacked()
    if let holes {
      requireInput(
        Array(c.shape[1...]) == holes[0].shape, c, expected: "maps \(holes[0].shape) as peepholes")
      i = i + holes[0] * c
      f = f + holes[1] * c
    }
    let next = f.sigmoid() * c + i.sigmoid() * sums[2].tanh()
    if let holes { o = o + holes[2] * next }
    return [o.sigmoid() * next.tanh(), next]
  }
}

private func gateConvolution(
  _ inputs: Int, _ outputs: Int, _ kernel: Int, bias: Bool = true
) -> Conv2D {
  require(kernel % 2 == 1, "a kernel of \(kernel) would move the maps of a recurrent network")
  return Conv2D(
    inputs, outputs, kernel: PerAxis(kernel), padding: PerAxis(kernel / 2), bias: bias)
}
