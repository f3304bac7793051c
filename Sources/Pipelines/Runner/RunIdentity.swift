import Configuration
import Foundation

/// What a run is made of: two runs with the same identity write the same bytes.
struct RunIdentity {
  let json: JSONValue
  let hash: String

  init(plan: PipelinePlan, options: RunOptions) {
    let definition = plan.definition
    let range: JSONValue =
      options.frames.map { .list([.integer($0.lowerBound), .integer($0.upperBound)]) } ?? .null
    json = .object([
      .init("log", options.logPath.map(LogFingerprint.make) ?? .null),
      .init("overrides", .list(definition.overrides.map { .text($0) })),
      .init("setting_files", .list(Self.settingFiles(plan))),
      .init("seed", .text(String(definition.seed))),
      .init("tensor_threads", .integer(options.tensorThreads)),
      .init("frames", range),
      .init(
        "shard", options.shard.map { .list([.integer($0.number), .integer($0.count)]) } ?? .null),
    ])
    let whole = [definition.sha256, options.version, json.compact].joined(separator: "\n")
    hash = SHA256.hexDigest(Array(whole.utf8))
  }

  /// Files that settings name (calibrations, weights), each with its hash.
  private static func settingFiles(_ plan: PipelinePlan) -> [JSONValue] {
    let settings = plan.stages.map(\.bound.parameters) + plan.outputs.map(\.bound.parameters)
    let setup = StageSetup(definitionFolder: plan.definition.folder)
    return Set(settings.flatMap(texts)).sorted().compactMap { text in
      guard !text.isEmpty, text.utf8.count < 1000 else { return nil }
      var status = stat()
      let path = setup.resolve(text)
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        case .object(let members) = LogFingerprint.make(path)
      else { return nil }
      return .object([.init("setting", .text(text))] + members)
    }
  }

  private static func texts(_ value: JSONValue) -> [String] {
    switch value {
    case .text(let text): return [text]
    case .list(let items): return items.flatMap(texts)
    case .object(let members): return members.flatMap { texts($0.value) }
    default: return []
    }
  }
}
