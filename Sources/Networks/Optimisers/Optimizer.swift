public import Tensors

/// Parameters that are trained alike.
public struct ParameterGroup {
  /// The parameters with their names, each once.
  public let parameters: [(name: String, parameter: Parameter)]
  /// Factor of the optimiser's learning rate.
  public var learningRateFactor: Double
  /// Weight decay in place of the optimiser's.
  public var weightDecay: Double?

  /// A group.
  ///
  /// - Parameters:
  ///   - parameters: Parameters with their names, from ``Module/namedParameters``.
  ///   - learningRateFactor: Factor of the optimiser's learning rate.
  ///   - weightDecay: Weight decay in place of the optimiser's.
  public init(
    _ parameters: [(name: String, parameter: Parameter)], learningRateFactor: Double = 1,
    weightDecay: Double? = nil
  ) {
    self.parameters = parameters
    self.learningRateFactor = learningRateFactor
    self.weightDecay = weightDecay
  }
}

/// Changes parameters so that a loss falls.
///
/// ```swift
/// let optimizer = Adam(network, learningRate: 1e-3)
/// for batch in batches {
///   let loss = network(batch.images).crossEntropy(batch.labels)
///   optimizer.update(network.gradients(of: loss))
/// }
/// ```
///
/// The formulas and defaults are PyTorch's.
public protocol Optimizer: AnyObject {
  /// The step width; schedules set it before every step.
  var learningRate: Double { get set }
  /// What is trained.
  var groups: [ParameterGroup] { get }
  /// What is remembered from step to step.
  var memory: OptimizerMemory { get set }

  /// The rule of the method for one parameter; runs without recording.
  ///
  /// - Parameters:
  ///   - value: The parameter's values, to be changed in place.
  ///   - gradient: The gradient, of the same shape.
  ///   - slots: Tensors that the method remembers for this parameter, by name.
  ///   - step: How it is done.
  func update(
    _ value: Tensor, _ gradient: Tensor, _ slots: inout [String: Tensor], _ step: OptimizerStep)
}

/// How one parameter is changed in one step.
public struct OptimizerStep {
  /// Number of the step for this parameter, from 1.
  public let number: Int
  /// Step width of the parameter's group.
  public let learningRate: Double
  /// Weight decay of the parameter's group, if it has its own.
  public let weightDecay: Double?
}

/// What an optimiser remembers from step to step.
public struct OptimizerMemory {
  /// Number of steps that were done.
  public internal(set) var steps = 0
  var stepsOf: [ObjectIdentifier: Int] = [:]
  var slots: [ObjectIdentifier: [String: Tensor]] = [:]

  /// Nothing yet.
  public init() {}
}

extension Optimizer {
  /// The trained parameters.
  public var parameters: [Parameter] { groups.flatMap { $0.parameters.map(\.parameter) } }

  /// Changes the parameters by one step.
  ///
  /// Parameters without a gradient, and those that are not trainable, stay as they are.
  ///
  /// - Parameter gradients: Gradients of the loss.
  public func update(_ gradients: Gradients) {
    var found: [ObjectIdentifier: Tensor] = [:]
    for (parameter, value) in zip(gradients.parameters, gradients.values) {
      found[ObjectIdentifier(parameter)] = value
    }
    memory.steps += 1
    withoutGradients {
      for group in groups {
        for (_, parameter) in group.parameters where parameter.isTrainable {
          let key = ObjectIdentifier(parameter)
          guard let gradient = found[key] else { continue }
          let number = memory.stepsOf[key, default: 0] + 1
          memory.stepsOf[key] = number
          let step = OptimizerStep(
            number: number, learningRate: learningRate * group.learningRateFactor,
            weightDecay: group.weightDecay)
          var slots = memory.slots.removeValue(forKey: key) ?? [:]
          update(parameter.value, gradient, &slots, step)
          memory.slots[key] = slots
        }
      }
    }
  }

  /// Takes the gradients of a loss and changes the parameters by one step.
  ///
  /// - Parameter loss: A scalar that was computed with the parameters.
  public func minimize(_ loss: Tensor) {
    update(Gradients(of: loss, withRespectTo: parameters))
  }

  /// Everything that must be kept to continue later, by name, in a fixed order.
  ///
  /// The tensors share the optimiser's memory.
  public var state: [(name: String, value: Tensor)] {
    var found: [(name: String, value: Tensor)] = [
      ("steps", Tensor([Int64(memory.steps)], shape: []))
    ]
    for group in groups {
      for (name, parameter) in group.parameters {
        let key = ObjectIdentifier(parameter)
        guard let count = memory.stepsOf[key] else { continue }
        found.append(("\(name).steps", Tensor([Int64(count)], shape: [])))
        for (slot, value) in (memory.slots[key] ?? [:]).sorted(by: { $0.key < $1.key }) {
          found.append(("\(name).\(slot)", value))
        }
      }
    }
    return found
  }

  /// Continues where another run stood.
  ///
  /// - Parameter tensors: From ``state``.
  /// - Throws: ``WeightsError`` when a tensor belongs to no parameter or has another shape.
  public func load(_ tensors: [String: Tensor]) throws(WeightsError) {
    var error = WeightsError(source: "optimiser state")
    var loaded = OptimizerMemory()
    var places: [String: Parameter] = [:]
    for group in groups { for (name, parameter) in group.parameters { places[name] = parameter } }
    for (name, value) in tensors.sorted(by: { $0.key < $1.key }) {
      let dot = name.lastIndex(of: ".")
      let slot = dot.map { String(name[name.index(after: $0)...]) } ?? name
      let isCount = slot == "steps" && value.elementType == .int64 && value.count == 1
      if dot == nil, isCount {
        loaded.steps = Int(value.item(of: Int64.self))
      } else if let dot, let parameter = places[String(name[..<dot])] {
        let key = ObjectIdentifier(parameter)
        if isCount {
          loaded.stepsOf[key] = Int(value.item(of: Int64.self))
        } else if value.count == 1 || value.shape == parameter.shape {
          loaded.slots[key, default: [:]][slot] = value.copied()
        } else {
          error.misshaped.append(.init(name, expected: parameter.shape, found: value.shape))
        }
      } else {
        error.unexpected.append(name)
      }
    }
    if tensors["steps"] == nil { error.missing.append("steps") }
    if !error.isEmpty { throw error }
    memory = loaded
  }
}
