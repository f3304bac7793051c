import Configuration
import Foundation
import Models
import Networks
import Tensors

/// `parallax infer MODEL (--weights FILE | --recipe FILE) --input FILE --output FILE`.
enum InferCommand: Command {
  static let description = CommandDescription(
    name: "infer", summary: "run a network on tensors from a file",
    discussion: """
      Weights come from a safetensors file with PyTorch's names, or from a recipe that gives every value by a rule. A
      recipe also carries the model's configuration and names the outputs; with --weights the configuration is taken from
      the file's metadata ("config", a JSON object) or from --config. With --prepare the network is made fast first (batch
      normalisations folded, weights packed, no outputs inside); "seconds" then counts the run alone.
      """,
    positionals: [.init(name: "MODEL", summary: "a name that `parallax models` lists")],
    options: [
      .init(name: "--weights", value: "FILE", summary: "weights, .safetensors"),
      .init(name: "--recipe", value: "FILE", summary: "a rule for the weights, README.json"),
      .init(name: "--config", value: "JSON", summary: "configuration, a JSON object"),
      .init(
        name: "--input", value: "FILE", summary: "named tensors, .safetensors", isRequired: true),
      .init(
        name: "--output", value: "FILE", summary: "the file to write, .safetensors",
        isRequired: true),
      .init(
        name: "--prepare", value: "TYPE",
        summary: "fold, pack and plan first; then compute in TYPE: float32 or bfloat16"),
      .init(name: "--threads", value: "N", summary: "threads of one operation; default 1"),
      .init(
        name: "--repeat", value: "N",
        summary: "run N times and state the shortest time; default 1"),
      CommandDescription.json,
    ],
    examples: [
      "parallax infer resnet18 --weights resnet18.safetensors --input batch.safetensors --output scores.safetensors"
    ])

  private struct Summary: Encodable {
    struct Output: Encodable {
      var name: String
      var shape: [Int]
    }
    var model: String
    var parameters: Int
    var outputs: [Output]
    var seconds: Double
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let name = arguments.positionals[0]
    let entry = try ModelsCommand.entry(named: name, command: "infer")
    let (weights, recipe) = (arguments.value(of: "--weights"), arguments.value(of: "--recipe"))
    guard (weights == nil) != (recipe == nil) else {
      throw CommandFailure.usage("give either --weights or --recipe", command: "infer")
    }
    let threads = try arguments.number(of: "--threads") ?? 1
    let input = try tensors(arguments.value(of: "--input") ?? "")
    TorchThreads.set(threads)
    let (model, taps, wanted) =
      try recipe.map { try prepared(entry, recipe: $0) }
      ?? prepared(
        entry, weights: weights ?? "", configuration: arguments.value(of: "--config"))
    model.network.evaluate()
    let inputFile = arguments.value(of: "--input") ?? ""
    let run = try blaming(inputFile) {
      try arguments.value(of: "--prepare").map { try fast(model, taps: taps, for: input, $0) }
        ?? { try model.run(input, taps: taps) }
    }
    var results: [(name: String, value: Tensor)] = []
    var elapsed = Double.infinity
    for _ in 0..<max(try arguments.number(of: "--repeat") ?? 1, 1) {
      let start = ContinuousClock.now
      results = try blaming(inputFile) { try withoutGradients(run) }
      elapsed = min(elapsed, (ContinuousClock.now - start) / .seconds(1))
    }
    var outputs: [String: Tensor] = [:]
    for (name, value) in results where wanted.isEmpty || wanted.contains(name) {
      outputs[name] = value
    }
    let output = arguments.value(of: "--output") ?? ""
    do { try SafetensorsFile.write(outputs, to: output) } catch {
      throw CommandFailure(.failure, error.description)
    }
    let summary = Summary(
      model: name, parameters: model.network.parameterCount,
      outputs: outputs.sorted { $0.key < $1.key }.map {
        .init(name: $0.key, shape: $0.value.shape)
      },
      seconds: elapsed)
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      let list = summary.outputs.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
      Console.result("\(output): \(list)")
    }
    return .done
  }

  private typealias Outputs = [(name: String, value: Tensor)]

  /// The model prepared for this input.
  private static func fast(
    _ model: LoadedModel, taps: [String: String], for input: [String: Tensor], _ type: String
  ) throws -> () throws -> Outputs {
    guard let elementType = ["float32": ElementType.float32, "bfloat16": .bfloat16][type] else {
      throw CommandFailure.usage("--prepare: float32 or bfloat16, not \(type)", command: "infer")
    }
    guard taps.isEmpty else {
      throw CommandFailure.usage(
        "--prepare gives no outputs inside the network: \(taps.keys.sorted().joined(separator: ", "))",
        command: "infer")
    }
    do {
      let prepared = try model.prepared(for: input, elementType: elementType)
      return { try prepared.run(input) }
    } catch let error as PreparationError {
      throw CommandFailure(.failure, "this model cannot be prepared: \(error)")
    }
  }

  private typealias Prepared = (model: LoadedModel, taps: [String: String], wanted: Set<String>)

  /// A network filled by a recipe.
  private static func prepared(_ entry: ModelEntry, recipe path: String) throws -> Prepared {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.unreadableInput, "\(path): cannot be read")
    }
    return try blaming(path) {
      let recipe = try ModelRecipe(bytes)
      let model = try entry.build(configuration: recipe.configuration)
      if let weights = recipe.weights { try model.load(weights) }
      return (model, recipe.taps, Set(recipe.outputs))
    }
  }

  /// A network filled from a file.
  private static func prepared(
    _ entry: ModelEntry, weights path: String, configuration: String?
  ) throws -> Prepared {
    let file = try file(path)
    return try blaming(path) {
      let json = configuration ?? file.metadata["config"] ?? "{}"
      let model = try entry.build(configuration: Data(json.utf8))
      try model.network.load(from: file)
      return (model, [:], [])
    }
  }

  /// Calls `body`; what does not fit is the file's fault.
  private static func blaming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result
  {
    do { return try body() } catch let error as ModelError {
      throw CommandFailure(.unreadableInput, "\(path): \(error)")
    } catch let error as WeightsError {
      throw CommandFailure(.unreadableInput, "\(path): \(error)")
    } catch let error as SafetensorsError {
      throw CommandFailure(.unreadableInput, error.description)
    }
  }

  private static func tensors(_ path: String) throws -> [String: Tensor] {
    let file = try file(path)
    do { return try file.tensors() } catch {
      throw CommandFailure(.unreadableInput, error.description)
    }
  }

  private static func file(_ path: String) throws -> SafetensorsFile {
    do { return try SafetensorsFile(path: path) } catch {
      throw CommandFailure(.unreadableInput, error.description)
    }
  }
}
