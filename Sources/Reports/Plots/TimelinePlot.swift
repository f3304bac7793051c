import Foundation

/// A picture of classes against time: scores of windows as shades, spans as bars; SVG.
public struct TimelinePlot: Sendable {
  /// Scores of the classes over a stretch of time.
  public struct Window: Sendable, Equatable {
    /// Start, seconds.
    public var start: Double
    /// End, seconds.
    public var end: Double
    /// One score for each class, 0 to 1.
    public var scores: [Double]

    /// Scores over a stretch of time.
    ///
    /// - Parameters:
    ///   - start: Start, seconds.
    ///   - end: End, seconds.
    ///   - scores: One score for each class.
    public init(start: Double, end: Double, scores: [Double]) {
      self.start = start
      self.end = end
      self.scores = scores
    }
  }

  /// A stretch of time that shows one class.
  public struct Span: Sendable, Equatable {
    /// The class.
    public var label: String
    /// Start, seconds.
    public var start: Double
    /// End, seconds.
    public var end: Double
    /// Mean score.
    public var score: Double

    /// A stretch of time that shows one class.
    ///
    /// - Parameters:
    ///   - label: The class.
    ///   - start: Start, seconds.
    ///   - end: End, seconds.
    ///   - score: Mean score.
    public init(label: String, start: Double, end: Double, score: Double) {
      self.label = label
      self.start = start
      self.end = end
      self.score = score
    }
  }

  /// Rows at most; the classes with the highest scores are kept.
  static let mostRows = 24
  /// Columns at most: the page must not grow with the length of a video.
  static let mostColumns = 400
  private static let rowHeight = 22.0
  private let title: String
  private let classes: [String]
  private let windows: [Window]
  private let spans: [Span]
  private let width: Double

  /// A picture of scores and spans.
  ///
  /// - Parameters:
  ///   - title: Title; none when empty.
  ///   - classes: Names of the classes, in the order of the scores.
  ///   - windows: Windows in the order of their ends; each is shown from the end of the one before to its own.
  ///   - spans: Spans.
  ///   - width: Width, pixels.
  public init(
    title: String = "", classes: [String], windows: [Window], spans: [Span], width: Double = 620
  ) {
    self.title = title
    self.classes = classes
    self.windows = windows.filter { $0.start.isFinite && $0.end.isFinite && $0.end >= $0.start }
    self.spans = spans.filter { $0.start.isFinite && $0.end.isFinite && $0.end >= $0.start }
    self.width = width
  }

  /// Classes with a row: all, or those with the highest scores, in their own order.
  var rows: [String] {
    let all = classes + Set(spans.map(\.label)).subtracting(classes).sorted()
    guard all.count > Self.mostRows else { return all }
    var peak = [Double](repeating: 0, count: all.count)
    for window in windows {
      for (k, score) in window.scores.enumerated() where k < peak.count {
        peak[k] = max(peak[k], score)
      }
    }
    for span in spans { all.firstIndex(of: span.label).map { peak[$0] = 2 } }
    let kept = peak.indices.sorted { (-peak[$0], $0) < (-peak[$1], $1) }.prefix(Self.mostRows)
    return kept.sorted().map { all[$0] }
  }

  /// The picture as an SVG document.
  public var svg: String {
    let rows = rows
    let longest = rows.map(\.count).max() ?? 0
    let left = min(220, max(58, 14 + 6.6 * Double(longest)))
    let top = title.isEmpty ? 12.0 : 34.0
    let bottom = top + Self.rowHeight * Double(max(1, rows.count))
    let frame = PlotFrame(
      title: title, xLabel: "", yLabel: "", width: width, height: bottom + 46, rightMargin: 70)
    let ends = windows.flatMap { [$0.start, $0.end] } + spans.flatMap { [$0.start, $0.end] }
    let (first, last) = (ends.min() ?? 0, ends.max() ?? 1)
    // Instants since an epoch say little on an axis.
    let origin = abs(first) > 1e6 ? first : 0
    let x = Axis(
      low: first - origin, high: max(last, first + 1e-3) - origin, start: left, end: frame.right)
    var text = Self.opening(title, width: width, height: bottom + 46, left: left, frame)
    for (row, label) in rows.enumerated() {
      text += Self.rowFrame(label, at: top + Double(row) * Self.rowHeight, left, frame)
    }
    text += cells(rows, x, origin: origin, top: top, frame)
    text += bars(rows, x, origin: origin, top: top, frame)
    text += Self.axis(x, bottom: bottom, unit: origin == 0 ? "" : " since the first window", frame)
    return text + Self.legend(frame, top: top) + "</svg>\n"
  }

  private struct Axis {
    let low: Double
    let high: Double
    let start: Double
    let end: Double

    func position(_ value: Double) -> Double {
      start + (value - low) / (high - low) * (end - start)
    }
  }

