/// A plot of one or more series of points joined by lines, as SVG.
public struct LinePlot: Sendable {
  /// One line.
  public struct Series: Sendable {
    /// Its name in the legend; no legend entry when empty.
    public var name: String
    /// Horizontal values.
    public var x: [Double]
    /// Vertical values; not finite ones leave a gap.
    public var y: [Double]

    /// A line through points.
    ///
    /// - Parameters:
    ///   - name: Its name in the legend.
    ///   - x: Horizontal values.
    ///   - y: Vertical values, as many.
    public init(_ name: String = "", x: [Double], y: [Double]) {
      precondition(x.count == y.count, "\(x.count) horizontal and \(y.count) vertical values")
      self.name = name
      self.x = x
      self.y = y
    }
  }

  private let frame: PlotFrame
  private let series: [Series]
  private let includesZero: Bool

  /// A plot of lines.
  ///
  /// - Parameters:
  ///   - title: Title; none when empty.
  ///   - xLabel: What the horizontal axis shows, with its unit.
  ///   - yLabel: What the vertical axis shows, with its unit.
  ///   - series: The lines.
  ///   - includesZero: Whether the vertical axis reaches 0.
  ///   - width: Width, pixels.
  ///   - height: Height, pixels.
  public init(
    title: String = "", xLabel: String, yLabel: String, series: [Series],
    includesZero: Bool = true, width: Double = 560, height: Double = 280
  ) {
    frame = PlotFrame(title: title, xLabel: xLabel, yLabel: yLabel, width: width, height: height)
    self.series = series
    self.includesZero = includesZero
  }

  /// The plot as an SVG document.
  public var svg: String {
    let x = Scale(
      covering: series.flatMap(\.x), ticks: 6, start: frame.left + 4, end: frame.right - 4)
    let y = Scale(
      covering: series.flatMap(\.y) + (includesZero ? [0] : []), start: frame.bottom, end: frame.top
    )
    var marks = ""
    for (index, line) in series.enumerated() {
      marks += self.line(line, color: PlotFrame.color(index), x, y)
    }
    marks += legend
    return frame.document(xTicks: x.ticks.map { (x.position($0), x.label($0)) }, y: y, marks: marks)
  }

  private func line(_ line: Series, color: String, _ x: Scale, _ y: Scale) -> String {
    var path = ""
    var isDrawing = false
    var lonely = ""
    for k in line.x.indices {
      guard line.x[k].isFinite, line.y[k].isFinite else {
        isDrawing = false
        continue
      }
      let (u, v) = (frame.n(x.position(line.x[k])), frame.n(y.position(line.y[k])))
      path += "\(isDrawing ? "L" : "M")\(u) \(v)"
      isDrawing = true
      if line.x.count <= 40 {
        lonely += "<circle cx=\"\(u)\" cy=\"\(v)\" r=\"2.5\" style=\"fill:\(color)\"/>\n"
      }
    }
    return """
      <path d="\(path)" style="fill:none;stroke:\(color);stroke-width:1.8;stroke-linejoin:round"/>
      \(lonely)
      """
  }

  private var legend: String {
    var text = ""
    var at = frame.right
    for (index, line) in series.enumerated().reversed() where !line.name.isEmpty {
      let shown = HTMLText.escape(line.name)
      text += """
        <text x="\(frame.n(at))" y="18" text-anchor="end" style="fill:\(PlotFrame.color(index))">\
        \(shown)</text>

        """
      at -= Double(line.name.count) * 6.6 + 16
    }
    return text
  }
}
