public import Networks
public import Tensors

/// A model that only evaluates, made fast for inputs of certain shapes.
///
/// See ``Networks/PreparedNetwork`` for what is done to it and what cannot be prepared.
public struct PreparedModel: Sendable {
  /// The network, with its inputs in ascending order of their names.
  public let network: PreparedNetwork
  private let inputs: [ModelInput]
  private let inputNames: [String]
  private let outputNames: [String]

  init(_ model: LoadedModel, examples: [String: Tensor], elementType: ElementType) throws {
    inputs = model.inputs
    let known = Set(inputs.map(\.name))
    let names = examples.keys.filter(known.contains).sorted()
    var outputs: [String] = []
    var failure: (any Error)?
    for input in inputs { try input.check(examples[input.name]) }
    do {
      network = try model.network.preparedForInference(
        examples: names.compactMap { examples[$0] }, elementType: elementType
      ) { values in
        do {
          let results = try model.run(Dictionary(uniqueKeysWithValues: zip(names, values)))
          outputs = results.map(\.name)
          return results.map(\.value)
        } catch {
          failure = error
          return []
        }
      }
    } catch {
      throw failure ?? error
    }
    if let failure { throw failure }
    inputNames = names
    outputNames = outputs
  }

  /// Runs the network.
  ///
  /// - Parameter tensors: Inputs by name, of the examples' shapes and types; others are ignored.
  /// - Returns: Named outputs.
  /// - Throws: ``ModelError`` when an input does not fit.
  public func run(_ tensors: [String: Tensor]) throws -> [(name: String, value: Tensor)] {
    for input in inputs { try input.check(tensors[input.name]) }
    let values = try zip(inputNames, network.inputShapes).map { name, shape in
      guard let value = tensors[name], value.shape == shape else {
        throw ModelError.input(
          "input \(name): prepared for \(shape), got \(tensors[name]?.shape.description ?? "none")")
      }
      return value
    }
    return Array(zip(outputNames, network(values)))
  }
}

extension LoadedModel {
  /// Prepares the model for evaluation only.
  ///
  /// - Parameters:
  ///   - examples: Typical inputs by name.
  ///   - elementType: What convolutions, linear layers and the like compute in: float32 or bfloat16.
  /// - Returns: The model as it is now, for inputs of these shapes.
  /// - Throws: ``ModelError`` when an input does not fit, or ``Networks/PreparationError``.
  public func prepared(
    for examples: [String: Tensor], elementType: ElementType = .float32
  ) throws -> PreparedModel {
    try PreparedModel(self, examples: examples, elementType: elementType)
  }
}
