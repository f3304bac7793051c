import Foundation
public import Tensors

/// Inputs and outputs of a public reference implementation (`parity/README.md` of the recordings).
public struct ParityFixture {
  /// Name of its folder.
  public let name: String
  /// Named inputs.
  public let inputs: [String: Tensor]
  /// Named outputs; `grad.X` is the gradient of the sum of all squared outputs.
  public let outputs: [String: Tensor]
  /// Named weights, made by the recipe; empty where there are none.
  public let weights: [String: Tensor]
  /// The recipe of the weights.
  public let recipe: WeightRecipe?

  private let readme: Data
  private let tolerances: [String: Double]

  private struct ReadMe: Decodable {
    struct Output: Decodable { let tolerance: Double? }
    let outputs: [String: Output]
    let weights: WeightRecipe?
  }

  private struct Configured<Configuration: Decodable>: Decodable { let config: Configuration }

  /// Reads a fixture.
  ///
  /// - Parameters:
  ///   - name: Name of its folder.
  ///   - elementType: Type to which inputs and weights of real numbers are converted.
  /// - Throws: What is wrong with its files.
  public init(_ name: String, _ elementType: ElementType = .float32) throws {
    let folder = SharedData.path("parity/\(name)/")
    func converted(_ tensors: [String: Tensor]) -> [String: Tensor] {
      tensors.mapValues {
        $0.elementType == .float32 ? $0.converted(to: elementType) : $0
      }
    }
    self.name = name
    readme = try Data(contentsOf: URL(fileURLWithPath: folder + "README.json"))
    let facts = try JSONDecoder().decode(ReadMe.self, from: readme)
    tolerances = facts.outputs.mapValues { $0.tolerance ?? 0 }
    inputs = converted(try SafetensorsFile(path: folder + "input.safetensors").tensors())
    outputs = try SafetensorsFile(path: folder + "output.safetensors").tensors()
    recipe = facts.weights
    weights = converted(facts.weights?.tensors() ?? [:])
  }

  /// The model's configuration.
  ///
  /// - Parameter type: What to decode.
  /// - Returns: The decoded value.
  /// - Throws: A decoding error.
  public func configuration<Configuration: Decodable>(
    as type: Configuration.Type = Configuration.self
  ) throws -> Configuration {
    try JSONDecoder().decode(Configured<Configuration>.self, from: readme).config
  }

  /// An input.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The tensor.
  /// - Throws: An error when there is none of this name.
  public func input(_ name: String) throws -> Tensor { try named(name, inputs) }

  /// A weight.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The tensor.
  /// - Throws: An error when there is none of this name.
  public func weight(_ name: String) throws -> Tensor { try named(name, weights) }

  private struct Missing: Error { let name: String }

  private func named(_ name: String, _ tensors: [String: Tensor]) throws -> Tensor {
    guard let tensor = tensors[name] else { throw Missing(name: "\(self.name): \(name)") }
    return tensor
  }

  /// Compares a result with an output, within the fixture's tolerance.
  ///
  /// - Parameters:
  ///   - found: The result.
  ///   - output: Name of the output.
  /// - Returns: What disagrees; nil when all is well.
  public func mismatch(_ found: Tensor, _ output: String) -> String? {
    guard let expected = outputs[output], let tolerance = tolerances[output] else {
      return "\(name) has no output \(output)"
    }
    if found.shape != expected.shape {
      return "\(output): shape \(found.shape) instead of \(expected.shape)"
    }
    let difference = (found.converted(to: .float64) - expected.converted(to: .float64)).abs()
    let largest = difference.count == 0 ? 0 : difference.max().item(of: Double.self)
    return largest <= tolerance ? nil : "\(output): off by \(largest), allowed \(tolerance)"
  }

  /// Compares the gradients of the sum of all squared elements with the outputs `grad.X`.
  ///
  /// - Parameters:
  ///   - results: The results whose elements are squared and summed.
  ///   - leaves: Leaves by X, for example `input` or `parameters.weight`.
  /// - Returns: What disagrees, one line each.
  public func gradientMismatches(_ results: [Tensor], _ leaves: [String: Tensor]) -> [String] {
    var sum = results[0].square().sum()
    for result in results.dropFirst() { sum += result.square().sum() }
    let names = leaves.keys.sorted()
    let found = gradients(of: sum, withRespectTo: names.compactMap { leaves[$0] })
    return zip(names, found).compactMap { mismatch($1, "grad.\($0)") }
  }
}
