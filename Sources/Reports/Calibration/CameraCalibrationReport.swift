public import Calibration
import Foundation
import Geometry
public import Vision

/// The report of one camera's calibration: what was estimated, how well, and where the evidence is thin.
public struct CameraCalibrationReport {
  /// Largest number of undistorted pictures.
  public static let sampleCount = 3

  private let title: String
  let estimate: CameraEstimate
  /// The picture of a view by its name; nil where it cannot be read again.
  private let picture: (String) -> Image?

  /// A report of an estimate.
  ///
  /// - Parameters:
  ///   - title: Title of the page.
  ///   - estimate: The estimate.
  ///   - picture: Yields the picture of a view by its name, or nil.
  public init(
    title: String, estimate: CameraEstimate, picture: @escaping (String) -> Image? = { _ in nil }
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
    let camera = estimate.camera
    var page = StaticPage(
      title: title,
      subheading: "\(camera.width) x \(camera.height) px, \(estimate.views.count) views, "
        + "\(estimate.views.reduce(0) { $0 + $1.corners.count }) corners")
    addFigures(to: &page)
    for reason in estimate.verdict.reasons { page.addNotice(reason.sentence + ".") }
    if let next = estimate.nextPose {
      page.addNotice(
        "What would help most: \(next.words). It would leave "
          + "\(Self.number(100 * next.remaining, 0)) % of the projection uncertainty.")
    }
    addTables(to: &page)
    addPlots(to: &page)
    try addSamples(to: &page)
    return page
  }

  private func addFigures(to page: inout StaticPage) {
    let map = estimate.uncertainty
    let verdict = estimate.verdict
    let tone: StaticPage.Tone = verdict.isRefused ? .bad : verdict == .accepted ? .good : .warn
    page.addFigure("verdict", verdict.name, tone: tone)
    page.addFigure("RMS, px", Self.number(estimate.rms, 3))
    page.addFigure("noise of a coordinate, px", Self.number(estimate.noise, 3))
    page.addFigure("uncertainty in the centre, px", Self.number(map.centre, 2))
    page.addFigure("in the corners, px", Self.number(map.corner, 2))
    page.addFigure("image covered, %", Self.number(100 * estimate.coverage.fraction, 0))
    if let check = estimate.crossValidation {
      page.addFigure(
        "cross-validation, px", Self.number(check.rms, 2), tone: check.ratio > 3 ? .warn : .plain)
    }
  }

  /// Pictures without distortion, with straight lines through the ends of the target's rows.
  private func addSamples(to page: inout StaticPage) throws {
    let camera = estimate.camera
    let flat = CameraModel(
      width: camera.width, height: camera.height, focalLength: camera.focalLength,
      principalPoint: camera.principalPoint)
    let table = try RemapTable(from: camera, to: flat)
    var samples: [(caption: String, jpeg: Data)] = []
    for view in spread(estimate.views) {
      guard let image = picture(view.name), image.width == camera.width,
        image.height == camera.height
      else { continue }
      var canvas = try ImageCanvas(table.apply(to: image.expandedToColor().bytes()))
      let places = view.corners.map { flat.project(camera.ray(through: $0.position) ?? .zero) }
      for row in rowEnds(of: view) {
        guard let start = places[row.first], let end = places[row.last] else { continue }
        try canvas.drawLine(from: start, to: end, color: PixelColor(255, 190, 0))
      }
      let jpeg = try ImageBlock.jpeg(canvas.image, limit: 160_000)
      samples.append((view.name, Data(jpeg)))
    }
    guard !samples.isEmpty else { return }
    page.addPictures(
      "Undistorted views", pictures: samples,
      note:
        "Each yellow line is straight and joins the ends of a row of the target: where the lens "
        + "is known, the row follows it.")
  }

  /// The first, the middle and the last.
  private func spread(_ views: [ViewEstimate]) -> [ViewEstimate] {
    guard views.count > Self.sampleCount else { return views }
    return (0..<Self.sampleCount).map { views[$0 * (views.count - 1) / (Self.sampleCount - 1)] }
  }

  /// Places in the view's corners of the first and the last corner of each of the target's rows.
  private func rowEnds(of view: ViewEstimate) -> [(first: Int, last: Int)] {
    let points = estimate.target.points
    let rows = Dictionary(grouping: view.corners.indices) { points[view.corners[$0].index].y }
    return rows.keys.sorted().compactMap { key in
      guard let row = rows[key], row.count > 1 else { return nil }
      let sorted = row.sorted {
        points[view.corners[$0].index].x < points[view.corners[$1].index].x
      }
      return (sorted[0], sorted[sorted.count - 1])
    }
  }

  static func number(_ value: Double, _ decimals: Int) -> String {
    value.isFinite ? String(format: "%.\(decimals)f", value) : "\u{2013}"
  }
}
