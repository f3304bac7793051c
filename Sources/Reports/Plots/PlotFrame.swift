import Foundation

/// The parts that all plots share: size, axes, grid lines, labels.
struct PlotFrame {
  let title: String
  let xLabel: String
  let yLabel: String
  let width: Double
  let height: Double
  /// Room kept free at the right, for a scale of colours.
  var rightMargin = 0.0

  var left: Double { 58 }
  var right: Double { width - 14 - rightMargin }
  var top: Double { title.isEmpty ? 12 : 34 }
  var bottom: Double { height - 46 }

  /// A whole SVG document around `marks`, with grid lines where there is a vertical scale.
  func document(xTicks: [(Double, String)], y: Scale?, marks: String) -> String {
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(n(width)) \(n(height))" \
      width="\(n(width))" height="\(n(height))" role="img" aria-label="\(HTMLText.escape(title))" \
      font-family="system-ui, sans-serif" font-size="11" fill="currentColor">

      """
    if !title.isEmpty {
      text += """
        <text x="\(n(left))" y="18" font-size="13" font-weight="600">\(HTMLText.escape(title))</text>

        """
    }
    if let y { text += gridLines(y) }
    for (at, label) in xTicks {
      text += """
        <line x1="\(n(at))" x2="\(n(at))" y1="\(n(bottom))" y2="\(n(bottom + 4))" \
        stroke="currentColor" stroke-opacity="0.5"/>
        <text x="\(n(at))" y="\(n(bottom + 16))" text-anchor="middle">\(HTMLText.escape(label))</text>

        """
    }
    text += marks
    text += """
      <line x1="\(n(left))" x2="\(n(right))" y1="\(n(bottom))" y2="\(n(bottom))" \
      stroke="currentColor" stroke-opacity="0.5"/>
      <text x="\(n((left + right) / 2))" y="\(n(height - 8))" text-anchor="middle">\
      \(HTMLText.escape(xLabel))</text>
      <text transform="translate(13 \(n((top + bottom) / 2))) rotate(-90)" text-anchor="middle">\
      \(HTMLText.escape(yLabel))</text>
      </svg>

      """
    return text
  }

  private func gridLines(_ y: Scale) -> String {
    y.ticks.map { value in
      let at = n(y.position(value))
      return """
        <line x1="\(n(left))" x2="\(n(right))" y1="\(at)" y2="\(at)" stroke="currentColor" \
        stroke-opacity="0.15"/>
        <text x="\(n(left - 6))" y="\(at)" dy="0.35em" text-anchor="end">\(y.label(value))</text>

        """
    }.joined()
  }

  /// A pixel number with at most two decimals.
  func n(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() && abs(rounded) < 1e9
      ? String(Int(rounded)) : String(rounded)
  }

  /// Colours of series: the page's own where it defines them.
  static func color(_ index: Int) -> String {
    let fallback = ["#2463b4", "#c2571a", "#1d7a46", "#7a4fb5"]
    return "var(--series-\(index % 4 + 1), \(fallback[index % 4]))"
  }
}
