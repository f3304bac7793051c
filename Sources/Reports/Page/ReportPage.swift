import Foundation

/// The page: template, styles, tables, data and viewer put together.
struct ReportPage {
  let content: ReportContent

  init(_ content: ReportContent) { self.content = content }

  /// The whole page.
  var bytes: Data {
    let parts: [String: () -> Data] = [
      "title": { Data(HTMLText.escape(name + " \u{00B7} Parallax report").utf8) },
      "heading": { Data(HTMLText.escape(name).utf8) },
      "subheading": { Data(HTMLText.escape(subheading).utf8) },
      "style": { Data(PackageResources.viewer_css) },
      "counts": { Data(counts.utf8) },
      "notices": { Data(notices.utf8) },
      "sections": { Data(sections.utf8) },
      "data": { Data(ReportData(content).json.utf8) },
      "blocks": { blocks },
      "script": { script },
    ]
    return Self.fill(String(decoding: PackageResources.viewer_html, as: UTF8.self), with: parts)
  }

  /// Puts parts in the place of `{{name}}`, in one pass: what is put in is never searched.
  static func fill(_ template: String, with parts: [String: () -> Data]) -> Data {
    var result = Data()
    var rest = template[...]
    while let open = rest.range(of: "{{"), let close = rest.range(of: "}}") {
      result.append(contentsOf: rest[..<open.lowerBound].utf8)
      if let part = parts[String(rest[open.upperBound..<close.lowerBound])] {
        result.append(part())
      }
      rest = rest[close.upperBound...]
    }
    result.append(contentsOf: rest.utf8)
    return result
  }

  private var record: RunRecord? { content.folder.record }

  private var name: String {
    if let name = record?.name, !name.isEmpty { return name }
    return URL(fileURLWithPath: content.folder.path).lastPathComponent
  }

  private var subheading: String {
    let count = content.frames.count
    var parts = ["Parallax report", "\(count) frame\(count == 1 ? "" : "s") shown"]
    let times = content.frames.compactMap(\.time)
    if let first = times.min(), let last = times.max() {
      let seconds = Double(last.nanoseconds &- first.nanoseconds) / 1e9
      parts.append(first.readable + (seconds > 0 ? String(format: " + %.2f s", seconds) : ""))
    }
    return parts.joined(separator: " \u{00B7} ")
  }

  private var script: Data {
    var script = Data("\"use strict\";\n(() => {\n".utf8)
    for part in [
      PackageResources.camera_js, PackageResources.points_js, PackageResources.drawing_js,
      PackageResources.viewer_js,
    ] {
      script.append(contentsOf: part)
    }
    script.append(contentsOf: "})();\n".utf8)
    return script
  }

  private var blocks: Data {
    var result = Data()
    for block in content.blocks {
      result.append(contentsOf: "<script type=\"text/plain\" id=\"\(block.id)\">".utf8)
      result.append(contentsOf: block.text.utf8)
      result.append(contentsOf: "</script>\n".utf8)
    }
    return result
  }

  private var notices: String {
    content.notices.map { "<p class=\"notice\">\(HTMLText.escape($0))</p>" }
      .joined(separator: "\n")
  }

  private var counts: String {
    guard let record else { return "" }
    func entry(_ name: String, _ value: Int?, _ style: String = "") -> String {
      value.map { "<div class=\"\(style)\"><dt>\(name)</dt><dd>\($0)</dd></div>" } ?? ""
    }
    let skipped = record.skipped ?? 0
    let failed = record.failed ?? 0
    var text = entry("frames read", record.read)
    text += entry("written", record.written, "good")
    text += entry("skipped", record.skipped, skipped > 0 ? "warn" : "")
    text += entry("failed", record.failed, failed > 0 ? "bad" : "")
    if record.emptyResults > 0 { text += entry("left empty", record.emptyResults, "warn") }
    if let seconds = record.seconds {
      text += "<div><dt>seconds</dt><dd>\(String(format: "%.1f", seconds))</dd></div>"
    }
    return text.isEmpty ? "" : "<dl class=\"counts\">\(text)</dl>"
  }
}
