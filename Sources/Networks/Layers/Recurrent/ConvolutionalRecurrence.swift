public import Tensors

/// A plain recurrent network over maps.
public typealias ConvRNN = ConvolutionalRecurrence<ConvRNNCell>
/// A gated recurrent network over maps.
public typealias ConvGRU = ConvolutionalRecurrence<ConvGRUCell>
/// A long short-term memory over maps.
public typealias ConvLSTM = ConvolutionalRecurrence<ConvLSTMCell>

/// A recurrent network over sequences of maps, used as ``ConvRNN``, ``ConvGRU`` or ``ConvLSTM``.
///
/// ```swift
/// let network = ConvGRU(16, 32)
/// var (maps, state) = network(clip)              // clip: [B, T, 16, H, W]
/// (maps, state) = network(next, state: state)    // goes on where the first call ended
/// ```
public final class ConvolutionalRecurrence<Cell: ConvolutionalCell>: Module {
  /// The layers, each reading the outputs of the one before.
  public let cells: [Cell]

  /// A network of given cells.
  ///
  /// - Parameter cells: At least one; the first reads the input.
  public init(cells: [Cell]) {
    require(!cells.isEmpty, "a recurrent network without layers")
    for (lower, upper) in zip(cells, cells.dropFirst()) {
      require(
        upper.inputs == lower.hidden,
        "a layer of \(upper.inputs) inputs above one of \(lower.hidden) channels")
    }
    self.cells = cells
  }

  /// The kind of module in the printed tree.
  public static var kind: String { "\(Cell.self)".replacing("Cell", with: "") }

  /// The settings in one line.
  public var settings: String {
    "\(cells[0].inputs) → \(cells[cells.count - 1].hidden), \(cells.count) layers"
  }

  /// Runs over sequences of maps.
  ///
  /// - Parameters:
  ///   - x: `[B, T, in, H, W]`.
  ///   - state: Where to go on: for each layer the states that an earlier call returned; zeros when
  ///     left out.
  /// - Returns: The last layer's outputs at every time, `[B, T, hidden, H, W]`, and the last states of
  ///   every layer, `[B, hidden, H, W]` each.
  public func callAsFunction(
    _ x: Tensor, state: [[Tensor]]? = nil
  ) -> (output: Tensor, state: [[Tensor]]) {
    requireInput(
      x.rank == 5 && x.shape[1] >= 1 && x.shape[2] == cells[0].inputs, x,
      expected: "[B, T, \(cells[0].inputs), H, W]")
    let results = watched([x] + (state ?? []).flatMap { $0 }) {
      var (y, last) = (x, [Tensor]())
      for (layer, cell) in cells.enumerated() {
        let found = run(cell, y, state?[layer])
        y = found.output
        last += found.states
      }
      return [y] + last
    }
    let states = cells.indices.map { layer in
      Array(results[(1 + layer * Cell.stateCount)...].prefix(Cell.stateCount))
    }
    return (results[0], states)
  }

  private func run(
    _ cell: Cell, _ x: Tensor, _ given: [Tensor]?
  ) -> (output: Tensor, states: [Tensor]) {
    let (b, t, h, w) = (x.shape[0], x.shape[1], x.shape[3], x.shape[4])
    let gates = cell.gates(from: x.reshaped([b * t] + x.shape[2...]))
    let steps = gates.reshaped([b, t] + gates.shape[1...]).unstacked(axis: 1)
    let shape = [b, cell.hidden, h, w]
    if let given {
      requireInput(
        given.count == Cell.stateCount && given.allSatisfy { $0.shape == shape }, given[0],
        expected: "\(Cell.stateCount) states of shape \(shape)")
    }
    let zeros = Tensor.zeros(shape, x.elementType)
    var states = given ?? [Tensor](repeating: zeros, count: Cell.stateCount)
    var outputs: [Tensor] = []
    for step in steps {
      states = cell.step(step, states)
      outputs.append(states[0])
    }
    return (.stacked(outputs, axis: 1), states)
  }
}

extension ConvolutionalRecurrence where Cell == ConvRNNCell {
  /// A network without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - hidden: Channels of the states.
  ///   - kernel: Odd size of the kernels.
  ///   - layers: Layers on top of each other.
  public convenience init(_ inputs: Int, _ hidden: Int, kernel: Int = 3, layers: Int = 1) {
    self.init(
      cells: (0..<layers).map { ConvRNNCell($0 == 0 ? inputs : hidden, hidden, kernel: kernel) })
  }
}

extension ConvolutionalRecurrence where Cell == ConvGRUCell {
  /// A network without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - hidden: Channels of the states.
  ///   - kernel: Odd size of the kernels.
  ///   - layers: Layers on top of each other.
  public convenience init(_ inputs: Int, _ hidden: Int, kernel: Int = 3, layers: Int = 1) {
    self.init(
      cells: (0..<layers).map { ConvGRUCell($0 == 0 ? inputs : hidden, hidden, kernel: kernel) })
  }
}

extension ConvolutionalRecurrence where Cell == ConvLSTMCell {
  /// A network without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - hidden: Channels of the states.
  ///   - kernel: Odd size of the kernels.
  ///   - layers: Layers on top of each other.
  ///   - peepholes: Height and width of the maps, which then are fixed; nil for no peepholes.
  public convenience init(
    _ inputs: Int, _ hidden: Int, kernel: Int = 3, layers: Int = 1,
    peepholes: (height: Int, width: Int)? = nil
  ) {
    self.init(
      cells: (0..<layers).map {
        ConvLSTMCell(
          $0 == 0 ? inputs : hidden, hidden, kernel: kernel, peepholes: peepholes)
      })
  }
}
