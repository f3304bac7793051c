import Foundation

/// What a report was made of.
public struct ReportSummary: Sendable, Equatable {
  /// The page.
  public var path: String
  /// Its size in bytes.
  public var byteCount: Int
  /// Frames shown.
  public var frameCount: Int
  /// What was thinned, left out or could not be read; also stated on the page.
  public var notices: [String]
}

/// The report of a run: one page that opens from disk without a network.
public enum RunReport {
  /// Largest size of a page unless another is given: 25 MB.
  public static let defaultByteLimit = 25_000_000

  /// Writes the report of an output folder.
  ///
  /// The page shows the clouds with boxes, pictures, timing and receipts of the run. What does not fit into `byteLimit` is
  /// thinned, first points and pictures, then frames; the page says so. The page appears whole or not at all.
  ///
  /// - Parameters:
  ///   - folder: The folder that `parallax run` wrote; without `run.json`, what is found in it is shown.
  ///   - path: The page; `report.html` in the folder when left out.
  ///   - byteLimit: Largest size of the page, bytes; at least 100 kB.
  /// - Returns: What was written.
  /// - Throws: ``ReportError``.
  public static func write(
    folder: String, to path: String? = nil, byteLimit: Int = defaultByteLimit
  ) throws -> ReportSummary {
    let target = path ?? (folder.hasSuffix("/") ? folder + "report.html" : folder + "/report.html")
    var content = ReportContent(try RunFolder(folder), byteLimit: max(100_000, byteLimit))
    content.read()
    let page = ReportPage(content).bytes
    do {
      try page.write(to: URL(fileURLWithPath: target), options: .atomic)
    } catch {
      throw ReportError.unwritable(path: target, reason: "\(error.localizedDescription)")
    }
    return ReportSummary(
      path: target, byteCount: page.count, frameCount: content.frames.count,
      notices: content.notices)
  }
}
