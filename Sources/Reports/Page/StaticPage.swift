public import Foundation

/// A self-contained HTML page of figures, tables and plots, without scripts.
public struct StaticPage: Sendable {
  /// How a figure at the head of the page is coloured.
  public enum Tone: String, Sendable {
    /// A plain figure.
    case plain = ""
    /// A good one.
    case good
    /// One to look at.
    case warn
    /// A bad one.
    case bad
  }

  private let title: String
  private let subheading: String
  private var figures: [String] = []
  private var notices: [String] = []
  private var sections: [String] = []

  /// An empty page.
  ///
  /// - Parameters:
  ///   - title: Title.
  ///   - subheading: What stands below it.
  public init(title: String, subheading: String) {
    self.title = title
    self.subheading = subheading
  }

  /// Puts a figure at the head of the page.
  ///
  /// - Parameters:
  ///   - name: What it is, with its unit.
  ///   - value: Its text.
  ///   - tone: Its colour.
  public mutating func addFigure(_ name: String, _ value: String, tone: Tone = .plain) {
    figures.append(
      "<div class=\"\(tone.rawValue)\"><dt>\(HTMLText.escape(name))</dt>"
        + "<dd>\(HTMLText.escape(value))</dd></div>")
  }

  /// Adds a framed line of warning.
  ///
  /// - Parameter text: Plain text.
  public mutating func addNotice(_ text: String) {
    notices.append("<p class=\"notice\">\(HTMLText.escape(text))</p>")
  }

  /// Adds a section with a table.
  ///
  /// - Parameters:
  ///   - title: Its title.
  ///   - heads: Heads of the columns, plain text.
  ///   - rows: Cells, plain text.
  ///   - numeric: Columns that hold numbers.
  ///   - note: A paragraph below.
  public mutating func addTable(
    _ title: String, heads: [String], rows: [[String]], numeric: Set<Int> = [], note: String = ""
  ) {
    let body = PageParts.table(
      heads.map(HTMLText.escape), rows.map { $0.map(HTMLText.escape) }, numeric: numeric)
    sections.append(PageParts.card(title, body + Self.paragraph(note)))
  }

  /// Adds a section with plots.
  ///
  /// - Parameters:
  ///   - title: Its title.
  ///   - svgs: SVG documents that this program made.
  ///   - note: A paragraph below.
  public mutating func addPlots(_ title: String, svgs: [String], note: String = "") {
    sections.append(PageParts.card(title, svgs.joined(separator: "\n") + Self.paragraph(note)))
  }

  /// Adds a section with pictures.
  ///
  /// - Parameters:
  ///   - title: Its title.
  ///   - pictures: Captions and JPEG bytes.
  ///   - note: A paragraph below.
  public mutating func addPictures(
    _ title: String, pictures: [(caption: String, jpeg: Data)], note: String = ""
  ) {
    let body = pictures.map { picture in
      let caption = HTMLText.escape(picture.caption)
      return """
        <figure><figcaption>\(caption)</figcaption><img alt="\(caption)" \
        src="data:image/jpeg;base64,\(picture.jpeg.base64EncodedString())"></figure>
        """
    }
    sections.append(PageParts.card(title, body.joined(separator: "\n") + Self.paragraph(note)))
  }

  private static func paragraph(_ note: String) -> String {
    note.isEmpty ? "" : "<p>\(HTMLText.escape(note))</p>"
  }

  /// The page's HTML.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
    <title>\(HTMLText.escape(title))</title>
    <style>\(String(decoding: PackageResources.viewer_css, as: UTF8.self))</style>
    </head>
    <body>
    <header class="top">
      <div class="name"><h1>\(HTMLText.escape(title))</h1><p>\(HTMLText.escape(subheading))</p></div>
      <dl class="counts">\(figures.joined())</dl>
    </header>
    \(notices.joined(separator: "\n"))
    <div class="sections" style="padding-top:10px">
    \(sections.joined(separator: "\n"))
    </div>
    </body>
    </html>

    """
  }
}
