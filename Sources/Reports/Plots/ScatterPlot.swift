/// A plot of points of several classes, as SVG; classes differ in colour and in shape.
public struct ScatterPlot: Sendable {
  /// The points of one class.
  public struct Series: Sendable {
    /// Its name in the legend.
    public var name: String
    /// The points; not finite ones are passed over.
    public var points: [SIMD2<Double>]

    /// The points of one class.
    ///
    /// - Parameters:
    ///   - name: Its name in the legend.
    ///   - points: The points.
    public init(_ name: String, points: [SIMD2<Double>]) {
      self.name = name
      self.points = points
    }
  }

  private let frame: PlotFrame
  private let series: [Series]

  /// A plot of points.
  ///
  /// - Parameters:
  ///   - title: Title; none when empty.
  ///   - xLabel: What the horizontal axis shows.
  ///   - yLabel: What the vertical axis shows.
  ///   - series: The classes.
  ///   - width: Width, pixels.
  ///   - height: Height, pixels.
  public init(
    title: String = "", xLabel: String, yLabel: String, series: [Series], width: Double = 560,
    height: Double = 440
  ) {
    frame = PlotFrame(title: title, xLabel: xLabel, yLabel: yLabel, width: width, height: height)
    self.series = series
  }

  /// The plot as an SVG document.
  public var svg: String {
    let all = series.flatMap(\.points)
    let legendWidth = 24 + 6.4 * Double(series.map(\.name.count).max() ?? 0)
    let x = Scale(
      covering: all.map(\.x), ticks: 6, start: frame.left + 6, end: frame.right - 6 - legendWidth)
    let y = Scale(covering: all.map(\.y), start: frame.bottom - 6, end: frame.top + 6)
    var marks = ""
    for (index, part) in series.enumerated() {
      let style = "style=\"fill:\(Self.colour(index));fill-opacity:0.75\""
      for point in part.points where point.x.isFinite && point.y.isFinite {
        marks += mark(index, x.position(point.x), y.position(point.y), style)
      }
      let at = (x: frame.right - legendWidth + 8, y: frame.top + 10 + 17 * Double(index))
      marks += mark(index, at.x, at.y, style)
      marks += """
        <text x="\(frame.n(at.x + 9))" y="\(frame.n(at.y))" dy="0.35em">\
        \(HTMLText.escape(part.name))</text>

        """
    }
    return frame.document(xTicks: x.ticks.map { (x.position($0), x.label($0)) }, y: y, marks: marks)
  }

  /// Circle, square, triangle or diamond.
  private func mark(_ index: Int, _ x: Double, _ y: Double, _ style: String) -> String {
    let (u, v) = (frame.n(x), frame.n(y))
    switch index % 4 {
    case 0: return "<circle cx=\"\(u)\" cy=\"\(v)\" r=\"3.2\" \(style)/>\n"
    case 1:
      return """
        <rect x="\(frame.n(x - 2.8))" y="\(frame.n(y - 2.8))" width="5.6" height="5.6" \(style)/>

        """
    case 2: return "<path d=\"M\(u) \(frame.n(y - 3.8))l3.6 6.4h-7.2z\" \(style)/>\n"
    default: return "<path d=\"M\(u) \(frame.n(y - 4))l3.6 4l-3.6 4l-3.6-4z\" \(style)/>\n"
    }
  }

  private static func colour(_ index: Int) -> String {
    let colours = [
      "#2463b4", "#c2571a", "#1d7a46", "#7a4fb5", "#b01f4b", "#0f8a97", "#8a6d00", "#555555",
      "#d4669b", "#5b8c1a",
    ]
    return colours[index % colours.count]
  }
}
