public import Calibration
import Foundation
import Geometry
public import Vision

/// The report of a stereo rig's calibration: what was estimated, how well, and what its errors do to depth.
public struct StereoCalibrationReport {
  private let title: String
  private let estimate: StereoEstimate
  /// The picture of a view by its name; nil where it cannot be read again.
  private let picture: (String) -> Image?

  /// A report of an estimate.
  ///
  /// - Parameters:
  ///   - title: Title of the page.
  ///   - estimate: The estimate.
  ///   - picture: Yields the picture of a view by its name, or nil.
  public init(
    title: String, estimate: StereoEstimate, picture: @escaping (String) -> Image? = { _ in nil }
  ) {
    self.title = title
    self.estimate = estimate
    self.picture = picture
  }

  /// The page.
  ///
  /// - Returns: The page; ``StaticPage/html`` is its text.
  /// - Throws: `VisionError` when a picture cannot be drawn.
  public func page() throws -> StaticPage {
    let rig = estimate.rig
    var page = StaticPage(
      title: title,
      subheading: "\(rig.left.width) x \(rig.left.height) px, \(estimate.pairs.count) pairs")
    addFigures(to: &page)
    for reason in estimate.verdict.reasons { page.addNotice(reason.sentence + ".") }
    addTables(to: &page)
    page.addPlots(
      "Residuals over the images",
      svgs: [
        residuals(estimate.pairs.flatMap(\.left), rig.left, "left"),
        residuals(estimate.pairs.flatMap(\.right), rig.right, "right"),
      ],
      note: "Found minus projected, drawn 100 times as long; left-out corners in the second colour."
    )
    page.addPlots("Error of each pair", svgs: [pairErrors])
    page.addPlots(
      "Standard deviation of depth", svgs: [depth],
      note: "By the calibration alone, and with disparities matched to 0.25 px.")
    try addSample(to: &page)
    return page
  }

  private func number(_ value: Double, _ decimals: Int) -> String {
    CameraCalibrationReport.number(value, decimals)
  }

  private func addFigures(to page: inout StaticPage) {
    let verdict = estimate.verdict
    let tone: StaticPage.Tone = verdict.isRefused ? .bad : verdict == .accepted ? .good : .warn
    page.addFigure("verdict", verdict.name, tone: tone)
    page.addFigure("RMS, px", number(estimate.rms, 3))
    page.addFigure(
      "baseline, mm",
      "\(number(1000 * estimate.rig.baseline, 2)) ± \(number(1000 * estimate.baseline.deviation, 2))"
    )
    page.addFigure("rows after rectification, px RMS", number(estimate.epipolar.rms, 3))
    if let edges = estimate.edges {
      page.addFigure("triangulated edges, % RMS", number(100 * edges.rms, 2))
    }
  }

  private func addTables(to page: inout StaticPage) {
    let rows = [("left ", estimate.left), ("right ", estimate.right)].flatMap { side, parameters in
      parameters.map { parameter in
        [
          side + parameter.name,
          CameraCalibrationReport.significant(parameter.value, near: parameter.deviation),
          CameraCalibrationReport.significant(parameter.deviation, near: parameter.deviation),
        ]
      }
    }
    page.addTable(
      "Cameras", heads: ["Parameter", "Value", "Std. deviation"], rows: rows, numeric: [1, 2])
    let (t, r) = (estimate.rig.rightFromLeft.translation, estimate.rig.rightFromLeft.rotation)
    let degrees = 180 / Double.pi
    let angle = 2 * acos(min(1, abs(r.w))) * degrees
    let (dt, dr) = (estimate.translationDeviation, estimate.rotationDeviation)
    page.addTable(
      "Right camera from left", heads: ["", "x", "y", "z"],
      rows: [
        ["translation, mm"] + [t.x, t.y, t.z].map { number(1000 * $0, 3) },
        ["its std. deviation, mm"] + [dt.x, dt.y, dt.z].map { number(1000 * $0, 3) },
        ["std. deviation of the rotation, mrad"]
          + [dr.x, dr.y, dr.z].map { number(1000 * $0, 3) },
      ], numeric: [1, 2, 3], note: "The cameras are turned by \(number(angle, 3)) degrees.")
    page.addTable(
      "Pairs", heads: ["Left", "Right", "Corners", "RMS, px"],
      rows: estimate.pairs.map {
        [$0.names[0], $0.names[1], "\($0.left.count + $0.right.count)", number($0.rms, 3)]
      }, numeric: [2, 3])
  }

  private func residuals(
    _ corners: [CornerResidual], _ camera: CameraModel, _ title: String
  ) -> String {
    func arrows(_ isOutlier: Bool) -> PixelPlot.Layer {
      .arrows(
        corners.filter { $0.isOutlier == isOutlier }.map { ($0.position, $0.residual) },
        magnification: 100, series: isOutlier ? 1 : 0)
    }
    return PixelPlot(
      title: title, imageWidth: camera.width, imageHeight: camera.height,
      layers: [arrows(false), arrows(true)]
    ).svg
  }

  private var pairErrors: String {
    let names = ViewNames.short(estimate.pairs.map { $0.names[0] })
    return BarPlot(
      xLabel: "pair", yLabel: "RMS, px", values: zip(names, estimate.pairs).map { ($0, $1.rms) }
    ).svg
  }

  private var depth: String {
    let depths = (1...40).map { 0.25 * Double($0) }
    return LinePlot(
      xLabel: "depth, m", yLabel: "std. deviation, m",
      series: [
        .init(
          "with matching", x: depths, y: depths.map { estimate.depthStandardDeviation(at: $0) }),
        .init(
          "calibration", x: depths,
          y: depths.map { estimate.depthStandardDeviation(at: $0, matching: 0) }),
      ]
    ).svg
  }

  /// The first pair that can be read, rectified, with lines along its rows.
  private func addSample(to page: inout StaticPage) throws {
    let rectification = try StereoRectification(estimate.rig)
    for pair in estimate.pairs {
      guard let left = picture(pair.names[0]), let right = picture(pair.names[1]) else { continue }
      let flat = try rectification.rectify(left: left, right: right)
      let pictures = try [flat.left, flat.right].enumerated().map { place, image in
        var canvas = try ImageCanvas(image.expandedToColor().bytes())
        for row in stride(from: image.height / 12, to: image.height, by: image.height / 6 + 1) {
          try canvas.drawLine(
            from: Vector2(0, Double(row)), to: Vector2(Double(image.width - 1), Double(row)),
            color: PixelColor(255, 190, 0))
        }
        return (
          caption: pair.names[place], jpeg: Data(try ImageBlock.jpeg(canvas.image, limit: 160_000))
        )
      }
      page.addPictures(
        "Rectified pair", pictures: pictures,
        note: "The same point of the scene lies on the same row of both pictures.")
      return
    }
  }
}
