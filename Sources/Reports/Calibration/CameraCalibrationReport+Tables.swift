import Calibration

extension CameraCalibrationReport {
  func addTables(to page: inout StaticPage) {
    addParameters(to: &page)
    addViews(to: &page)
    addOutliers(to: &page)
  }

  private func addParameters(to page: inout StaticPage) {
    let rows = estimate.parameters.map { parameter in
      [
        parameter.name, Self.significant(parameter.value, near: parameter.deviation),
        Self.significant(parameter.deviation, near: parameter.deviation),
        Self.significant(parameter.formalDeviation, near: parameter.deviation),
        parameter.jackknifeDeviation.map { Self.significant($0, near: parameter.deviation) }
          ?? "\u{2013}",
      ]
    }
    page.addTable(
      "Camera", heads: ["Parameter", "Value", "Std. deviation", "From noise alone", "Jackknife"],
      rows: rows, numeric: [1, 2, 3, 4],
      note: "Focal lengths and principal point in pixels; pixel centres at whole numbers. The "
        + "standard deviation is the one to rely on: that of the noise, scaled up where leaving "
        + "out views or the two halves show more.")
  }

  private func addViews(to page: inout StaticPage) {
    let focal = estimate.parameters.firstIndex { $0.name == "fx" }
    let rows = estimate.views.map { view -> [String] in
      let left = view.corners.filter(\.isOutlier).count
      let influence = focal.flatMap { place in view.influence.map { $0[place] } }
      return [
        view.name, "\(view.corners.count)", Self.number(view.rms, 3), left == 0 ? "" : "\(left)",
        influence.map { Self.number($0, 2) } ?? "\u{2013}",
        Self.number(view.cameraFromTarget.translation.z, 3),
      ]
    }
    page.addTable(
      "Views",
      heads: ["Image", "Corners", "RMS, px", "Left out", "fx without it, px", "Distance, m"],
      rows: rows, numeric: [1, 2, 3, 4, 5])
  }

  private func addOutliers(to page: inout StaticPage) {
    guard !estimate.outliers.isEmpty else { return }
    let shown = estimate.outliers.prefix(60)
    let rows = shown.map {
      [
        $0.viewName, "\($0.index)", Self.number($0.residual.x, 2), Self.number($0.residual.y, 2),
        Self.number($0.sigmas, 1), Self.number($0.focalLengthEffect, 3),
      ]
    }
    let rest = estimate.outliers.count - shown.count
    page.addTable(
      "Corners left out",
      heads: ["Image", "Corner", "du, px", "dv, px", "Sigmas", "Effect on fx, px"], rows: rows,
      numeric: [1, 2, 3, 4, 5], note: rest > 0 ? "and \(rest) more with smaller residuals" : "")
  }

  /// A value with two digits of its deviation.
  static func significant(_ value: Double, near deviation: Double) -> String {
    guard deviation > 0, deviation.isFinite else { return number(value, 6) }
    var (decimals, unit) = (0, deviation)
    while unit < 10 && decimals < 8 { (decimals, unit) = (decimals + 1, unit * 10) }
    return number(value, decimals)
  }
}
