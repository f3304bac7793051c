import Foundation

extension TargetSheet {
  /// The sheet as SVG, its size in millimetres.
  public var svg: String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(mm(width))mm\" height=\"\(mm(height))mm\""
        + " viewBox=\"0 0 \(mm(width)) \(mm(height))\">",
      "<title>\(target)</title>",
      "<rect width=\"\(mm(width))\" height=\"\(mm(height))\" fill=\"white\"/>",
    ]
    for group in rectangles {
      let path = group.rectangles.map {
        "M\(mm($0.x)) \(mm($0.y))h\(mm($0.width))v\(mm($0.height))h\(mm(-$0.width))z"
      }.joined()
      lines.append("<path fill=\"\(group.isBlack ? "black" : "white")\" d=\"\(path)\"/>")
    }
    for disc in discs {
      lines.append(
        "<circle cx=\"\(mm(disc.x))\" cy=\"\(mm(disc.y))\" r=\"\(mm(disc.radius))\"/>")
    }
    let ticks = rulerStrokes.map { "M\(mm($0.x)) \(mm($0.y))L\(mm($0.toX)) \(mm($0.toY))" }
    lines.append("<path stroke=\"black\" stroke-width=\"0.2\" d=\"\(ticks.joined())\"/>")
    for label in labels {
      lines.append(
        "<text x=\"\(mm(label.x))\" y=\"\(mm(label.y))\" font-family=\"Helvetica, Arial, sans-serif\""
          + " font-size=\"\(Self.textSize)\">\(label.text)</text>")
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// A line of 100 mm with a tick every 10 mm.
  var rulerStrokes: [(x: Double, y: Double, toX: Double, toY: Double)] {
    [(ruler.x, ruler.y, ruler.x + 100, ruler.y)]
      + (0...10).map {
        let x = ruler.x + 10 * Double($0)
        return (x, ruler.y, x, ruler.y + ($0 % 5 == 0 ? 3 : 2))
      }
  }

  /// A number of millimetres without needless zeros, exact to 0.1 micrometres.
  func mm(_ value: Double) -> String {
    var text = String(format: "%.4f", value)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
