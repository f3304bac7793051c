/// A confusion matrix as SVG: rows are true classes, columns what was found, cells their counts, shaded by the share of the row.
public struct ConfusionPlot: Sendable {
  private let classes: [String]
  private let counts: [[Int]]
  private let title: String

  /// A confusion matrix.
  ///
  /// - Parameters:
  ///   - classes: Names of the classes.
  ///   - counts: `counts[true][found]`, as many rows and columns as classes.
  ///   - title: Title; none when empty.
  public init(classes: [String], counts: [[Int]], title: String = "") {
    precondition(
      counts.count == classes.count && counts.allSatisfy { $0.count == classes.count },
      "a confusion matrix of \(classes.count) classes has as many rows and columns")
    self.classes = classes
    self.counts = counts
    self.title = title
  }

  /// The plot as an SVG document.
  public var svg: String {
    let cell = max(14, min(48, 720 / max(1, classes.count)))
    let margin = 12 + 7 * (classes.map(\.count).max() ?? 0)
    let (left, top) = (margin + 20, 40 + margin)
    let side = cell * classes.count
    let (width, height) = (left + side + 16, top + side + 16)
    var marks = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="12">
      <rect width="\(width)" height="\(height)" fill="white"/>
      <text x="\(left)" y="20" font-size="14">\(Self.escaped(title)): rows true, columns found</text>

      """
    for (row, values) in counts.enumerated() {
      let y = top + row * cell
      let total = max(1, values.reduce(0, +))
      marks += """
        <text x="\(left - 6)" y="\(y + cell / 2 + 4)" text-anchor="end">\(Self.escaped(classes[row]))</text>
        <text transform="translate(\(left + row * cell + cell / 2 + 4),\(top - 6)) rotate(-90)">\(Self.escaped(classes[row]))</text>

        """
      for (column, count) in values.enumerated() {
        let x = left + column * cell
        let share = Double(count) / Double(total)
        let shade = 255 - Int((share * 205).rounded())
        let (red, green) = row == column ? (shade, 255 - (255 - shade) / 2) : (255, shade)
        marks += """
          <rect x="\(x)" y="\(y)" width="\(cell)" height="\(cell)" stroke="#ccc" \
          fill="rgb(\(red),\(green),\(shade))"/>

          """
        guard count > 0, cell >= 20 else { continue }
        marks += """
          <text x="\(x + cell / 2)" y="\(y + cell / 2 + 4)" text-anchor="middle">\(count)</text>

          """
      }
    }
    return marks + "</svg>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
