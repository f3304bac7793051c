public import Configuration
import SensorLogs

/// The output formats that definitions may name.
public struct OutputFormats: Sendable {
  /// What is known of a format without its Swift type.
  public struct Description: Sendable {
    /// The name under `to:`.
    public let name: String
    /// What it writes.
    public let documentation: String
    /// The kinds of payload that it takes; empty for all.
    public let payloadTypes: [String]
    /// Whether it writes one file for each frame; else one for the whole run.
    public let isFramewise: Bool
    /// The settings under `with:`.
    public let parameters: [ParameterDescription]
  }
  private let types: [String: any OutputFormat.Type]

  /// A set of formats.
  ///
  /// - Parameter formats: Formats with distinct names, each a ``FrameFileFormat`` or a ``StreamFileFormat``.
  public init(_ formats: [any OutputFormat.Type]) {
    var types: [String: any OutputFormat.Type] = [:]
    for format in formats {
      precondition(types[format.name] == nil, "two output formats are called '\(format.name)'")
      types[format.name] = format
    }
    self.types = types
  }

  /// The names, sorted.
  public var names: [String] { types.keys.sorted() }

  /// What is known of a format.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The description, or nil for an unknown name.
  public func description(of name: String) -> Description? {
    guard let type = types[name] else { return nil }
    return Description(
      name: name, documentation: type.documentation, payloadTypes: type.payloadTypes,
      isFramewise: type is any FrameFileFormat.Type, parameters: Self.parameters(type))
  }

  /// A format whose settings have been read.
  struct Bound: Sendable {
    let parameters: JSONValue
    let make: @Sendable (StageSetup) throws -> OutputEncoder
  }

  /// Reads a format's settings.
  func bind(_ name: String, settings: YAMLNode) throws -> Bound? {
    guard let type = types[name] else { return nil }
    return try Self.bind(type, settings)
  }

  private static func parameters<Format: OutputFormat>(_ type: Format.Type)
    -> [ParameterDescription]
  {
    Format.Parameters.parameterDescriptions
  }

  private static func bind<Format: OutputFormat>(_ type: Format.Type, _ node: YAMLNode) throws
    -> Bound
  {
    let parameters = try Format.Parameters(settings: node)
    return Bound(parameters: parameters.canonicalJSON) { setup in
      OutputEncoder(try Format(parameters, setup: setup))
    }
  }
}
