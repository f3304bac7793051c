import Reports

/// `parallax view DIR`.
enum ViewCommand: Command {
  static let description = CommandDescription(
    name: "view",
    summary: "write a self-contained report.html for an output folder of `parallax run`",
    discussion: """
      The page opens from disk without a network: clouds with boxes, pictures, a time slider, timing and receipts. What does not
      fit into the size limit is thinned, and the page says so.
      """,
    positionals: [.init(name: "DIR", summary: "the folder that `parallax run --out` wrote")],
    options: [
      .init(
        name: "--out", value: "FILE.html",
        summary: "where to write the page; DIR/report.html by default"),
      .init(
        name: "--max-megabytes", value: "N", summary: "largest size of the page; 25 by default"),
      CommandDescription.json,
    ],
    examples: ["parallax view out"])

  private struct Summary: Encodable {
    var path: String
    var bytes: Int
    var frames: Int
    var notices: [String]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let limit = try arguments.number(of: "--max-megabytes").map { $0 * 1_000_000 }
    let report: ReportSummary
    do {
      report = try RunReport.write(
        folder: arguments.positionals[0], to: arguments.value(of: "--out"),
        byteLimit: limit ?? RunReport.defaultByteLimit)
    } catch let error as ReportError {
      if case .unwritable = error { throw CommandFailure(.failure, error.description) }
      throw CommandFailure(.unreadableInput, error.description)
    }
    for notice in report.notices { Console.note(notice) }
    if arguments.isSet("--json") {
      try Console.json(
        Summary(
          path: report.path, bytes: report.byteCount, frames: report.frameCount,
          notices: report.notices))
    } else {
      Console.result("\(report.path): \(report.frameCount) frames, \(report.byteCount / 1000) kB")
    }
    return .done
  }
}