  private static func opening(
    _ title: String, width: Double, height: Double, left: Double, _ frame: PlotFrame
  ) -> String {
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(frame.n(width)) \(frame.n(height))" \
      width="\(frame.n(width))" height="\(frame.n(height))" style="max-width:100%;height:auto" \
      role="img" aria-label="\(HTMLText.escape(title))" \
      font-family="system-ui, sans-serif" font-size="11" fill="currentColor">

      """
    if !title.isEmpty {
      text += """
        <text x="\(frame.n(left))" y="18" font-size="13" font-weight="600">\(HTMLText.escape(title))</text>

        """
    }
    return text
  }

  private static func rowFrame(
    _ label: String, at top: Double, _ left: Double, _ frame: PlotFrame
  ) -> String {
    let name = label.count > 32 ? label.prefix(31) + "\u{2026}" : label
    return """
      <text x="\(frame.n(left - 8))" y="\(frame.n(top + rowHeight / 2))" dy="0.35em" \
      text-anchor="end">\(HTMLText.escape(name))</text>
      <rect x="\(frame.n(left))" y="\(frame.n(top + 1))" width="\(frame.n(frame.right - left))" \
      height="\(frame.n(rowHeight - 2))" fill="currentColor" fill-opacity="0.05"/>

      """
  }

  /// Shades: the highest score within each column of time.
  private func cells(
    _ rows: [String], _ x: Axis, origin: Double, top: Double, _ frame: PlotFrame
  ) -> String {
    let columns = max(1, min(windows.count, Self.mostColumns))
    let isThinned = windows.count > Self.mostColumns
    var text = ""
    for row in rows.indices {
      guard let k = classes.firstIndex(of: rows[row]) else { continue }
      var index = 0
      while index < windows.count {
        // Windows of one column.
        var end = index + 1
        if isThinned {
          let column = index * columns / windows.count
          while end < windows.count, end * columns / windows.count == column { end += 1 }
        }
        let score = windows[index..<end].map { k < $0.scores.count ? $0.scores[k] : 0 }.max() ?? 0
        let from = index == 0 ? windows[0].start : max(windows[index].start, windows[index - 1].end)
        let (low, high) = (x.position(from - origin), x.position(windows[end - 1].end - origin))
        index = end
        guard score >= 0.02, high > low else { continue }
        text += """
          <rect x="\(frame.n(low))" y="\(frame.n(top + Double(row) * Self.rowHeight + 1))" \
          width="\(frame.n(max(0.5, high - low)))" height="\(frame.n(Self.rowHeight - 2))" \
          style="fill:\(PlotFrame.color(0))" fill-opacity="\(frame.n(0.75 * min(score, 1)))"/>

          """
      }
    }
    return text
  }

  /// Spans as bars at the foot of their row.
  private func bars(
    _ rows: [String], _ x: Axis, origin: Double, top: Double, _ frame: PlotFrame
  ) -> String {
    spans.map { span in
      guard let row = rows.firstIndex(of: span.label) else { return "" }
      let (low, high) = (x.position(span.start - origin), x.position(span.end - origin))
      let tip = String(
        format: "%@: %.2f to %.2f s, mean score %.2f", HTMLText.escape(span.label),
        span.start - origin, span.end - origin, span.score)
      return """
        <rect x="\(frame.n(low))" y="\(frame.n(top + Double(row + 1) * Self.rowHeight - 7))" \
        width="\(frame.n(max(2, high - low)))" height="5" rx="2" \
        style="fill:\(PlotFrame.color(1))"><title>\(tip)</title></rect>

        """
    }.joined()
  }

  private static func axis(
    _ x: Axis, bottom: Double, unit: String, _ frame: PlotFrame
  ) -> String {
    let step = Scale.roundStep((x.high - x.low) / 8)
    let scale = Scale(covering: [x.low, x.high], ticks: 8, start: x.start, end: x.end)
    var text = ""
    var value = (x.low / step).rounded(.up) * step
    while value <= x.high + 1e-9 * step {
      let at = frame.n(x.position(value))
      text += """
        <line x1="\(at)" x2="\(at)" y1="\(frame.n(bottom))" y2="\(frame.n(bottom + 4))" \
        stroke="currentColor" stroke-opacity="0.5"/>
        <text x="\(at)" y="\(frame.n(bottom + 16))" text-anchor="middle">\(scale.label(value))</text>

        """
      value += step
    }
    return text + """
      <line x1="\(frame.n(x.start))" x2="\(frame.n(x.end))" y1="\(frame.n(bottom))" \
      y2="\(frame.n(bottom))" stroke="currentColor" stroke-opacity="0.5"/>
      <text x="\(frame.n((x.start + x.end) / 2))" y="\(frame.n(bottom + 38))" \
      text-anchor="middle">time\(unit), s</text>

      """
  }

  /// What shades and bars mean.
  private static func legend(_ frame: PlotFrame, top: Double) -> String {
    let left = frame.right + 14
    let steps = (0..<5).map { step -> String in
      let share = Double(4 - step) / 4
      return """
        <rect x="\(frame.n(left))" y="\(frame.n(top + 14 + Double(step) * 10))" width="12" height="10" \
        style="fill:\(PlotFrame.color(0))" fill-opacity="\(frame.n(max(0.02, 0.75 * share)))"/>

        """
    }.joined()
    return """
      <text x="\(frame.n(left))" y="\(frame.n(top + 8))">score</text>
      \(steps)<text x="\(frame.n(left + 16))" y="\(frame.n(top + 23))">1</text>
      <text x="\(frame.n(left + 16))" y="\(frame.n(top + 63))">0</text>
      <rect x="\(frame.n(left))" y="\(frame.n(top + 72))" width="12" height="5" rx="2" \
      style="fill:\(PlotFrame.color(1))"/>
      <text x="\(frame.n(left + 16))" y="\(frame.n(top + 78))">span</text>

      """
  }
}
