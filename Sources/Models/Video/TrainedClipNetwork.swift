public import Configuration
import Foundation
public import Networks
import Tensors
public import Vision

/// A network for clips with its weights, as training wrote them.
///
/// ```swift
/// let network = try TrainedClipNetwork(weights: "models/moving-shapes/weights.safetensors")
/// let scores = try network.scores(of: [clip])[0]  // one for each of network.classes
/// ```
public struct TrainedClipNetwork: Sendable {
  /// Name of the network.
  public let name: String
  /// Names of the classes in the order of the scores.
  public let classes: [String]
  /// How clips enter.
  public let form: ClipForm
  /// From `[B, C, T, H, W]` to scores before the softmax.
  public let network: any Layer
  private let preparation: ClipPreparation
  /// The network made fast for one clip; nil where it cannot be.
  private let prepared: PreparedNetwork?

  /// Reads weights.
  ///
  /// - Parameter path: A file that `parallax train` wrote.
  /// - Throws: ``ModelError`` when its metadata name no network for clips, `SafetensorsError` or `WeightsError`.
  public init(weights path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let name = file.metadata["model"], let type = ClipModelCatalogue.type(named: name) else {
      let known = ClipModelCatalogue.types.map { $0.name }.joined(separator: ", ")
      throw ModelError.configuration(
        "\(path): its metadata names no network for clips (\(known)): give weights that parallax "
          + "train wrote")
    }
    let description: ClipModelDescription
    do {
      description = try ClipModelDescription(json: file.metadata["config"] ?? "{}")
      network = try description.network(type)
    } catch let error as ConfigurationErrors {
      throw ModelError.configuration("\(path): its metadata do not fit \(name): \(error)")
    }
    try network.load(from: file)
    network.evaluate()
    self.name = name
    classes = description.classes
    form = description.form
    preparation = ClipPreparation(description.form)
    prepared = try? network.preparedForInference(
      example: .zeros([1, form.channels, form.frames, form.height, form.width], .float32))
  }

  /// Begins a stream of frames as the network sees them, `[B, C, H, W]`.
  ///
  /// - Returns: The stream; nil when the network's scores depend on later frames.
  public func makeStream() -> FrameStream? {
    (network as? any StreamingNetwork)?.makeStream()
  }

  /// How probable each class is in each clip.
  ///
  /// - Parameter clips: Clips of `form.frames` frames of any size.
  /// - Returns: For each clip one value for each class; they sum to 1.
  /// - Throws: ``ModelError`` when a clip does not fit, `VisionError`.
  public func scores(of clips: [VideoClip]) throws -> [[Double]] {
    guard !clips.isEmpty else { return [] }
    let inputs = try clips.map { try preparation.input($0) }
    let found = withoutGradients { () -> Tensor in
      let scores =
        prepared.map { fast in .concatenated(inputs.map { fast($0.unsqueezed(0)) }, axis: 0) }
        ?? network(.stacked(inputs))
      return scores.softmax(axis: 1)
    }
    return found.withUnsafeElements(of: Float.self) { values in
      clips.indices.map { clip in
        classes.indices.map { Double(values[clip * classes.count + $0]) }
      }
    }
  }
}

/// A network's settings, classes and clips as they stand in the metadata of weights.
public struct ClipModelDescription {
  /// The settings.
  public let settings: YAMLNode
  /// Names of the classes.
  public let classes: [String]
  /// How clips enter.
  public let form: ClipForm

  private struct Contents: Codable {
    var classes: [String]
    var clip: ClipForm
  }

  /// Reads a description.
  ///
  /// - Parameter json: What ``json(settings:classes:form:)`` gave.
  /// - Throws: `ConfigurationErrors`, or ``ModelError``.
  public init(json: String) throws {
    let root = try YAMLNode(text: json, file: "config").requireMapping("a configuration")
    settings = root["settings"] ?? .emptyMapping(at: root.position)
    do {
      let contents = try JSONDecoder().decode(Contents.self, from: Data(json.utf8))
      (classes, form) = (contents.classes, contents.clip)
    } catch { throw ModelError.configuration("config: \(error)") }
    guard !classes.isEmpty else { throw ModelError.configuration("config: there are no classes") }
    if let problem = form.problem { throw ModelError.configuration("config: \(problem)") }
  }

  /// The network without values.
  ///
  /// - Parameter type: Which network.
  /// - Returns: The network.
  /// - Throws: `ConfigurationErrors` or ``ModelError``.
  public func network<Model: ClipModel>(_ type: Model.Type) throws -> any Layer {
    try Model.network(Model.Settings(settings: settings), form: form, classes: classes.count)
  }

  /// A description as one line of JSON.
  ///
  /// - Parameters:
  ///   - settings: The settings.
  ///   - classes: Names of the classes.
  ///   - form: How clips enter.
  /// - Returns: The line.
  public static func json(settings: JSONValue, classes: [String], form: ClipForm) -> String {
    var clip: [JSONValue.Member] = [
      .init("frames", .integer(form.frames)), .init("step", .integer(form.step)),
      .init("height", .integer(form.height)), .init("width", .integer(form.width)),
      .init("mean", .list(form.mean.map { .number($0) })),
      .init("deviation", .list(form.deviation.map { .number($0) })),
    ]
    if let flow = form.flow {
      clip.append(
        .init(
          "flow",
          .object([
            .init("method", .text(flow.method.rawValue)), .init("bound", .number(flow.bound)),
            .init("subtractsMean", .bool(flow.subtractsMean)),
          ])))
    }
    return JSONValue.object([
      .init("settings", settings), .init("classes", .list(classes.map { .text($0) })),
      .init("clip", .object(clip)),
    ]).compact
  }
}
