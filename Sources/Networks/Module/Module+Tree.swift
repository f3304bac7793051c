public import Tensors

/// The tree of parts.
extension Module {
  /// Every module of the tree with its dotted name, this one first with an empty name.
  public var namedModules: [(name: String, module: any Module)] {
    var found: [(name: String, module: any Module)] = []
    walk { name, part in
      if case .module(let module) = part { found.append((name, module)) }
    }
    return [("", self)] + found
  }

  /// Every parameter with its dotted name; one that occurs twice stands under its first name.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    var found: [(name: String, parameter: Parameter)] = []
    var seen: Set<ObjectIdentifier> = []
    walk { name, part in
      guard case .parameter(let parameter) = part else { return }
      if seen.insert(ObjectIdentifier(parameter)).inserted { found.append((name, parameter)) }
    }
    return found
  }

  /// Every buffer with its dotted name.
  public var namedBuffers: [(name: String, buffer: Buffer)] {
    var found: [(name: String, buffer: Buffer)] = []
    walk { name, part in
      if case .buffer(let buffer) = part { found.append((name, buffer)) }
    }
    return found
  }

  /// Every parameter, in the order of declaration.
  public var parameters: [Parameter] { namedParameters.map(\.parameter) }

  /// Number of elements of all parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// The module of a dotted name.
  ///
  /// - Parameter name: For example `layer1.0.conv1`; empty for this module.
  /// - Returns: The module, or nil if there is none of this name.
  public func module(named name: String) -> (any Module)? {
    namedModules.first { $0.name == name }?.module
  }

  /// Draws the first values of every parameter, in the order of declaration.
  ///
  /// - Parameters:
  ///   - generator: Source of the random numbers.
  ///   - rule: Gives a rule for a parameter in place of its own; nil keeps it.
  public func initialize(
    using generator: inout SeededGenerator,
    _ rule: (_ name: String, _ parameter: Parameter) -> Initializer? = { _, _ in nil }
  ) {
    for (name, parameter) in namedParameters {
      parameter.initialize(using: &generator, rule(name, parameter))
    }
  }

  /// Draws the first values of every parameter from a generator of its own.
  ///
  /// - Parameter seed: Seed of the generator.
  /// - Returns: This module.
  @discardableResult
  public func initialized(seed: UInt64) -> Self {
    var generator = SeededGenerator(seed: seed)
    initialize(using: &generator)
    return self
  }

  /// Switches the whole tree to training.
  ///
  /// - Parameter generator: Source of the random zeros of dropout; nil keeps the one that was given
  ///   before.
  public func train(using generator: TorchGenerator? = nil) {
    walk { _, part in
      guard case .mode(let mode) = part else { return }
      mode.isTraining = true
      if let generator { mode.generator = generator }
    }
  }

  /// Switches the whole tree to evaluation: running statistics instead of a batch's, no dropout.
  public func evaluate() {
    walk { _, part in
      if case .mode(let mode) = part { mode.isTraining = false }
    }
  }

  /// Keeps every parameter as it is in training.
  public func freeze() { for parameter in parameters { parameter.isTrainable = false } }

  /// Lets every parameter take part in training.
  public func unfreeze() { for parameter in parameters { parameter.isTrainable = true } }

  /// Moves parameters and buffers to another device.
  ///
  /// - Parameter device: Where to.
  /// - Throws: ``Tensors/TensorError/noDevice(_:available:)`` or an error for missing memory.
  public func move(to device: Device) throws(TensorError) {
    for parameter in parameters { try parameter.move(to: device) }
    for (_, buffer) in namedBuffers { try buffer.move(to: device) }
  }

  /// Converts parameters and buffers of real numbers to another type of real numbers.
  ///
  /// - Parameter elementType: The new type.
  public func convert(to elementType: ElementType) {
    require(elementType.isFloatingPoint, "convert: \(elementType) holds no real numbers")
    for parameter in parameters { parameter.convert(to: elementType) }
    for (_, buffer) in namedBuffers { buffer.convert(to: elementType) }
  }

  /// Lays the weights of convolutions out with the channels of a pixel side by side, which is often
  /// faster for inputs that lie so too.
  public func arrangeChannelsLast() {
    for parameter in parameters { parameter.arrangeChannelsLast() }
  }

  /// Calls `visit` with every part of the tree and its dotted name, parents before children.
  func walk(_ visit: (_ name: String, _ part: ModulePart) -> Void) {
    var ancestors: [ObjectIdentifier] = []
    walk(prefix: "", ancestors: &ancestors, visit)
  }

  private func walk(
    prefix: String, ancestors: inout [ObjectIdentifier],
    _ visit: (_ name: String, _ part: ModulePart) -> Void
  ) {
    require(
      !ancestors.contains(ObjectIdentifier(self)),
      "the module \(Self.self) contains itself under the name \(prefix)")
    ancestors.append(ObjectIdentifier(self))
    for (name, part) in members {
      visit(prefix + name, part)
      if case .module(let module) = part {
        module.walk(prefix: prefix + name + ".", ancestors: &ancestors, visit)
      }
    }
    ancestors.removeLast()
  }
}
