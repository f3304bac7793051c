import Calibration
import Geometry

extension CameraCalibrationReport {
  func addPlots(to page: inout StaticPage) {
    page.addPlots(
      "Residuals over the image", svgs: [residuals(of: estimate.views, title: "", width: 560)],
      note: "Found minus projected, drawn \(magnification) times as long; left-out corners in the "
        + "second colour. A pattern that turns with the place in the image is a lens model that "
        + "does not fit.")
    page.addPlots("Error of each view", svgs: [viewErrors, residualHistogram])
    page.addPlots(
      "Uncertainty of a projection", svgs: [uncertainty],
      note: "Standard deviation of where a distant point appears, the rotation that the camera's "
        + "pose takes up removed. Outside the dots nothing was measured.")
    if let difference {
      page.addPlots("Odd against even views", svgs: [difference.svg], note: difference.note)
    }
    page.addPlots(
      "Coverage", svgs: [coverage], note: "In how many views the target covers a place.")
    if let jackknife { page.addPlots("Leaving out one view", svgs: [jackknife]) }
    page.addPlots(
      "Residuals of each view",
      svgs: estimate.views.map { residuals(of: [$0], title: $0.name, width: 300) })
  }

  /// A power of ten that makes a typical residual some 20 pixels long.
  private var magnification: Int {
    let factor = 20 / max(estimate.rms, 1e-6)
    for step in [10, 20, 50, 100, 200, 500] where Double(step) >= factor { return step }
    return 1000
  }

  private func residuals(of views: [ViewEstimate], title: String, width: Double) -> String {
    func arrows(outliers: Bool) -> [(at: Vector2, vector: Vector2)] {
      views.flatMap(\.corners).filter { $0.isOutlier == outliers }.map {
        ($0.position, $0.residual)
      }
    }
    return plot(
      title,
      [
        .arrows(arrows(outliers: false), magnification: Double(magnification), series: 0),
        .arrows(arrows(outliers: true), magnification: Double(magnification), series: 1),
      ], width: width)
  }

  private func plot(_ title: String, _ layers: [PixelPlot.Layer], width: Double = 560) -> String {
    PixelPlot(
      title: title, imageWidth: estimate.camera.width, imageHeight: estimate.camera.height,
      layers: layers, width: width
    ).svg
  }

  private var viewErrors: String {
    let names = ViewNames.short(estimate.views.map(\.name))
    return BarPlot(
      xLabel: "view", yLabel: "RMS, px", values: zip(names, estimate.views).map { ($0, $1.rms) }
    ).svg
  }

  private var residualHistogram: String {
    let used = estimate.views.flatMap(\.corners).filter { !$0.isOutlier }
    return BarPlot.histogram(
      xLabel: "residual of a coordinate, px",
      values: used.flatMap { [$0.residual.x, $0.residual.y] }, bins: 30
    ).svg
  }

  private var dots: PixelPlot.Layer {
    .dots(estimate.views.flatMap { $0.corners.map(\.position) }, radius: 1.2, series: 1)
  }

  private var uncertainty: String {
    let map = estimate.uncertainty
    return plot(
      "", [.cells(columns: map.columns, values: map.deviations, label: "std. deviation, px"), dots])
  }

  private var difference: (svg: String, note: String)? {
    guard let check = estimate.crossValidation else { return nil }
    let lengths = check.differences.map { ($0.x * $0.x + $0.y * $0.y).squareRoot() }
    let columns = estimate.uncertainty.columns
    let svg = plot("", [.cells(columns: columns, values: lengths, label: "difference, px"), dots])
    let note =
      "How far apart the cameras of the odd and of the even views place a distant point: "
      + "\(Self.number(check.rms, 2)) px RMS, \(Self.number(check.median, 2)) median, "
      + "\(Self.number(check.maximum, 2)) at most; the noise of the corners predicts "
      + "\(Self.number(check.predictedRms, 2)) px RMS."
    return (svg, note)
  }

  private var coverage: String {
    let coverage = estimate.coverage
    return plot(
      "",
      [.cells(columns: coverage.columns, values: coverage.counts.map(Double.init), label: "views")])
  }

  private var jackknife: String? {
    guard let jackknife = estimate.jackknife,
      let place = estimate.parameters.firstIndex(where: { $0.name == "fx" })
    else { return nil }
    let without = jackknife.withoutView.map { $0?[place] ?? .nan }
    let views = (1...max(1, without.count)).map(Double.init)
    let all = [Double](repeating: estimate.parameters[place].value, count: without.count)
    return LinePlot(
      xLabel: "view left out", yLabel: "fx, px",
      series: [
        .init("without the view", x: Array(views.prefix(without.count)), y: without),
        .init("all views", x: Array(views.prefix(without.count)), y: all),
      ], includesZero: false
    ).svg
  }
}

/// Names of views short enough for an axis.
enum ViewNames {
  /// The names without the beginning and the end that all share.
  static func short(_ names: [String]) -> [String] {
    guard names.count > 1, let first = names.first else { return names }
    let shortest = names.map(\.count).min() ?? 0
    let head = (0..<shortest).first { place in
      let prefix = first.prefix(place + 1)
      return !names.allSatisfy { $0.hasPrefix(prefix) }
    }
    let cut = head ?? max(0, shortest - 1)
    let tail = (0..<(shortest - cut)).first { place in
      let suffix = first.suffix(place + 1)
      return !names.allSatisfy { $0.hasSuffix(suffix) }
    }
    let kept = tail ?? max(0, shortest - cut - 1)
    return names.map { String($0.dropFirst(cut).dropLast(kept)) }
  }
}
