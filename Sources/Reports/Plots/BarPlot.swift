/// A plot of bars, as SVG: one for each named thing, or a histogram.
public struct BarPlot: Sendable {
  private enum Bars {
    case named([(name: String, value: Double)])
    case histogram(edges: [Double], counts: [Int])
  }

  private let frame: PlotFrame
  private let bars: Bars

  /// A plot with one bar for each named value.
  ///
  /// - Parameters:
  ///   - title: Title; none when empty.
  ///   - xLabel: What the bars are.
  ///   - yLabel: What their height shows, with its unit.
  ///   - values: Names and heights.
  ///   - width: Width, pixels.
  ///   - height: Height, pixels.
  public init(
    title: String = "", xLabel: String, yLabel: String, values: [(name: String, value: Double)],
    width: Double = 560, height: Double = 280
  ) {
    frame = PlotFrame(title: title, xLabel: xLabel, yLabel: yLabel, width: width, height: height)
    bars = .named(values)
  }

  /// A histogram from its bins.
  ///
  /// - Parameters:
  ///   - title: Title; none when empty.
  ///   - xLabel: What was measured, with its unit.
  ///   - yLabel: What was counted.
  ///   - edges: Edges of the bins, ascending.
  ///   - counts: Counts of the bins, one fewer than the edges.
  ///   - width: Width, pixels.
  ///   - height: Height, pixels.
  public init(
    title: String = "", xLabel: String, yLabel: String = "count", edges: [Double], counts: [Int],
    width: Double = 560, height: Double = 280
  ) {
    precondition(edges.count == counts.count + 1, "\(edges.count) edges for \(counts.count) bins")
    frame = PlotFrame(title: title, xLabel: xLabel, yLabel: yLabel, width: width, height: height)
    bars = .histogram(edges: edges, counts: counts)
  }

  /// A histogram of values, in bins of round width.
  ///
  /// - Parameters:
  ///   - title: Title; none when empty.
  ///   - xLabel: What was measured, with its unit.
  ///   - yLabel: What was counted.
  ///   - values: The values; not finite ones are passed over.
  ///   - bins: Wanted number of bins.
  ///   - width: Width, pixels.
  ///   - height: Height, pixels.
  /// - Returns: The plot.
  public static func histogram(
    title: String = "", xLabel: String, yLabel: String = "count", values: [Double], bins: Int = 20,
    width: Double = 560, height: Double = 280
  ) -> BarPlot {
    let finite = values.filter(\.isFinite)
    let scale = Scale(covering: finite, ticks: max(1, bins), start: 0, end: 1)
    let edges = scale.ticks
    var counts = [Int](repeating: 0, count: max(0, edges.count - 1))
    for value in finite where !counts.isEmpty {
      let bin = Int(((value - scale.low) / scale.step).rounded(.down))
      counts[max(0, min(counts.count - 1, bin))] += 1
    }
    return BarPlot(
      title: title, xLabel: xLabel, yLabel: yLabel, edges: edges, counts: counts, width: width,
      height: height)
  }

  /// The plot as an SVG document.
  public var svg: String {
    switch bars {
    case .named(let values): named(values)
    case .histogram(let edges, let counts): histogram(edges, counts)
    }
  }

  private func named(_ values: [(name: String, value: Double)]) -> String {
    let y = Scale(covering: values.map(\.value) + [0], start: frame.bottom, end: frame.top)
    let slot = (frame.right - frame.left) / Double(max(1, values.count))
    var (marks, ticks) = ("", [(Double, String)]())
    for (index, bar) in values.enumerated() {
      let middle = frame.left + (Double(index) + 0.5) * slot
      let wide = min(60, slot * 0.7)
      marks += self.bar(from: middle - wide / 2, to: middle + wide / 2, value: bar.value, y)
      let room = max(2, Int(slot / 6.2))
      let name = bar.name.count > room ? bar.name.prefix(room - 1) + "\u{2026}" : bar.name
      ticks.append((middle, name))
    }
    return frame.document(xTicks: ticks, y: y, marks: marks)
  }

  private func histogram(_ edges: [Double], _ counts: [Int]) -> String {
    let y = Scale(
      covering: counts.map(Double.init) + [0, 1], start: frame.bottom, end: frame.top)
    let x = Scale(covering: edges, ticks: 6, start: frame.left + 4, end: frame.right - 4)
    var marks = ""
    for (bin, count) in counts.enumerated() where count > 0 {
      marks += bar(
        from: x.position(edges[bin]) + 0.5, to: x.position(edges[bin + 1]) - 0.5,
        value: Double(count), y)
    }
    return frame.document(xTicks: x.ticks.map { (x.position($0), x.label($0)) }, y: y, marks: marks)
  }

  private func bar(from left: Double, to right: Double, value: Double, _ y: Scale) -> String {
    guard value.isFinite else { return "" }
    let (zero, tip) = (y.position(0), y.position(value))
    return """
      <rect x="\(frame.n(left))" y="\(frame.n(min(zero, tip)))" \
      width="\(frame.n(max(0.5, right - left)))" height="\(frame.n(abs(zero - tip)))" \
      style="fill:\(PlotFrame.color(0))"/>

      """
  }
}
