import Foundation
import TestSupport
import Testing

@testable import Reports

@Suite struct TimelineTests {
  private static let windows = """
    {"frame":3,"timestamp_ns":150000000,"start_s":0,"end_s":1,"start_frame":0,"end_frame":3,"label":"walk","score":0.75,"scores":{"walk":0.75,"run":0.25}}
    {"frame":5,"timestamp_ns":250000000,"start_s":0.5,"end_s":1.5,"start_frame":2,"end_frame":5,"label":"run","score":0.9,"scores":{"walk":0.1,"run":0.9}}

    """
  private static let spans = """
    {"label":"walk","start_s":0,"end_s":1,"start_frame":0,"end_frame":3,"score":0.75,"windows":1}
    {"label":"run <fast>","start_s":0.5,"end_s":1.5,"start_frame":2,"end_frame":5,"score":0.9,"windows":1}

    """

  private static func folder(record: Bool) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try Self.windows.write(toFile: folder.file("w.jsonl"), atomically: true, encoding: .utf8)
    try Self.spans.write(toFile: folder.file("s.jsonl"), atomically: true, encoding: .utf8)
    if record {
      let text = """
        {"schema":1,"outputs":[{"from":"action","to":"jsonl","path":"w.jsonl","payload":"clip_scores"},
        {"from":"action","to":"spans","path":"s.jsonl","payload":"clip_scores"},
        {"from":"flow","to":"jsonl","path":"f.jsonl","payload":"flow"}]}
        """
      try text.write(toFile: folder.file("run.json"), atomically: true, encoding: .utf8)
      try "{\"frame\":0}".write(toFile: folder.file("f.jsonl"), atomically: true, encoding: .utf8)
    }
    return folder
  }

  @Test(arguments: [true, false])
  func `scores and spans of a run become a picture and a table`(record: Bool) throws {
    let folder = try Self.folder(record: record)
    let summary = try RunReport.write(folder: folder.path)
    #expect(summary.notices.count == (record ? 0 : 1), "\(summary.notices)")
    let page = try String(contentsOfFile: summary.path, encoding: .utf8)
    #expect(page.contains("Actions over time"))
    #expect(page.contains("<svg") && page.contains("run &lt;fast&gt;"))
    #expect(!page.contains("run <fast>"))
    #expect(page.contains("<td class=\"n\">0.90</td>"))
  }

  @Test func `classes keep the order of the file`() throws {
    let folder = try Self.folder(record: true)
    var timeline = ActionTimeline(name: "")
    #expect(ActionLines.readWindows(folder.file("w.jsonl"), into: &timeline).isEmpty)
    #expect(timeline.classes == ["walk", "run"])
    #expect(timeline.windows[1] == .init(start: 0.5, end: 1.5, scores: [0.1, 0.9]))
    #expect(ActionLines.readSpans(folder.file("w.jsonl"), into: &timeline).isEmpty)
    #expect(ActionLines.readWindows(folder.file("s.jsonl"), into: &timeline).count == 2)
  }

  @Test func `shades follow the scores, one cell for each window, none for scores near 0`() {
    let plot = TimelinePlot(
      classes: ["a", "b"],
      windows: [
        .init(start: 0, end: 2, scores: [1, 0]), .init(start: 1, end: 3, scores: [0.5, 0.5]),
      ], spans: [.init(label: "a", start: 0, end: 3, score: 0.75)])
    let svg = plot.svg
    #expect(svg.components(separatedBy: "fill-opacity=\"0.75\"").count - 1 == 2)
    #expect(svg.components(separatedBy: "fill-opacity=\"0.38\"").count - 1 == 3)
    #expect(svg.contains("a: 0.00 to 3.00 s, mean score 0.75"))
    #expect(XMLCheck.isWellFormed(svg))
  }

  @Test
  func `many windows, many classes, strange numbers and epoch times keep it small and well formed`()
  {
    let classes = (0..<100).map { "class \($0) & co" }
    let start = 1.7e9
    let windows = (0..<5000).map { index in
      TimelinePlot.Window(
        start: start + Double(index), end: start + Double(index) + 2,
        scores: classes.indices.map { ($0 + index) % 100 == 0 ? 0.9 : 0.001 })
    }
    let plot = TimelinePlot(
      classes: classes,
      windows: windows + [
        .init(start: .nan, end: 1, scores: []), .init(start: 5, end: 2, scores: []),
      ],
      spans: [.init(label: "other", start: start, end: start + 9, score: .nan)])
    #expect(plot.rows.count == TimelinePlot.mostRows && plot.rows.contains("other"))
    #expect(plot.svg.utf8.count < 2_000_000)
    #expect(plot.svg.contains("time since the first window, s"))
    #expect(XMLCheck.isWellFormed(plot.svg))
    #expect(XMLCheck.isWellFormed(TimelinePlot(classes: [], windows: [], spans: []).svg))
  }
}

/// Whether tags close in the order in which they opened.
private enum XMLCheck {
  static func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasSuffix("/") { continue }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else {
        open.append(tag.prefix { $0 != " " })
      }
    }
    return open.isEmpty && !rest.contains("<")
  }
}
