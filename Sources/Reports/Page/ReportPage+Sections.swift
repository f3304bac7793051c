import Foundation

/// The tables below the viewer.
extension ReportPage {
  var sections: String {
    [timing, synchronisation, skips, outputs, run, conventions].joined(separator: "\n")
  }

  private var record: RunRecord { content.folder.record ?? RunRecord() }

  private func card(_ title: String, _ body: String, isWide: Bool = false) -> String {
    "<section class=\"card\(isWide ? " wide" : "")\"><h2>\(title)</h2>\(body)</section>"
  }

  private func table(_ heads: [String], _ rows: [[String]], numeric: Set<Int> = []) -> String {
    func cells(_ tag: String, _ row: [String]) -> String {
      row.enumerated().map { index, text in
        "<\(tag)\(numeric.contains(index) ? " class=\"n\"" : "")>\(text)</\(tag)>"
      }.joined()
    }
    let body = rows.map { "<tr>\(cells("td", $0))</tr>" }.joined(separator: "\n")
    return "<table><thead><tr>\(cells("th", heads))</tr></thead><tbody>\n\(body)</tbody></table>"
  }

  private func milliseconds(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "&ndash;" }
    return String(format: value < 10 ? "%.2f" : "%.1f", value)
  }

  /// Median and 95th percentile of each stage, as numbers and bars on one scale.
  private var timing: String {
    guard !record.stages.isEmpty else { return "" }
    let most =
      record.stages.flatMap { [$0.medianMilliseconds, $0.slowMilliseconds] }
      .compactMap { $0 }.filter(\.isFinite).max() ?? 0
    let hasQueues = record.stages.contains { $0.queueFill != nil }
    let rows = record.stages.map { stage -> [String] in
      let widths = [stage.slowMilliseconds, stage.medianMilliseconds].map { value in
        String(format: "%.1f", most > 0 ? max(0, value ?? 0) / most * 100 : 0)
      }
      let bars =
        "<div class=\"bars\"><i style=\"width:\(widths[0])%\"></i>"
        + "<i style=\"width:\(widths[1])%\"></i></div>"
      var row = [
        HTMLText.escape(stage.id), "<code>\(HTMLText.escape(stage.use))</code>",
        milliseconds(stage.medianMilliseconds), milliseconds(stage.slowMilliseconds), bars,
      ]
      if hasQueues {
        row.append(stage.queueFill.map { String(format: "%.0f %%", $0 * 100) } ?? "&ndash;")
      }
      return row
    }
    let heads =
      ["Stage", "Kind", "Median, ms", "95 %, ms", "Median in front of 95 %"]
      + (hasQueues ? ["Queue fill"] : [])
    return card("Time per frame and stage", table(heads, rows, numeric: [2, 3, 5]))
  }

  private var synchronisation: String {
    guard !record.receipts.isEmpty else { return "" }
    let rows = record.receipts.map { receipt -> [String] in
      let reasons = receipt.dropped.map { "\($0.count) \(HTMLText.escape($0.reason))" }
      return [
        "<code>\(HTMLText.escape(receipt.topic))</code>",
        receipt.matched.map(String.init) ?? "&ndash;",
        String(receipt.dropped.reduce(0) { $0 + $1.count }),
        reasons.isEmpty ? "<span class=\"soft\">none</span>" : reasons.joined(separator: "<br>"),
      ]
    }
    let plots = record.receipts.compactMap { receipt -> String? in
      guard let skew = receipt.skew, skew.counts.contains(where: { $0 > 0 }) else { return nil }
      return BarPlot(
        title: receipt.topic, xLabel: "time skew, ms", yLabel: "messages", edges: skew.edges,
        counts: skew.counts, width: 520, height: 210
      ).svg
    }
    return card(
      "Synchronisation receipt",
      table(["Topic", "Matched", "Dropped", "Why"], rows, numeric: [1, 2]) + plots.joined())
  }

  private var skips: String {
    guard !record.skips.isEmpty else { return "" }
    let shown = record.skips.prefix(200)
    let rows = shown.map { [String($0.frame), HTMLText.escape($0.reason)] }
    let more = record.skips.count - shown.count
    return card(
      "Frames skipped or failed",
      table(["Frame", "Why"], rows)
        + (more > 0 ? "<p>and \(more) more, listed in <code>run.json</code></p>" : ""))
  }

  private var outputs: String {
    let listed = record.outputs.map { output -> [String] in
      let count = content.folder.series.first { $0.output == output }?.files.count
      return [
        "<code>\(HTMLText.escape(output.path))</code>", HTMLText.escape(output.from),
        HTMLText.escape(output.payload), HTMLText.escape(output.to),
        count.map(String.init) ?? "&ndash;",
      ]
    }
    if !listed.isEmpty {
      return card(
        "Output files", table(["Path", "From", "Payload", "Format", "Files"], listed, numeric: [4]))
    }
    guard !content.folder.series.isEmpty else { return "" }
    let found = content.folder.series.map {
      ["<code>\(HTMLText.escape($0.pattern.description))</code>", String($0.files.count)]
    }
    return card("Files found", table(["Path", "Files"], found, numeric: [1]))
  }

  private var run: String {
    guard !record.metadata.isEmpty else { return "" }
    let entries = record.metadata.prefix(300).map { entry in
      "<dt>\(HTMLText.escape(entry.name))</dt><dd><code>\(HTMLText.escape(entry.value))</code></dd>"
    }
    return card("The run", "<dl>\(entries.joined(separator: "\n"))</dl>")
  }

  private var conventions: String {
    let step = content.frames.flatMap(\.clouds).compactMap { $0 }
      .map { max($0.scale.x, $0.scale.y, $0.scale.z) / 2 }.max()
    var rows = [
      ("Lengths", "metres; boxes as length &times; width &times; height"),
      ("Vehicle and LiDAR frames", "x forward, y left, z up; yaw about +z from +x towards +y"),
      ("Camera frames", "x right, y down, z forward; depth is distance along z, not along the ray"),
      (
        "Pictures",
        "origin top left, pixel centres at whole numbers; 0 in depth pictures = no value"
      ),
      ("Times", "the instant of measurement, UTC where the log's clock is"),
    ]
    if let step {
      rows.append(("Points shown", String(format: "rounded to %.1f mm at most", step * 1000)))
    }
    rows.append(
      (
        "Viewer",
        "drag to turn, shift-drag or right-drag to move, wheel to zoom; arrow keys, space, "
          + "<code>R</code> reset, <code>T</code> from above; click a box for its figures, "
          + "double-click its row to go there"
      ))
    let body = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined(separator: "\n")
    return card("Units, frames, controls", "<dl>\(body)</dl>")
  }
}
