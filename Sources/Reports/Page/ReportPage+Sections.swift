import Foundation

/// The tables below the viewer.
extension ReportPage {
  var sections: String {
    [timelines, timing, synchronisation, skips, damage, outputs, run, conventions].joined(
      separator: "\n")
  }

  private var record: RunRecord { content.folder.record ?? RunRecord() }

  private func milliseconds(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "&ndash;" }
    return String(format: value < 10 ? "%.2f" : "%.1f", value)
  }

  /// What a video shows over time.
  private var timelines: String {
    content.timelines.map { timeline in
      let plot = TimelinePlot(
        classes: timeline.classes, windows: timeline.windows, spans: timeline.spans)
      let rows = timeline.spans.prefix(100).map { span in
        [
          HTMLText.escape(span.label), String(format: "%.2f", span.start),
          String(format: "%.2f", span.end),
          span.score.isFinite ? String(format: "%.2f", span.score) : "&ndash;",
        ]
      }
      let more = timeline.spans.count - rows.count
      return PageParts.card(
        timeline.name.isEmpty ? "Actions over time" : "Actions over time: \(timeline.name)",
        plot.svg
          + (rows.isEmpty
            ? ""
            : PageParts.table(
              ["Class", "Start, s", "End, s", "Mean score"], rows, numeric: [1, 2, 3]))
          + (more > 0 ? "<p>and \(more) more in the file of spans</p>" : ""))
    }.joined(separator: "\n")
  }

  /// Median and 95th percentile of each stage, as numbers and bars on one scale.
  private var timing: String {
    guard !record.stages.isEmpty else { return "" }
    let most =
      record.stages.flatMap { [$0.medianMilliseconds, $0.slowMilliseconds] }
      .compactMap { $0 }.filter(\.isFinite).max() ?? 0
    let hasFailures = record.stages.contains { $0.failures > 0 }
    let rows = record.stages.map { stage -> [String] in
      let widths = [stage.slowMilliseconds, stage.medianMilliseconds].map { value in
        String(format: "%.1f", most > 0 ? max(0, value ?? 0) / most * 100 : 0)
      }
      let bars =
        "<div class=\"bars\"><i style=\"width:\(widths[0])%\"></i>"
        + "<i style=\"width:\(widths[1])%\"></i></div>"
      return [
        HTMLText.escape(stage.id), "<code>\(HTMLText.escape(stage.use))</code>",
        milliseconds(stage.medianMilliseconds), milliseconds(stage.slowMilliseconds), bars,
        queue(of: stage),
      ] + (hasFailures ? [String(stage.failures)] : [])
    }
    let heads =
      ["Stage", "Kind", "Median", "95 %", "ms", "Queue"] + (hasFailures ? ["Failed"] : [])
    let capacity = record.queueCapacity.map { " (at most \($0))" } ?? ""
    return PageParts.card(
      "Time per frame and stage",
      PageParts.table(heads, rows, numeric: [2, 3, 5, 6])
        + "<p>Queue: mean and largest number of frames that waited before the stage\(capacity).</p>"
    )
  }

  private func queue(of stage: RunRecord.Stage) -> String {
    guard let mean = stage.meanQueue else { return "&ndash;" }
    let text = String(format: "%.1f", mean) + (stage.largestQueue.map { " / \($0)" } ?? "")
    guard let capacity = record.queueCapacity, capacity > 0, mean.isFinite else { return text }
    let share = String(format: "%.0f", min(1, max(0, mean / Double(capacity))) * 100)
    return text + "<div class=\"bars fill\"><i></i><i style=\"width:\(share)%\"></i></div>"
  }

  private var synchronisation: String {
    guard !record.receipts.isEmpty else { return "" }
    let rows = record.receipts.map { receipt -> [String] in
      let reasons = receipt.dropped.map { "\($0.count) \(HTMLText.escape($0.name))" }
      return [
        "<code>\(HTMLText.escape(receipt.topic))</code>",
        receipt.read.map(String.init) ?? "&ndash;", receipt.matched.map(String.init) ?? "&ndash;",
        String(receipt.dropped.reduce(0) { $0 + $1.count }),
        reasons.isEmpty ? "<span class=\"soft\">none</span>" : reasons.joined(separator: "<br>"),
      ]
    }
    let plots = record.receipts.compactMap { receipt -> String? in
      // A topic whose messages all lie at their frame's instant needs no picture.
      guard let last = receipt.skew.lastIndex(where: { $0.count > 0 }), last > 0 else { return nil }
      let bins = receipt.skew[...last].map { (name: $0.name, value: Double($0.count)) }
      return BarPlot(
        title: "Skew of " + receipt.topic, xLabel: "distance in time from the frame, ms",
        yLabel: "messages", values: bins, width: 520, height: 210
      ).svg
    }
    let heads = ["Topic", "Read", "Matched", "Dropped", "Why"]
    return PageParts.card(
      "Synchronisation receipt", PageParts.table(heads, rows, numeric: [1, 2, 3]) + plots.joined())
  }

  private var skips: String {
    incidents("Frames skipped or failed", "Frame", record.skips)
  }

  private var damage: String { incidents("Damage of the log", "Where", record.damage) }

  private func incidents(_ title: String, _ head: String, _ list: [RunRecord.Incident]) -> String {
    guard !list.isEmpty else { return "" }
    let rows = list.prefix(200).map { [HTMLText.escape($0.place), HTMLText.escape($0.reason)] }
    let more = list.count - rows.count
    return PageParts.card(
      title,
      PageParts.table([head, "Why"], rows)
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
      return PageParts.card(
        "Output files",
        PageParts.table(["Path", "From", "Payload", "Format", "Files"], listed, numeric: [4]))
    }
    guard !content.folder.series.isEmpty else { return "" }
    let found = content.folder.series.map {
      ["<code>\(HTMLText.escape($0.pattern.description))</code>", String($0.files.count)]
    }
    return PageParts.card("Files found", PageParts.table(["Path", "Files"], found, numeric: [1]))
  }

  private var run: String {
    guard !record.metadata.isEmpty else { return "" }
    let entries = record.metadata.prefix(300).map { entry in
      "<dt>\(HTMLText.escape(entry.name))</dt><dd><code>\(HTMLText.escape(entry.value))</code></dd>"
    }
    return PageParts.card("The run", "<dl>\(entries.joined(separator: "\n"))</dl>")
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
    return PageParts.card("Units, frames, controls", "<dl>\(body)</dl>")
  }
}
