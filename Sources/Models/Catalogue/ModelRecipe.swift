public import Foundation
public import Tensors

/// A note beside a model: its configuration, a rule for its weights and the outputs that are wanted.
///
/// It is the `README.json` of a parity fixture.
public struct ModelRecipe: Sendable {
  /// The configuration as a JSON object.
  public let configuration: Data
  /// Modules whose outputs are wanted, by the name of the output.
  public let taps: [String: String]
  /// Names of the wanted outputs; empty for all.
  public let outputs: [String]
  /// The rule for the weights; nil for a model without any.
  public let weights: WeightRecipe?

  private struct Contents: Decodable {
    struct Configuration: Decodable { var taps: [String: String]? }
    struct Output: Decodable {}
    var config: Configuration?
    var outputs: [String: Output]?
    var weights: WeightRecipe?
  }

  /// Reads a recipe.
  ///
  /// - Parameter json: The file's bytes.
  /// - Throws: ``ModelError/configuration(_:)``.
  public init(_ json: Data) throws(ModelError) {
    do {
      let contents = try JSONDecoder().decode(Contents.self, from: json)
      let object = try JSONSerialization.jsonObject(with: json) as? [String: Any]
      configuration = try JSONSerialization.data(
        withJSONObject: object?["config"] ?? [String: Any](), options: [.sortedKeys])
      taps = contents.config?.taps ?? [:]
      outputs = (contents.outputs ?? [:]).keys.sorted()
      weights = contents.weights
    } catch let error as DecodingError {
      throw .configuration(error.reason)
    } catch {
      throw .configuration("\(error)")
    }
  }
}

extension LoadedModel {
  /// Fills the network by a rule.
  ///
  /// - Parameter recipe: The rule, with the names and shapes of all parameters.
  /// - Throws: ``Networks/WeightsError`` when they are not the network's.
  public func load(_ recipe: WeightRecipe) throws {
    let shapes = recipe.parameters.sorted {
      $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }.map { (name: $0.key, shape: $0.value) }
    try network.load(source: "recipe", shapes: shapes) { name in
      recipe.parameters[name].map { recipe.tensor(name, shape: $0) }
    }
  }
}
