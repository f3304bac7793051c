public import Tensors

/// Weights in files.
extension Module {
  /// Values of all parameters and buffers by dotted name, in the order of declaration.
  ///
  /// The tensors share the network's memory, which training changes.
  public var state: [(name: String, value: Tensor)] {
    var found: [(name: String, value: Tensor)] = []
    walk { name, part in
      switch part {
      case .parameter(let parameter): found.append((name, parameter.value.detached()))
      case .buffer(let buffer): found.append((name, buffer.value))
      case .module, .mode: break
      }
    }
    return found
  }

  /// Writes all parameters and buffers to a safetensors file, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - metadata: Texts about the file as a whole.
  /// - Throws: What could not be written.
  public func save(
    to path: String, metadata: [String: String] = [:]
  ) throws(SafetensorsError) {
    var tensors: [String: Tensor] = [:]
    for (name, value) in state { tensors[name] = value }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path)
  }

  /// Reads all parameters and buffers.
  ///
  /// Nothing changes unless everything fits. Elements are converted to the network's type.
  ///
  /// - Parameters:
  ///   - file: Tensors with the network's dotted names.
  ///   - strict: Whether a tensor that the network lacks, or one that the file lacks, is an error.
  ///     When it is none, what fits is loaded.
  /// - Throws: ``WeightsError`` with every tensor that does not fit, or an error of the file.
  public func load(from file: SafetensorsFile, strict: Bool = true) throws {
    try load(
      strict: strict, source: file.path, shapes: file.entries.map { ($0.name, $0.shape) }
    ) { try file.tensor($0) }
  }

  /// Reads all parameters and buffers from tensors in memory.
  ///
  /// - Parameters:
  ///   - tensors: Tensors by the network's dotted names.
  ///   - strict: Whether a tensor that the network lacks, or one that is not given, is an error.
  /// - Throws: ``WeightsError`` with every tensor that does not fit.
  public func load(_ tensors: [String: Tensor], strict: Bool = true) throws {
    let named = tensors.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    try load(strict: strict, source: "weights", shapes: named.map { ($0.key, $0.value.shape) }) {
      tensors[$0]
    }
  }

  /// Reads all parameters and buffers from any source.
  ///
  /// - Parameters:
  ///   - strict: Whether a tensor that the network lacks, or the source lacks, is an error.
  ///   - source: Name of the source in messages.
  ///   - shapes: Names and shapes that the source has.
  ///   - tensor: Gives one of them; called for those that the network has.
  /// - Throws: ``WeightsError``, or what `tensor` throws.
  public func load(
    strict: Bool = true, source: String, shapes: [(name: String, shape: [Int])],
    tensor: (_ name: String) throws -> Tensor?
  ) throws {
    var error = WeightsError(source: source)
    var offered: [String: [Int]] = [:]
    for (name, shape) in shapes { offered[name] = shape }
    var parts: [(name: String, part: ModulePart)] = []
    walk { name, part in
      let (shape, isRequired): ([Int], Bool)
      switch part {
      case .parameter(let parameter): (shape, isRequired) = (parameter.shape, true)
      case .buffer(let buffer): (shape, isRequired) = (buffer.shape, buffer.isRequired)
      case .module, .mode: return
      }
      if let found = offered.removeValue(forKey: name) {
        parts.append((name, part))
        if found != shape { error.misshaped.append(.init(name, expected: shape, found: found)) }
      } else if strict && isRequired {
        error.missing.append(name)
      }
    }
    if strict { error.unexpected = shapes.map(\.name).filter { offered[$0] != nil } }
    if !error.isEmpty { throw error }
    for (name, part) in parts {
      guard let value = try tensor(name) else { continue }
      switch part {
      case .parameter(let parameter):
        parameter.value = value.converted(to: parameter.elementType)
      case .buffer(let buffer): buffer.value = value.converted(to: buffer.elementType)
      case .module, .mode: break
      }
    }
  }
}

/// Tensors of a file of weights that do not fit a network.
public struct WeightsError: Error, Equatable, CustomStringConvertible {
  /// A tensor of the wrong shape.
  public struct Misshaped: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// The shape that the network needs.
    public let expected: [Int]
    /// The shape in the file.
    public let found: [Int]

    init(_ name: String, expected: [Int], found: [Int]) {
      self.name = name
      self.expected = expected
      self.found = found
    }
  }

  /// The file, or what else the tensors came from.
  public let source: String
  /// Names that the network has and the file lacks.
  public var missing: [String] = []
  /// Names that the file has and the network lacks.
  public var unexpected: [String] = []
  /// Tensors of the wrong shape.
  public var misshaped: [Misshaped] = []

  init(source: String) { self.source = source }

  var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && misshaped.isEmpty }

  /// What does not fit, the first few of each kind.
  public var description: String {
    func list(_ kind: String, _ names: [String]) -> [String] {
      guard !names.isEmpty else { return [] }
      let rest = names.count > 8 ? " and \(names.count - 8) more" : ""
      return ["\(names.count) \(kind): \(names.prefix(8).joined(separator: ", "))\(rest)"]
    }
    let parts =
      list("missing", missing) + list("unexpected", unexpected)
      + list(
        "of the wrong shape",
        misshaped.map { "\($0.name) is \($0.found), expected \($0.expected)" })
    return "\(source) does not fit the network: \(parts.joined(separator: "; "))"
  }
}
