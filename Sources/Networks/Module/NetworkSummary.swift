public import Tensors

/// The modules of a network with what they put out and what they cost.
public struct NetworkSummary: Sendable {
  /// One module.
  public struct Row: Encodable, Sendable {
    /// Its dotted name; empty for the whole network.
    public let name: String
    /// Its kind and settings, indented by its depth.
    public let label: String
    /// Shape of its last output; nil if it was not called.
    public let outputShape: [Int]?
    /// Elements of the parameters that are its own, not those of modules inside.
    public let parameters: Int
    /// Multiplications, each with an addition, of its own.
    public let multiplyAdds: Int
  }

  /// The modules, parents before children.
  public let rows: [Row]
  /// Elements of all parameters.
  public let parameterCount: Int

  /// Multiplications, each with an addition, of the whole network.
  public var multiplyAdds: Int { rows.reduce(0) { $0 + $1.multiplyAdds } }
}

/// A module whose work is mostly multiplications and additions.
public protocol CountedModule: Module {
  /// Multiplications, each with an addition, of one call, without modules inside.
  ///
  /// - Parameters:
  ///   - inputs: What went in.
  ///   - outputs: What came out.
  /// - Returns: Their number.
  func multiplyAdds(inputs: [Tensor], outputs: [Tensor]) -> Int
}

extension Module {
  /// Calls `body` and notes what the modules of this tree do meanwhile.
  ///
  /// - Parameter body: Calls the network.
  /// - Returns: One row for each module.
  public func summary(of body: () throws -> Void) rethrows -> NetworkSummary {
    var shapes: [ObjectIdentifier: [Int]] = [:]
    var costs: [ObjectIdentifier: Int] = [:]
    try ModuleCalls.watching(
      { module, inputs, outputs in
        let key = ObjectIdentifier(module)
        shapes[key] = outputs.first?.shape
        if let counted = module as? any CountedModule {
          costs[key, default: 0] += counted.multiplyAdds(inputs: inputs, outputs: outputs)
        }
      }, body)
    let rows = namedModules.map { name, module in
      let key = ObjectIdentifier(module)
      let own = module.members.reduce(0) { sum, member in
        if case .parameter(let parameter) = member.part { return sum + parameter.count }
        return sum
      }
      let depth = name.isEmpty ? 0 : name.split(separator: ".").count
      let last = name.split(separator: ".").last.map { "\($0): " } ?? ""
      return NetworkSummary.Row(
        name: name, label: String(repeating: "  ", count: depth) + last + module.title,
        outputShape: shapes[key], parameters: own, multiplyAdds: costs.removeValue(forKey: key) ?? 0
      )
    }
    return NetworkSummary(rows: rows, parameterCount: parameterCount)
  }
}

extension Linear: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs: [Tensor]) -> Int {
    outputs[0].count * weight.shape[1]
  }
}

extension Convolution: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs: [Tensor]) -> Int {
    outputs[0].count * weight.shape[1...].reduce(1, *)
  }
}

extension TransposedConvolution: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs: [Tensor]) -> Int {
    inputs[0].count * weight.shape[1...].reduce(1, *)
  }
}

extension MultiheadAttention: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs: [Tensor]) -> Int {
    let (query, key) = (inputs[0].shape, inputs[1].shape)
    let projections = (inputs[0].count + 2 * inputs[1].count) * query[2]
    return projections + 2 * query[0] * query[1] * key[1] * query[2]
  }
}

extension RNN: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs: [Tensor]) -> Int {
    inputs[0].shape[0] * inputs[0].shape[1] * matrixElements
  }
}

extension GRU: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs: [Tensor]) -> Int {
    inputs[0].shape[0] * inputs[0].shape[1] * matrixElements
  }
}

extension LSTM: CountedModule {
  /// Multiplications, each with an addition, of one call.
  public func multiplyAdds(inputs: [Tensor], outputs: [Tensor]) -> Int {
    inputs[0].shape[0] * inputs[0].shape[1] * matrixElements
  }
}

extension Module {
  /// Elements of all parameters with several axes.
  fileprivate var matrixElements: Int {
    parameters.reduce(0) { $0 + ($1.shape.count > 1 ? $1.count : 0) }
  }
}
