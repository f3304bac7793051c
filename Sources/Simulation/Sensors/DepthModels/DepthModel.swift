public import Configuration
import Foundation

/// How an active depth camera measures.
///
/// Under `model:` of an `rgbd` sensor stands the path of a sensor file with a section `depth_model`, relative to the scene's
/// file, or a mapping with `kind` and the settings of that kind.
public enum DepthModel: Sendable, ParameterValue {
  /// A projected pattern, matched by a camera beside the projector.
  case structuredLight(StructuredLight)
  /// The phase of modulated light.
  case indirectTimeOfFlight(IndirectTimeOfFlight)
  /// The delay of a pulse.
  case directTimeOfFlight(DirectTimeOfFlight)

  /// The word under `kind:` of a depth model.
  public enum Kind: String, CaseIterable, ParameterValue {
    case structuredLight = "structured_light"
    case indirectTimeOfFlight = "indirect_tof"
    case directTimeOfFlight = "direct_tof"
  }

  /// The name in documentation.
  public static var parameterTypeName: String { "sensor file or mapping with 'kind'" }

  /// Reads a model.
  ///
  /// - Parameter node: The path of a sensor file, or the settings.
  /// - Throws: ``ConfigurationErrors`` that name the place.
  public init(parameter node: YAMLNode) throws {
    guard node.mapping == nil else {
      self = try Self.reading(node)
      return
    }
    let name = try String(parameter: node)
    let folder = URL(fileURLWithPath: node.position.file).deletingLastPathComponent()
    let path = name.hasPrefix("/") ? name : folder.appendingPathComponent(name).path
    let file = try YAMLNode(file: path).requireMapping(
      "a sensor file: a mapping with 'depth_model'")
    self = try Self.reading(try file.required("depth_model"))
  }

  private static func reading(_ node: YAMLNode) throws -> DepthModel {
    let mapping = try node.requireMapping("a depth model: a mapping with 'kind'")
    switch try mapping.required("kind", as: Kind.self) {
    case .structuredLight:
      return .structuredLight(try StructuredLight(settings: node))
    case .indirectTimeOfFlight:
      let model = try IndirectTimeOfFlight(settings: node)
      if let problem = model.problem { throw ConfigurationErrors(node.error(problem)) }
      return .indirectTimeOfFlight(model)
    case .directTimeOfFlight:
      return .directTimeOfFlight(try DirectTimeOfFlight(settings: node))
    }
  }

  /// The settings.
  public var parameterJSON: JSONValue {
    switch self {
    case .structuredLight(let model): model.canonicalJSON
    case .indirectTimeOfFlight(let model): model.canonicalJSON
    case .directTimeOfFlight(let model): model.canonicalJSON
    }
  }
}
