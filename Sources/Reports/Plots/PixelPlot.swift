public import Geometry

/// A plot over an image's area, as SVG: the axes are pixel coordinates, the origin at the top left.
public struct PixelPlot: Sendable {
  /// What is drawn, in the order given.
  public enum Layer: Sendable {
    /// Coloured cells that fill the image, row by row, with a scale of colours beside them; not finite values stay empty.
    case cells(columns: Int, values: [Double], label: String)
    /// Dots at places, pixels.
    case dots([Vector2], radius: Double, series: Int)
    /// Arrows from places; both in pixels, the arrow drawn `magnification` times as long.
    case arrows([(at: Vector2, vector: Vector2)], magnification: Double, series: Int)
    /// Outlines through places, pixels.
    case outlines([[Vector2]], series: Int)
  }

  private let frame: PlotFrame
  private let columns: Double
  private let rows: Double
  private let layers: [Layer]
  private static let scaleWidth = 86.0

  /// A plot over an image.
  ///
  /// - Parameters:
  ///   - title: Title; none when empty.
  ///   - imageWidth: Width of the image, pixels.
  ///   - imageHeight: Height of the image, pixels.
  ///   - layers: What is drawn.
  ///   - width: Width of the plot, pixels; its height follows from the image's shape.
  public init(
    title: String = "", imageWidth: Int, imageHeight: Int, layers: [Layer], width: Double = 560
  ) {
    columns = Double(max(1, imageWidth))
    rows = Double(max(1, imageHeight))
    self.layers = layers
    let room = layers.contains(where: \.hasScale) ? Self.scaleWidth : 0
    let blank = PlotFrame(title: title, xLabel: "u, px", yLabel: "v, px", width: width, height: 0)
    let inner = blank.right - blank.left - room
    let height = blank.top - blank.bottom + inner * rows / columns
    frame = PlotFrame(
      title: title, xLabel: "u, px", yLabel: "v, px", width: width, height: height,
      rightMargin: room)
  }

  private func x(_ u: Double) -> Double {
    frame.left + (u + 0.5) / columns * (frame.right - frame.left)
  }

  private func y(_ v: Double) -> Double {
    frame.top + (v + 0.5) / rows * (frame.bottom - frame.top)
  }

  /// The plot as an SVG document.
  public var svg: String {
    let across = Scale(covering: [0, columns], ticks: 6, start: 0, end: 1)
    let down = Scale(covering: [0, rows], ticks: 5, start: 0, end: 1)
    var marks = ""
    for layer in layers { marks += drawn(layer) }
    for v in down.ticks where v <= rows {
      marks += """
        <text x="\(frame.n(frame.left - 6))" y="\(frame.n(y(v)))" dy="0.35em" \
        text-anchor="end">\(down.label(v))</text>

        """
    }
    let ticks = across.ticks.filter { $0 <= columns }.map { (x($0), across.label($0)) }
    return frame.document(xTicks: ticks, y: nil, marks: outline + marks)
  }

  private var outline: String {
    """
    <rect x="\(frame.n(frame.left))" y="\(frame.n(frame.top))" \
    width="\(frame.n(frame.right - frame.left))" height="\(frame.n(frame.bottom - frame.top))" \
    fill="none" stroke="currentColor" stroke-opacity="0.3"/>

    """
  }

  private func drawn(_ layer: Layer) -> String {
    switch layer {
    case .cells(let columns, let values, let label): cells(columns, values, label)
    case .dots(let places, let radius, let series):
      places.filter { $0.x.isFinite && $0.y.isFinite }.map {
        """
        <circle cx="\(frame.n(x($0.x)))" cy="\(frame.n(y($0.y)))" r="\(frame.n(radius))" \
        style="fill:\(PlotFrame.color(series))" fill-opacity="0.7"/>

        """
      }.joined()
    case .arrows(let arrows, let magnification, let series):
      """
      <path d="\(arrows.map { path($0, magnification) }.joined())" \
      style="fill:none;stroke:\(PlotFrame.color(series));stroke-width:1.1"/>

      """
    case .outlines(let outlines, let series):
      outlines.filter { $0.count > 1 }.map { outline in
        let corners = outline.map { "\(frame.n(x($0.x))),\(frame.n(y($0.y)))" }
        return """
          <polygon points="\(corners.joined(separator: " "))" \
          style="stroke:\(PlotFrame.color(series));fill:\(PlotFrame.color(series))" \
          fill-opacity="0.06"/>

          """
      }.joined()
    }
  }

