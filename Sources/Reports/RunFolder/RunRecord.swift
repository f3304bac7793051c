import Foundation

/// What `run.json` says about a run, read leniently: keys of other versions are passed over.
struct RunRecord {
  /// Time and queue of one stage.
  struct Stage: Equatable {
    var id: String
    var use: String
    var medianMilliseconds: Double?
    var slowMilliseconds: Double?
    /// Mean fill of the queue before the stage, 0 to 1.
    var queueFill: Double?
  }

  /// What became of the messages of one topic.
  struct Receipt: Equatable {
    var topic: String
    var matched: Int?
    var dropped: [(reason: String, count: Int)]
    /// Time skew against the frame's reference, milliseconds: edges of the bins and counts.
    var skew: Skew?

    static func == (left: Receipt, right: Receipt) -> Bool {
      left.topic == right.topic && left.matched == right.matched && left.skew == right.skew
        && left.dropped.elementsEqual(right.dropped) { $0 == $1 }
    }
  }

  struct Skew: Equatable {
    var edges: [Double]
    var counts: [Int]
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
  var skips: [(frame: Int, reason: String)] = []
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
    skipped = frames["skipped"].integer ?? frames["skipped"].list?.count
    failed = frames["failed"].integer
    seconds = part("seconds").number
    stages = (part("stages").list ?? []).map(Self.stage)
    skips = ((part("skipped").list ?? frames["skipped"].list) ?? []).compactMap { entry in
      entry["frame"].integer.map { ($0, entry["reason"].text ?? "no reason recorded") }
    }
    receipts = Self.receipts(part("receipts").exists ? part("receipts") : part("sync"))
    outputs = (part("outputs").list ?? []).compactMap(Self.output)
    metadata = Self.flatten(
      root, without: ["outputs", "stages", "skipped", "receipts", "frames", "sync"])
  }

  private static func stage(_ node: JSONNode) -> Stage {
    let queue = node.first("queue_fill", "queue")
    return Stage(
      id: node["id"].text ?? "?", use: node["use"].text ?? "",
      medianMilliseconds: node.first("ms_median", "median_ms").number,
      slowMilliseconds: node.first("ms_p95", "p95_ms").number,
      queueFill: queue.number ?? queue.first("mean", "fill", "median").number)
  }

  private static func output(_ node: JSONNode) -> Output? {
    guard let path = node["path"].text else { return nil }
    return Output(
      from: node["from"].text ?? "", to: node["to"].text ?? "", path: path,
      payload: node["payload"].text ?? "", frameName: node.first("frame_id", "frame_name").text,
      unit: node.first("unit", "scale", "metres_per_unit").number)
  }

  /// Receipts come as a list with topics, or as an object by topic.
  private static func receipts(_ node: JSONNode) -> [Receipt] {
    let entries =
      node.list?.map { ($0.first("topic", "input", "name").text ?? "?", $0) }
      ?? node.members?.filter { $0.value.members != nil }.map { ($0.name, $0.value) } ?? []
    return entries.map { topic, node in
      var dropped: [(reason: String, count: Int)] = []
      let drops = node["dropped"]
      if let count = drops.integer, count > 0 { dropped = [("dropped", count)] }
      let reasons = drops.members ?? node["reasons"].members ?? []
      if !reasons.isEmpty {
        dropped = reasons.compactMap { reason in
          reason.value.integer.flatMap { $0 > 0 ? (reason.name, $0) : nil }
        }
      }
      for entry in drops.list ?? [] {
        dropped.append((entry["reason"].text ?? "dropped", entry["count"].integer ?? 1))
      }
      return Receipt(
        topic: topic, matched: node["matched"].integer, dropped: dropped, skew: skew(node))
    }
  }

  private static func skew(_ node: JSONNode) -> Skew? {
    let histogram = node.first("skew_histogram", "skew_ms", "skew", "histogram")
    guard let counts = histogram["counts"].list?.map({ $0.integer ?? 0 }),
      let edges = histogram.first("edges_ms", "edges", "bounds_ms").list?.compactMap(\.number),
      !counts.isEmpty, edges.count == counts.count + 1
    else { return nil }
    return Skew(edges: edges, counts: counts)
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
