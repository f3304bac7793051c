public import Foundation
public import Networks
public import Tensors

/// A model that the command line knows by name.
///
/// One entry names the model, its inputs, how a network is built from a configuration, and how it
/// turns named tensors into named tensors:
///
/// ```swift
/// ModelEntry(
///   "lenet", "LeNet for 28x28 digits", inputs: [.image(channels: 1, exactly: 28)],
///   configuration: ClassifierConfiguration.self
/// ) {
///   LeNet(classes: $0.classes ?? 10)
/// } run: { network, inputs in
///   [("logits", network(inputs["image"]))]
/// }
/// ```
public struct ModelEntry: Sendable {
  /// Name on the command line.
  public let name: String
  /// What it is, in one line.
  public let summary: String
  /// What goes in.
  public let inputs: [ModelInput]
  private let make: @Sendable (Data) throws -> LoadedModel

  /// An entry.
  ///
  /// - Parameters:
  ///   - name: Name on the command line.
  ///   - summary: What it is, in one line.
  ///   - inputs: What goes in.
  ///   - configuration: What `build` needs, decoded from JSON.
  ///   - build: Makes the network, without values.
  ///   - run: Computes named outputs from named inputs.
  public init<Configuration: Decodable & SendableMetatype, Network: Module>(
    _ name: String, _ summary: String, inputs: [ModelInput], configuration: Configuration.Type,
    build: @escaping @Sendable (Configuration) throws -> Network,
    run:
      @escaping @Sendable (
        _ network: Network, _ inputs: ModelTensors
      ) throws -> [(name: String, value: Tensor)]
  ) {
    self.name = name
    self.summary = summary
    self.inputs = inputs
    make = { json in
      let network = try build(JSONDecoder().decode(Configuration.self, from: json))
      return LoadedModel(network: network, inputs: inputs) { try run(network, $0) }
    }
  }

  /// A network without values.
  ///
  /// - Parameter configuration: The configuration as a JSON object.
  /// - Returns: The network with the way to run it.
  /// - Throws: ``ModelError/configuration(_:)``.
  public func build(configuration: Data = Data("{}".utf8)) throws(ModelError) -> LoadedModel {
    do { return try make(configuration) } catch let error as ModelError {
      throw error
    } catch let error as DecodingError {
      throw .configuration("\(name): \(error.reason)")
    } catch {
      throw .configuration("\(name): \(error)")
    }
  }
}

/// A network together with the way to run it on named tensors.
public struct LoadedModel: Sendable {
  /// The network.
  public let network: any Module
  /// What goes in.
  public let inputs: [ModelInput]
  private let body: @Sendable (ModelTensors) throws -> [(name: String, value: Tensor)]

  init(
    network: any Module, inputs: [ModelInput],
    body: @escaping @Sendable (ModelTensors) throws -> [(name: String, value: Tensor)]
  ) {
    self.network = network
    self.inputs = inputs
    self.body = body
  }

  /// Runs the network.
  ///
  /// - Parameters:
  ///   - tensors: Inputs by name; others are ignored.
  ///   - taps: Modules whose outputs are wanted besides, by the name of the output.
  /// - Returns: Named outputs: the model's, then those of the modules.
  /// - Throws: ``ModelError`` when an input does not fit or a module does not exist, or an error of
  ///   the model.
  public func run(
    _ tensors: [String: Tensor], taps: [String: String] = [:]
  ) throws -> [(name: String, value: Tensor)] {
    for input in inputs { try input.check(tensors[input.name]) }
    let known = Set(network.namedModules.map(\.name))
    for (output, module) in taps.sorted(by: { $0.key < $1.key }) where !known.contains(module) {
      throw ModelError.configuration("tap \(output): there is no module \(module)")
    }
    var results: [(name: String, value: Tensor)] = []
    let found = try network.outputs(of: Array(taps.values)) {
      results = try body(ModelTensors(tensors))
    }
    for (output, module) in taps.sorted(by: { $0.key < $1.key }) {
      if let value = found[module] { results.append((output, value)) }
    }
    return results
  }
}

/// The named inputs of a model, which were checked.
public struct ModelTensors {
  private let tensors: [String: Tensor]

  init(_ tensors: [String: Tensor]) { self.tensors = tensors }

  /// An input that the entry declares.
  public subscript(name: String) -> Tensor {
    guard let tensor = tensors[name] else {
      preconditionFailure("the entry declares no input \(name)")
    }
    return tensor
  }

  /// An input that may be absent.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The tensor, or nil.
  public func optional(_ name: String) -> Tensor? { tensors[name] }
}

extension DecodingError {
  /// What is wrong, and where.
  var reason: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return (path.isEmpty ? "" : path + ": ") + context.debugDescription
    @unknown default: return "\(self)"
    }
  }
}
