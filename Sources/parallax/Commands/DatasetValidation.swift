import SensorLogs

/// `parallax validate CLOUDS`: labelled clouds before training.
enum DatasetValidation {
  private struct Summary: Encodable {
    struct Problem: Encodable {
      var cloud: String
      var problem: String
    }
    var valid: Bool
    var clouds: Int
    var points: Int
    var labels: [String: Int]
    var withoutPoints: [String: Int]
    var errors: [Problem]
    var warnings: [Problem]
  }

  /// Most lines that are printed of one kind.
  private static let mostLines = 20

  static func run(_ path: String, json: Bool) throws -> ExitCode {
    let source = try LabelledCloudSources.open(path)
    let bar = ProgressBar(unit: "clouds")
    let check = try LabelledCloudCheck(source) { bar.update(done: $0, total: source.count) }
    bar.finish()
    func problems(isError: Bool) -> [Summary.Problem] {
      check.findings.filter { $0.isError == isError }
        .map { .init(cloud: $0.cloud, problem: $0.problem) }
    }
    let summary = Summary(
      valid: !check.findings.contains { $0.isError }, clouds: check.clouds, points: check.points,
      labels: check.labels, withoutPoints: check.empty, errors: problems(isError: true),
      warnings: problems(isError: false))
    for (kind, list) in [("error", summary.errors), ("warning", summary.warnings)] {
      for problem in list.prefix(mostLines) {
        let place = problem.cloud.isEmpty ? "" : ": cloud \(problem.cloud)"
        Console.note("\(path)\(place): \(kind): \(problem.problem)")
      }
      if list.count > mostLines {
        Console.note("\(path): \(list.count - mostLines) more \(kind)s (--json lists all)")
      }
    }
    if json {
      try Console.json(summary)
    } else {
      let rows = check.labels.sorted { $0.key < $1.key }.map { label, count in
        [label, "\(count)", check.empty[label].map { "\($0) without points" } ?? ""]
      }
      Console.result(
        """
        \(path): \(summary.valid ? "valid" : "not valid"): \(check.clouds) clouds, \(check.points) points
        \(Console.table(rows))
        """)
    }
    return summary.valid ? .done : .invalidDefinition
  }
}