  /// A line with a short barb on each side of its tip.
  private func path(_ arrow: (at: Vector2, vector: Vector2), _ magnification: Double) -> String {
    let shift = arrow.vector * magnification
    let tip = arrow.at + shift
    guard arrow.at.x.isFinite, arrow.at.y.isFinite, tip.x.isFinite, tip.y.isFinite else {
      return ""
    }
    let scale = (frame.right - frame.left) / columns
    let length = (shift.x * shift.x + shift.y * shift.y).squareRoot() * scale
    let (x1, y1) = (x(tip.x), y(tip.y))
    var text =
      "M\(frame.n(x(arrow.at.x))) \(frame.n(y(arrow.at.y)))L\(frame.n(x1)) \(frame.n(y1))"
    guard length > 3 else { return text }
    let barb = min(4, length / 3) / length * scale
    let back = Vector2(-shift.x, -shift.y) * barb
    for side in [0.5, -0.5] {
      let end = (x1 + back.x - side * back.y, y1 + back.y + side * back.x)
      text += "M\(frame.n(x1)) \(frame.n(y1))L\(frame.n(end.0)) \(frame.n(end.1))"
    }
    return text
  }

  private func cells(_ columns: Int, _ values: [Double], _ label: String) -> String {
    precondition(
      columns > 0 && values.count % columns == 0, "\(values.count) cells in rows of \(columns)")
    let rows = values.count / columns
    guard rows > 0 else { return "" }
    let finite = values.filter(\.isFinite)
    let scale = Scale(
      covering: finite + [0], ticks: 5, start: frame.bottom, end: frame.top)
    let wide = (frame.right - frame.left) / Double(columns)
    let high = (frame.bottom - frame.top) / Double(rows)
    var text = ""
    for (index, value) in values.enumerated() where value.isFinite {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let share = (value - scale.low) / (scale.high - scale.low)
      text += """
        <rect x="\(frame.n(frame.left + Double(column) * wide))" \
        y="\(frame.n(frame.top + Double(row) * high))" width="\(frame.n(wide + 0.4))" \
        height="\(frame.n(high + 0.4))" fill="\(SequentialColors.hexadecimal(share))"/>

        """
    }
    return text + legend(scale, label)
  }

  private func legend(_ scale: Scale, _ label: String) -> String {
    let left = frame.right + 14
    let steps = 32
    let high = (frame.bottom - frame.top) / Double(steps)
    var text = ""
    for step in 0..<steps {
      let share = (Double(step) + 0.5) / Double(steps)
      text += """
        <rect x="\(frame.n(left))" y="\(frame.n(frame.bottom - Double(step + 1) * high))" \
        width="12" height="\(frame.n(high + 0.4))" fill="\(SequentialColors.hexadecimal(share))"/>

        """
    }
    for value in scale.ticks {
      text += """
        <text x="\(frame.n(left + 17))" y="\(frame.n(scale.position(value)))" \
        dy="0.35em">\(scale.label(value))</text>

        """
    }
    let middle = frame.n((frame.top + frame.bottom) / 2)
    return text + """
      <text transform="translate(\(frame.n(left + 66)) \(middle)) rotate(-90)" \
      text-anchor="middle">\(HTMLText.escape(label))</text>

      """
  }
}

extension PixelPlot.Layer {
  fileprivate var hasScale: Bool {
    if case .cells = self { return true }
    return false
  }
}

/// Colours from light to dark that keep their order in grey.
enum SequentialColors {
  private static let stops: [(Double, Double, Double)] = [
    (253, 231, 37), (94, 201, 98), (33, 145, 140), (59, 82, 139), (68, 1, 84),
  ]

  /// The colour of a share from 0 (light) to 1 (dark).
  static func hexadecimal(_ share: Double) -> String {
    let place = max(0, min(1, share)) * Double(stops.count - 1)
    let low = min(stops.count - 2, Int(place))
    let part = place - Double(low)
    let (a, b) = (stops[low], stops[low + 1])
    let mixed = [(a.0, b.0), (a.1, b.1), (a.2, b.2)].map { Int($0.0 + part * ($0.1 - $0.0)) }
    return "#" + mixed.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
