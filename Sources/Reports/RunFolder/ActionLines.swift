import Foundation

/// What a video shows over time, as JSON lines have it: scores of windows, and spans.
struct ActionTimeline: Equatable {
  var name: String
  var classes: [String] = []
  var windows: [TimelinePlot.Window] = []
  var spans: [TimelinePlot.Span] = []
}

/// Reader of scores of windows and of spans as JSON lines.
enum ActionLines {
  /// What a file of JSON lines holds, by its first line.
  static func kind(ofFirstLineIn path: String) -> OutputSeries.Kind? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    let start = (try? handle.read(upToCount: 1 << 16)) ?? Data()
    guard let line = start.split(separator: UInt8(ascii: "\n")).first,
      let node = try? JSONNode(parsing: Data(line))
    else { return nil }
    if node["boxes"].exists { return .boxes }
    if node["scores"].exists, node["end_s"].exists { return .windows }
    return node["windows"].exists && node["label"].exists ? .spans : nil
  }

  /// Adds a file's windows to a timeline; says what is wrong with lines that cannot be used.
  static func readWindows(_ path: String, into timeline: inout ActionTimeline) -> [String] {
    read(path) { node in
      guard let start = node["start_s"].number, let end = node["end_s"].number,
        let scores = node["scores"].members
      else { return false }
      if timeline.classes.isEmpty { timeline.classes = classes(node, path) ?? scores.map(\.name) }
      let byName = Dictionary(
        scores.map { ($0.name, $0.value.number ?? 0) }, uniquingKeysWith: { first, _ in first })
      timeline.windows.append(
        TimelinePlot.Window(
          start: start, end: end, scores: timeline.classes.map { byName[$0] ?? 0 }))
      return true
    }
  }

  /// Adds a file's spans to a timeline; says what is wrong with lines that cannot be used.
  static func readSpans(_ path: String, into timeline: inout ActionTimeline) -> [String] {
    read(path) { node in
      guard let label = node["label"].text, let start = node["start_s"].number,
        let end = node["end_s"].number
      else { return false }
      timeline.spans.append(
        TimelinePlot.Span(
          label: label, start: start, end: end, score: node["score"].number ?? .nan))
      return true
    }
  }

  /// The classes in the order of the file: the parser forgets the order of an object's members.
  private static func classes(_ node: JSONNode, _ path: String) -> [String]? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe),
      let line = data.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first
    else { return nil }
    let text = String(decoding: line, as: UTF8.self)
    guard let scores = text.range(of: "\"scores\":{") else { return nil }
    let rest = text[scores.upperBound...]
    let names = (node["scores"].members ?? []).map(\.name)
    let places = names.map { name -> String.Index? in
      let quoted = try? JSONEncoder().encode(name)
      let key = String(decoding: quoted ?? Data(), as: UTF8.self) + ":"
      return rest.range(of: key)?.lowerBound
    }
    guard places.allSatisfy({ $0 != nil }) else { return nil }
    return zip(names, places).sorted { ($0.1 ?? rest.endIndex) < ($1.1 ?? rest.endIndex) }.map(\.0)
  }

  private static func read(_ path: String, _ take: (JSONNode) -> Bool) -> [String] {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    else { return ["the file cannot be read"] }
    var problems: [String] = []
    for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let node = try? JSONNode(parsing: Data(line)), take(node) else {
        problems.append("line \(number + 1) cannot be used")
        continue
      }
    }
    return problems
  }
}
