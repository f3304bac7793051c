import Foundation

/// What `run.json` says about a run, read leniently: keys of other versions are passed over.
struct RunRecord {
  /// Time and queue of one stage.
  struct Stage: Equatable {
    var id: String
    var use: String
    var medianMilliseconds: Double?
    var slowMilliseconds: Double?
    /// Frames that waited before the stage: mean and largest number.
    var meanQueue: Double?
    var largestQueue: Int?
    /// Frames on which it failed.
    var failures = 0
  }

  /// What became of the messages of one topic.
  struct Receipt: Equatable {
    var topic: String
    var read: Int?
    var matched: Int?
    var dropped: [Count]
    /// Matched messages by their distance in time from their frame.
    var skew: [Count]
  }

  /// A number of things of one kind.
  struct Count: Equatable {
    var name: String
    var count: Int
  }

  /// Something that went wrong with one frame or one place of the log.
  struct Incident: Equatable {
    var place: String
    var reason: String
  }

  /// One entry under `outputs`.
  struct Output: Equatable {
    var from: String
    var to: String
    var path: String
    var payload: String
    var frameName: String?
    /// Metres (or pixels) that one step of a 16-bit picture stands for.
    var unit: Double?
  }

  var name: String?
  var read: Int?
  var written: Int?
  var skipped: Int?
  var failed: Int?
  var seconds: Double?
  var stages: [Stage] = []
  /// Most frames that may wait before a stage.
  var queueCapacity: Int?
  var skips: [Incident] = []
  var emptyResults = 0
  var damage: [Incident] = []
  var receipts: [Receipt] = []
  var outputs: [Output] = []
  var metadata: [(name: String, value: String)] = []

  init() {}

  init(_ root: JSONNode) {
    let run = root["run"]
    func part(_ key: String) -> JSONNode { root[key].exists ? root[key] : run[key] }
    name = root["pipeline"]["name"].text ?? root["pipeline"].text ?? run["pipeline"]["name"].text
    let frames = part("frames")
    read = frames["read"].integer
    written = frames["written"].integer
    skipped = frames["skipped"].integer
    failed = frames["failed"].integer
    seconds = part("seconds").number
    queueCapacity = part("edge_capacity").integer
    let timed = run["stages"].list ?? root["stages"].list ?? []
    let failures = Dictionary(
      (root["stages"].list ?? []).map { ($0["id"].text ?? "", $0["failures"].integer ?? 0) },
      uniquingKeysWith: +)
    stages = timed.map { Self.stage($0, failures: failures) }
    skips = (part("skipped_frames").list ?? part("skipped").list ?? []).map(Self.skip)
    emptyResults = root["empty_results"].integer ?? 0
    damage = (root["damage"].list ?? []).map { entry in
      let place = [entry["file"].text, entry["place"].text].compactMap { $0 }
      return Incident(
        place: place.filter { !$0.isEmpty }.joined(separator: ": "),
        reason: entry["problem"].text ?? "no reason recorded")
    }
    receipts = (part("receipts").list ?? []).map(Self.receipt)
    let resolved = root["resolved"]["outputs"].list ?? []
    outputs = (part("outputs").list ?? []).compactMap { node in
      let settings = resolved.first { $0["path"].text == node["path"].text }?["with"]
      return Self.output(node, settings: settings ?? JSONNode(nil))
    }
    metadata = Self.flatten(
      root,
      without: [
        "outputs", "stages", "skipped", "skipped_frames", "receipts", "frames", "resolved",
        "damage",
        "empty_results", "first_empty_results", "output_bytes",
      ])
  }

  private static func stage(_ node: JSONNode, failures: [String: Int]) -> Stage {
    let id = node["id"].text ?? "?"
    return Stage(
      id: id, use: node["use"].text ?? "", medianMilliseconds: node["ms_median"].number,
      slowMilliseconds: node["ms_p95"].number, meanQueue: node["queue_mean"].number,
      largestQueue: node["queue_max"].integer, failures: failures[id] ?? 0)
  }

  private static func skip(_ node: JSONNode) -> Incident {
    let reason = node["reason"].text ?? "no reason recorded"
    let stage = node["node"].text ?? ""
    return Incident(
      place: node["frame"].integer.map(String.init) ?? "?",
      reason: stage.isEmpty ? reason : "\(stage): \(reason)")
  }

  private static func output(_ node: JSONNode, settings: JSONNode) -> Output? {
    guard let path = node["path"].text else { return nil }
    let isDisparity = node["payload"].text == "disparity"
    let steps = settings["units_per_pixel"].number.flatMap { $0 > 0 ? 1 / $0 : nil }
    return Output(
      from: node["from"].text ?? "", to: node["to"].text ?? "", path: path,
      payload: node["payload"].text ?? "", frameName: node["frame_id"].text,
      unit: isDisparity ? steps : settings["metres_per_unit"].number)
  }

  private static func receipt(_ node: JSONNode) -> Receipt {
    var dropped = (node["dropped"].members ?? []).map {
      Count(name: plain($0.name), count: $0.value.integer ?? 0)
    }
    if let count = node["dropped"].integer { dropped = [Count(name: "dropped", count: count)] }
    dropped.append(Count(name: "undecodable", count: node["undecodable"].integer ?? 0))
    let ends = (node["skew_histogram"].list ?? []).map { $0["up_to_ns"].number }
    let counts = (node["skew_histogram"].list ?? []).map { $0["messages"].integer ?? 0 }
    let skew = zip(ends.indices, counts).map { index, count in
      if let end = ends[index] {
        return Count(name: end > 0 ? "\u{2264} " + milliseconds(end) : "0", count: count)
      }
      let last = index > 0 ? ends[index - 1] ?? 0 : 0
      return Count(name: "> " + milliseconds(last), count: count)
    }
    return Receipt(
      topic: node.first("topic", "input").text ?? "?", read: node["read"].integer,
      matched: node["matched"].integer, dropped: dropped.filter { $0.count > 0 }, skew: skew)
  }

  private static func plain(_ name: String) -> String {
    name.replacingOccurrences(of: "_", with: " ")
  }

  private static func milliseconds(_ nanoseconds: Double) -> String {
    String(format: "%g", nanoseconds / 1e6)
  }

  /// Plain values by dotted name, for the table of metadata.
  private static func flatten(
    _ node: JSONNode, without left: Set<String> = [], prefix: String = "", depth: Int = 0
  ) -> [(name: String, value: String)] {
    guard depth < 4 else { return [] }
    return (node.members ?? []).flatMap { member -> [(name: String, value: String)] in
      if left.contains(member.name) { return [] }
      let name = prefix.isEmpty ? member.name : prefix + "." + member.name
      if let text = member.value.plainText { return [(name, text)] }
      if let list = member.value.list {
        let plain = list.compactMap(\.plainText)
        if plain.count == list.count, !plain.isEmpty {
          return [(name, plain.joined(separator: ", "))]
        }
        return list.prefix(50).enumerated().flatMap { index, item in
          flatten(item, without: left, prefix: "\(name)[\(index)]", depth: depth + 1)
        }
      }
      return flatten(member.value, without: left, prefix: name, depth: depth + 1)
    }
  }
}
