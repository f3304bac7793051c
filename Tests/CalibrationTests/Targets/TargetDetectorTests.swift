import Foundation
import Geometry
import TestSupport
import Testing
import Vision

@testable import Calibration

@Suite struct TargetDetectorTests {
  static let targets: [CalibrationTarget] = [
    .checkerboard(columns: 7, rows: 4, square: 0.03),
    .asymmetricCircles(columns: 4, rows: 7, spacing: 0.02),
    .charuco(columns: 5, rows: 4, square: 0.04, marker: 0.028, dictionary: "DICT_4X4_50"),
    .aprilGrid(columns: 3, rows: 2, tag: 0.08, gap: 0.3),
  ]

  static func detection(
    _ target: CalibrationTarget, options: TargetDetector.Options = .init(), roll: Double = 0.1
  ) throws -> (TargetDetection, TargetRendering) {
    let rendering = TargetRendering(target, width: 480, height: 360, roll: roll, fill: 0.6)
    let image = try rendering.image(of: TargetSheet(target))
    let detector = TargetDetector(target: target, options: options)
    return (try detector.detect(in: image, name: "rendered"), rendering)
  }

  @Test(arguments: targets, [0.1, 2.0, -1.2])
  func `a printed target is found with all points in place`(
    target: CalibrationTarget, roll: Double
  ) throws {
    let (detection, rendering) = try Self.detection(target, roll: roll)
    let view = try #require(detection.view, "\(detection.reason ?? "")")
    #expect(view.corners.map(\.index) == Array(target.points.indices))
    for corner in view.corners {
      let point = target.points[corner.index]
      let error = corner.position - rendering.pixel(Vector2(point.x, point.y))
      // The rendering fills whole lines of an image four times as large: up to an eighth of a pixel.
      #expect(error.length < 0.17, "point \(corner.index) off by \(error)")
      #expect(corner.covariance != nil)
    }
  }

  @Test func `windows follow the squares unless forced`() throws {
    let target = Self.targets[0]
    let free = try Self.detection(target).0
    let forced = try Self.detection(target, options: .init(window: 11)).0
    guard case .found(_, .chessboard, let window) = free.outcome,
      case .found(_, _, let eleven) = forced.outcome
    else {
      Issue.record("not found: \(free) \(forced)")
      return
    }
    #expect(window > 4 && window <= 8)
    #expect(eleven == 11)
  }

  @Test func `the centre of a circle is not the centre of its image`() throws {
    let target = Self.targets[1]
    let rendering = TargetRendering(target, width: 480, height: 360, tilt: 0.9, fill: 0.9)
    let shift = CircleRefiner.perspectiveShift(
      of: Vector2(0.06, 0.06), radius: 0.009, under: rendering.homography)
    // By brute force: the mean of the projected outline's extremes.
    let outline = (0..<3600).map { step in
      let angle = Double(step) * .pi / 1800
      return rendering.pixel(Vector2(0.06 + 0.009 * cos(angle), 0.06 + 0.009 * sin(angle)))
    }
    let (xs, ys) = (outline.map(\.x), outline.map(\.y))
    let center = Vector2(
      ((xs.min() ?? 0) + (xs.max() ?? 0)) / 2, ((ys.min() ?? 0) + (ys.max() ?? 0)) / 2)
    let expected = rendering.pixel(Vector2(0.06, 0.06)) - center
    #expect((shift - expected).length < 1e-3)
    #expect(expected.length > 0.02)
  }

  @Test func `an image without target says so`() throws {
    for target in Self.targets {
      let image = Image(pixels: .init(repeating: 128 as UInt8, shape: [60, 80, 1]))
      let detection = try TargetDetector(target: target).detect(in: image, name: "grey")
      #expect(detection.reason == "no \(target.title) is seen")
    }
    let tiny = Image(pixels: .init(repeating: 0 as UInt8, shape: [3, 900, 1]))
    let detection = try TargetDetector(target: Self.targets[0]).detect(in: tiny, name: "tiny")
    #expect(detection.reason?.contains("too small") == true)
  }

  @Test func `a wrong board size is named, and files that cannot be read`() throws {
    let folder = try TemporaryFolder()
    let target = Self.targets[0]
    let image = try TargetRendering(target, width: 480, height: 360, fill: 0.7)
      .image(of: TargetSheet(target))
    try Data(ImageCodec.encode(image, as: .png)).write(
      to: URL(fileURLWithPath: folder.file("a.png")))
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder.file("b.png")))
    let files = ["a.png", "b.png", "c.png"].map { URL(fileURLWithPath: folder.file($0)) }
    let asked = CalibrationTarget.checkerboard(columns: 8, rows: 5, square: 0.03)
    let detector = TargetDetector(target: asked, options: .init(triesSlowMethods: false))
    let survey = try detector.detect(images: files, threads: 2)
    #expect(survey.problem == "no 8x5 board in any of 3 images; did you mean 7x4?")
    #expect(survey.detections.map(\.name) == ["a.png", "b.png", "c.png"])
    guard case .unreadable = survey.detections[1].outcome,
      case .unreadable(let reason) = survey.detections[2].outcome
    else {
      Issue.record("\(survey.detections)")
      return
    }
    #expect(reason == "no such file")
  }
}
