import Configuration
import Foundation
import Networks

extension TrainingDefinition {
  private static let parts = [
    "name", "description", "model", "dataset", "split", "augmentation", "optimiser", "schedule",
    "loss",
  ]

  /// Reads and checks a definition; data sets are not opened yet.
  ///
  /// - Parameters:
  ///   - path: The YAML file.
  ///   - overrides: Changes of the form `key=value` or `part.key=value`.
  /// - Throws: `ConfigurationErrors` with everything that is wrong, each with line and column.
  public init(path: String, overrides: [String] = []) throws {
    var node = try YAMLNode(file: path)
    for text in overrides { try Self.apply(text, to: &node) }
    try self.init(node, path: path)
  }

  init(_ node: YAMLNode, path: String) throws {
    let root = try node.requireMapping("a training definition")
    var errors: [ConfigurationError] = []
    func collect<Value>(_ read: () throws -> Value) -> Value? {
      do { return try read() } catch {
        errors += ConfigurationErrors(collecting: error, at: node.position).errors
        return nil
      }
    }
    func part<Product>(_ key: String, _ kinds: TrainingKinds<Product>, default name: String? = nil)
      -> TrainingKinds<Product>.Choice?
    {
      collect {
        if let name, root[key] == nil { return try kinds.read(Self.scalar(name, node)) }
        return try kinds.read(try root.required(key))
      }
    }
    let settingNames = TrainingSettings.parameterDescriptions.map(\.name)
    errors += root.unknownKeys(besides: Self.parts + settingNames)
    let model = part("model", TrainingModel.kinds)
    let dataset = part("dataset", TrainingSource.kinds)
    let split = part("split", TrainingSplit.kinds, default: "given")
    let optimiser = part("optimiser", TrainingOptimiser.kinds, default: "adamw")
    let schedule = part("schedule", TrainingSchedule.kinds, default: "constant")
    let loss = part("loss", TrainingLoss.kinds, default: "cross_entropy")
    let steps = collect {
      try (root["augmentation"].map { try $0.requireItems("a list of changes") } ?? [])
        .map { try TrainingAugmentation.kinds.read($0) }
    }
    let settings = collect {
      try TrainingSettings(settings: Self.settings(of: root, settingNames, node))
    }
    let fallback = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    let name = collect { try root.optional("name", default: fallback) }
    if let dataset, dataset.product.path.isEmpty {
      errors.append(ConfigurationError(at: dataset.position, "'path' of the dataset is missing"))
    }
    guard errors.isEmpty, let model, let dataset, let split, let optimiser, let schedule, let loss,
      let steps, let settings, let name
    else { throw ConfigurationErrors(errors) }
    self.name = name
    self.path = path
    self.model = model
    self.dataset = dataset
    self.split = split
    self.augmentation = steps.map(\.product)
    self.optimiser = optimiser.product
    self.schedule = schedule.product
    self.loss = loss.product
    self.settings = settings
    var members: [JSONValue.Member] = [
      .init("name", .text(name)), .init("model", model.json), .init("dataset", dataset.json),
      .init("split", split.json), .init("augmentation", .list(steps.map(\.json))),
      .init("optimiser", optimiser.json), .init("schedule", schedule.json),
      .init("loss", loss.json),
    ]
    if case .object(let rest) = settings.canonicalJSON { members += rest }
    json = .object(members)
  }

  /// What must be equal for a run to go on: all but where the data lie and which threads load.
  var identity: JSONValue {
    guard case .object(let members) = json else { return json }
    return .object(
      members.compactMap { member in
        if ["workers", "checkpoint_every"].contains(member.name) { return nil }
        guard member.name == "dataset", case .object(let inner) = member.value else {
          return member
        }
        return .init("dataset", .object(inner.filter { !["path", "test"].contains($0.name) }))
      })
  }

  /// The path of the data set, from the definition's folder.
  var dataPath: String { resolved(dataset.product.path) }

  /// A path that starts at the definition's folder.
  func resolved(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let folder = (self.path as NSString).deletingLastPathComponent
    return folder.isEmpty ? path : (folder as NSString).appendingPathComponent(path)
  }

  private static func scalar(_ text: String, _ node: YAMLNode) -> YAMLNode {
    var result = YAMLNode.emptyMapping(at: node.position)
    result.content = .scalar(YAMLScalar(text: text))
    return result
  }

  private static func settings(of root: YAMLMapping, _ names: [String], _ node: YAMLNode)
    -> YAMLNode
  {
    var rest = root
    for key in root.keys where !names.contains(key) { rest = rest.without(key) }
    var result = node
    result.content = .mapping(rest)
    return result
  }

  private static func apply(_ text: String, to node: inout YAMLNode) throws {
    let place = SourcePosition(file: "--set \(text)")
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw ConfigurationErrors(
        ConfigurationError(at: place, "has no '='", hint: "write part.key=value"))
    }
    let written = String(text[text.index(after: equals)...])
    var value = try YAMLNode(text: written.isEmpty ? "''" : written, file: place.file)
    value.position = place
    let keys = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    node = try changed(node, keys.map(String.init)[...], to: value)
  }

  private static func changed(_ node: YAMLNode, _ keys: ArraySlice<String>, to value: YAMLNode)
    throws -> YAMLNode
  {
    guard let key = keys.first else { return value }
    var mapping: YAMLMapping
    if let found = node.mapping {
      mapping = found
    } else if let name = node.scalar?.text, !node.isNull {
      // `optimiser: adam` is short for `optimiser: { use: adam }`.
      mapping = try YAMLNode.emptyMapping(at: node.position).requireMapping()
      mapping.set("use", to: scalar(name, node))
    } else {
      throw ConfigurationErrors(value.error("'\(key)' cannot be set inside \(node.summary)"))
    }
    let inner = mapping[key] ?? .emptyMapping(at: value.position)
    mapping.set(key, to: try changed(inner, keys.dropFirst(), to: value))
    var result = node
    result.content = .mapping(mapping)
    return result
  }
}
