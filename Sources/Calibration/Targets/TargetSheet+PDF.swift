import Foundation

extension TargetSheet {
  /// The sheet as a PDF file of one page, all of it vectors.
  public var pdf: [UInt8] {
    let content = pdfContent
    let points = 72 / 25.4
    let objects = [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 \(mm(width * points)) \(mm(height * points))]"
        + " /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      "<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    var file = "%PDF-1.4\n"
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(file.utf8.count)
      file += "\(index + 1) 0 obj\n\(object)\nendobj\n"
    }
    let start = file.utf8.count
    file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
    for offset in offsets { file += String(format: "%010d 00000 n \n", offset) }
    file += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
    return [UInt8](file.utf8)
  }

  /// Drawing in millimetres with y downwards.
  private var pdfContent: String {
    let points = String(format: "%.9f", 72 / 25.4)
    var lines = ["\(points) 0 0 -\(points) 0 \(mm(height * 72 / 25.4)) cm"]
    for group in rectangles {
      lines.append(group.isBlack ? "0 g" : "1 g")
      lines += group.rectangles.map {
        "\(mm($0.x)) \(mm($0.y)) \(mm($0.width)) \(mm($0.height)) re"
      }
      if !group.rectangles.isEmpty { lines.append("f") }
    }
    lines.append("0 g")
    lines += discs.map { Self.circle($0.x, $0.y, $0.radius, mm) }
    lines.append("0.2 w")
    lines += rulerStrokes.map { "\(mm($0.x)) \(mm($0.y)) m \(mm($0.toX)) \(mm($0.toY)) l S" }
    for label in labels {
      let text = label.text.replacingOccurrences(of: "\\", with: "\\\\")
        .replacingOccurrences(of: "(", with: "\\(").replacingOccurrences(of: ")", with: "\\)")
      lines.append(
        "BT /F1 \(Self.textSize) Tf 1 0 0 -1 \(mm(label.x)) \(mm(label.y)) Tm (\(text)) Tj ET")
    }
    return lines.joined(separator: "\n")
  }

  /// Four cubic curves; they depart from the circle by at most 0.03 % of the radius.
  private static func circle(
    _ x: Double, _ y: Double, _ r: Double, _ mm: (Double) -> String
  ) -> String {
    let k = 0.5522847498 * r
    func curve(_ values: Double...) -> String { values.map(mm).joined(separator: " ") + " c" }
    return [
      "\(mm(x + r)) \(mm(y)) m", curve(x + r, y + k, x + k, y + r, x, y + r),
      curve(x - k, y + r, x - r, y + k, x - r, y), curve(x - r, y - k, x - k, y - r, x, y - r),
      curve(x + k, y - r, x + r, y - k, x + r, y), "f",
    ].joined(separator: "\n")
  }
}
