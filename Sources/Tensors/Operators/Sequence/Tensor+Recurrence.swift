/// Recurrent networks over sequences.
///
/// Everywhere: the input is `[T, B, in]`, or `[B, T, in]` when the options say so; weights come
/// layer by layer, each first forward and then, in bidirectional networks, backward; states are
/// `[layers * directions, B, hidden]` in the same order.
extension Tensor {
  /// The nonlinearity of a plain recurrent network.
  public enum Nonlinearity: String, Sendable { case tanh, relu }

  /// A plain recurrent network: `h' = tanh(W x + b + U h + c)`.
  ///
  /// - Parameters:
  ///   - weights: One for each layer and direction.
  ///   - state: The first state; zeros when left out.
  ///   - nonlinearity: tanh or relu.
  ///   - options: Directions, layout and dropout.
  /// - Returns: The last layer's states at every time, `[T, B, directions * hidden]` in the input's
  ///   layout, and the last states.
  public func rnn(
    _ weights: [RecurrentWeights], state: Tensor? = nil, nonlinearity: Nonlinearity = .tanh,
    options: RecurrentOptions = RecurrentOptions()
  ) -> (output: Tensor, state: Tensor) {
    let results = recurrent(
      Recurrence("rnn", gates: 1, nonlinearity == .tanh ? ATen.rnnTanh : ATen.rnnReLU),
      weights, [state], options)
    return (results[0], results[1])
  }

  /// A gated recurrent network.
  ///
  /// - Parameters:
  ///   - weights: One for each layer and direction; gates in the order reset, update, new.
  ///   - state: The first state; zeros when left out.
  ///   - options: Directions, layout and dropout.
  /// - Returns: The last layer's states at every time, and the last states.
  /// - Note: Source: Cho et al., "Learning phrase representations using RNN encoder-decoder",
  ///   EMNLP 2014. Differs as in cuDNN: the reset gate acts after the product with the state.
  public func gru(
    _ weights: [RecurrentWeights], state: Tensor? = nil,
    options: RecurrentOptions = RecurrentOptions()
  ) -> (output: Tensor, state: Tensor) {
    let results = recurrent(Recurrence("gru", gates: 3, ATen.gru), weights, [state], options)
    return (results[0], results[1])
  }

  /// A long short-term memory.
  ///
  /// - Parameters:
  ///   - weights: One for each layer and direction; gates in the order input, forget, cell, output.
  ///   - state: The first state; zeros when left out.
  ///   - cell: The first cell state; zeros when left out.
  ///   - options: Directions, layout and dropout.
  /// - Returns: The last layer's states at every time, the last states and the last cell states.
  /// - Note: Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997, with forget gates.
  public func lstm(
    _ weights: [RecurrentWeights], state: Tensor? = nil, cell: Tensor? = nil,
    options: RecurrentOptions = RecurrentOptions()
  ) -> (output: Tensor, state: Tensor, cell: Tensor) {
    let results = recurrent(
      Recurrence("lstm", gates: 4, ATen.lstm), weights, [state, cell], options)
    return (results[0], results[1], results[2])
  }

  private func recurrent(
    _ kind: Recurrence, _ weights: [RecurrentWeights], _ states: [Tensor?],
    _ options: RecurrentOptions
  ) -> [Tensor] {
    let directions = options.isBidirectional ? 2 : 1
    let first = kind.requireWeights(weights, directions: directions, input: self)
    require(rank == 3, "\(kind.name): an input of shape \(shape) has not three axes")
    let batch = shape[options.isBatchFirst ? 0 : 1]
    let stateShape = [weights.count, batch, first.hidden.shape[1]]
    let given = states.map { state in
      if let state {
        require(
          state.shape == stateShape,
          "\(kind.name): a state of shape \(state.shape), expected \(stateShape)")
      }
      return state ?? ATen.newZeros(.tensor(self), .ints(stateShape))
    }
    let layers = weights.count / directions
    guard options.dropout > 0, let generator = options.generator, layers > 1 else {
      return kind.run(self, given, weights, layers: layers, options)
    }
    // Layer by layer, because libtorch would draw from a hidden generator.
    var (input, last) = (self, [[Tensor]](repeating: [], count: states.count))
    for layer in 0..<layers {
      let range = layer * directions..<(layer + 1) * directions
      let results = kind.run(
        input, given.map { $0.narrowed(axis: 0, to: range) }, Array(weights[range]), layers: 1,
        options)
      input = results[0]
      for i in last.indices { last[i].append(results[i + 1]) }
      if layer < layers - 1 { input = input.dropout(options.dropout, using: generator) }
    }
    return [input] + last.map { .concatenated($0) }
  }
}

/// One kind of recurrent network.
private struct Recurrence {
  let name: String
  let gates: Int
  let called: TorchOperator

  init(_ name: String, gates: Int, _ called: TorchOperator) {
    self.name = name
    self.gates = gates
    self.called = called
  }

  func run(
    _ input: Tensor, _ states: [Tensor], _ weights: [RecurrentWeights], layers: Int,
    _ options: RecurrentOptions
  ) -> [Tensor] {
    called.results(
      .tensor(input), states.count == 1 ? .tensor(states[0]) : .tensors(states),
      .tensors(weights.flatMap(\.list)), .bool(weights[0].inputBias != nil), .int(layers),
      .double(0), .bool(false), .bool(options.isBidirectional), .bool(options.isBatchFirst))
  }

  /// Checks every layer's shapes; returns the first.
  func requireWeights(
    _ weights: [RecurrentWeights], directions: Int, input: Tensor
  ) -> RecurrentWeights {
    guard let first = weights.first, weights.count % directions == 0, first.hidden.rank == 2 else {
      stop("\(name): \(weights.count) weights for \(directions) directions")
    }
    let hidden = first.hidden.shape[1]
    for (i, layer) in weights.enumerated() {
      let width = i < directions ? input.shape.last ?? 0 : directions * hidden
      let bias = [layer.inputBias, layer.hiddenBias].compactMap { $0?.shape }
      require(
        layer.input.shape == [gates * hidden, width]
          && layer.hidden.shape == [gates * hidden, hidden]
          && bias.allSatisfy { $0 == [gates * hidden] }
          && (layer.inputBias == nil) == (first.inputBias == nil),
        """
        \(name): weights \(i) of shapes \(layer.input.shape), \(layer.hidden.shape) and \(bias) \
        for an input of shape \(input.shape) and \(hidden) hidden values; expected are \
        \([gates * hidden, width]), \([gates * hidden, hidden]) and \([gates * hidden])
        """)
    }
    return first
  }
}

extension ATen {
  static let rnnTanh = TorchOperator("aten::rnn_tanh", "input")
  static let rnnReLU = TorchOperator("aten::rnn_relu", "input")
  static let gru = TorchOperator("aten::gru", "input")
  static let lstm = TorchOperator("aten::lstm", "input")
}
