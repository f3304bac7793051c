import Tensors

/// The weights of a recurrent network, layer by layer and direction by direction, under PyTorch's
/// names.
struct RecurrentParameters: Sendable {
  let inputs: Int
  let hidden: Int
  let layers: Int
  let isBidirectional: Bool
  let isBatchFirst: Bool
  let dropout: Double
  let named: [(name: String, parameter: Parameter)]
  private let perLayer: Int

  init(
    gates: Int, inputs: Int, hidden: Int, layers: Int, bias: Bool, isBidirectional: Bool,
    isBatchFirst: Bool, dropout: Double
  ) {
    require(layers >= 1, "a recurrent network of \(layers) layers")
    let directions = isBidirectional ? 2 : 1
    let usual = Initializer.uniform(inputs: hidden)
    var named: [(name: String, parameter: Parameter)] = []
    for layer in 0..<layers {
      for direction in 0..<directions {
        let suffix = "_l\(layer)" + (direction == 0 ? "" : "_reverse")
        let width = layer == 0 ? inputs : hidden * directions
        named.append(("weight_ih" + suffix, Parameter([gates * hidden, width], usual)))
        named.append(("weight_hh" + suffix, Parameter([gates * hidden, hidden], usual)))
        guard bias else { continue }
        named.append(("bias_ih" + suffix, Parameter([gates * hidden], usual)))
        named.append(("bias_hh" + suffix, Parameter([gates * hidden], usual)))
      }
    }
    self.named = named
    self.perLayer = bias ? 4 : 2
    self.inputs = inputs
    self.hidden = hidden
    self.layers = layers
    self.isBidirectional = isBidirectional
    self.isBatchFirst = isBatchFirst
    self.dropout = dropout
  }

  var weights: [RecurrentWeights] {
    stride(from: 0, to: named.count, by: perLayer).map { i in
      RecurrentWeights(
        input: named[i].parameter.value, hidden: named[i + 1].parameter.value,
        inputBias: perLayer == 4 ? named[i + 2].parameter.value : nil,
        hiddenBias: perLayer == 4 ? named[i + 3].parameter.value : nil)
    }
  }

  var members: [(name: String, part: ModulePart)] {
    named.map { ($0.name, .parameter($0.parameter)) }
  }

  var settings: String {
    "\(inputs) → \(hidden), \(layers) layers" + (isBidirectional ? ", both directions" : "")
  }

  func options(_ mode: Mode, for module: any Module) -> RecurrentOptions {
    let drops = mode.isTraining && dropout > 0 && layers > 1
    return RecurrentOptions(
      isBidirectional: isBidirectional, isBatchFirst: isBatchFirst, dropout: drops ? dropout : 0,
      generator: drops ? mode.demandedGenerator(for: module) : nil)
  }

  /// The pattern of the input, for messages.
  var pattern: String { isBatchFirst ? "[B, T, \(inputs)]" : "[T, B, \(inputs)]" }
}
