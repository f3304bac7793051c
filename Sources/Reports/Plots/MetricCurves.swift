public import Networks

/// The course of a training run: one plot for each kind of measure, below each other, as SVG.
public struct MetricCurves: Sendable {
  private let plots: [LinePlot]

  /// The curves of a log.
  ///
  /// Columns whose names end alike, such as `train_loss` and `test_loss`, share a plot; the horizontal axis is the column
  /// `epoch`.
  ///
  /// - Parameter log: The log.
  public init(_ log: MetricLog) {
    let epochs = log.values(of: "epoch").map { $0 ?? .nan }
    var kinds: [(name: String, columns: [String])] = []
    for column in log.columns where !["epoch", "step"].contains(column) {
      let parts = column.split(separator: "_", maxSplits: 1).map(String.init)
      let isMeasure = ["train", "validation", "test"].contains(parts[0]) && parts.count == 2
      let kind = isMeasure ? parts[1] : column
      if let place = kinds.firstIndex(where: { $0.name == kind }) {
        kinds[place].columns.append(column)
      } else {
        kinds.append((kind, [column]))
      }
    }
    plots = kinds.map { kind, columns in
      let series = columns.map { column in
        let values = log.values(of: column)
        let known = values.indices.filter { values[$0] != nil && $0 < epochs.count }
        let name = columns.count > 1 ? String(column.prefix { $0 != "_" }) : ""
        return LinePlot.Series(
          name, x: known.map { epochs[$0] }, y: known.map { values[$0] ?? .nan })
      }
      return LinePlot(
        title: kind.replacing("_", with: " "), xLabel: "epoch",
        yLabel: kind.replacing("_", with: " "),
        series: series, includesZero: kind != "accuracy", width: 640, height: 260)
    }
  }

  /// The plots as one SVG document.
  public var svg: String {
    let parts = plots.enumerated().map { place, plot in
      "<g transform=\"translate(0 \(270 * place))\">\n\(plot.svg)</g>\n"
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 \(270 * plots.count)" width="640" \
      height="\(270 * plots.count)">
      <rect width="100%" height="100%" style="fill:#fff"/>
      \(parts.joined())</svg>

      """
  }
}
