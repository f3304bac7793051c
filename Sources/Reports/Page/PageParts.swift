/// Pieces that all pages are put together from.
enum PageParts {
  /// A framed section; `body` is HTML.
  static func card(_ title: String, _ body: String) -> String {
    "<section class=\"card\"><h2>\(HTMLText.escape(title))</h2>\(body)</section>"
  }

  /// A table of HTML cells.
  static func table(_ heads: [String], _ rows: [[String]], numeric: Set<Int> = []) -> String {
    func cells(_ tag: String, _ row: [String]) -> String {
      row.enumerated().map { index, text in
        "<\(tag)\(numeric.contains(index) ? " class=\"n\"" : "")>\(text)</\(tag)>"
      }.joined()
    }
    let body = rows.map { "<tr>\(cells("td", $0))</tr>" }.joined(separator: "\n")
    return "<table><thead><tr>\(cells("th", heads))</tr></thead><tbody>\n\(body)</tbody></table>"
  }

  /// A list of terms with their explanations, both HTML.
  static func definitions(_ entries: [(term: String, text: String)]) -> String {
    let body = entries.map { "<dt>\($0.term)</dt><dd>\($0.text)</dd>" }
    return "<dl>\(body.joined(separator: "\n"))</dl>"
  }
}
