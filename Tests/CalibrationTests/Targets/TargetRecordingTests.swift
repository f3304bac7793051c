import Foundation
import TestSupport
import Testing

@testable import Calibration

@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
struct TargetRecordingTests {
  static func files(_ folder: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(atPath: SharedData.path(folder))
      .filter { $0.hasSuffix(".jpg") }.sorted()
      .map { URL(fileURLWithPath: SharedData.path("\(folder)/\($0)")) }
  }

  @Test(arguments: [("checkerboard/opencv", 26), ("checkerboard/stereo_set1", 30)])
  func `every board of the recordings is found whole`(folder: String, count: Int) throws {
    let target = CalibrationTarget.checkerboard(columns: 9, rows: 6, square: 0.025)
    let files = try Self.files(folder)
    let survey = try TargetDetector(target: target).detect(images: files, threads: 2)
    #expect(survey.detections.count == count)
    #expect(survey.views.count == count)
    #expect(survey.views.allSatisfy { $0.corners.count == 54 })
    // Left and right of one instant begin at the same end: rows run the same way.
    for (left, right) in zip(survey.views.prefix(count / 2), survey.views.suffix(count / 2)) {
      let (a, b) = (try #require(target.axis(of: left)), try #require(target.axis(of: right)))
      #expect((a * b).sum() > 0.9, "\(left.name) \(right.name)")
    }
  }

  @Test func `a board asked for in the wrong size is named`() throws {
    let target = CalibrationTarget.checkerboard(columns: 8, rows: 6, square: 0.025)
    let files = try Self.files("checkerboard/opencv").prefix(3)
    let detector = TargetDetector(target: target, options: .init(triesSlowMethods: false))
    let survey = try detector.detect(images: Array(files))
    #expect(survey.problem == "no 8x6 board in any of 3 images; did you mean 9x6?")
  }

  @Test(arguments: [("EuRoC", 36), ("TUM_VI", 36), ("top", 29)])
  func `AprilGrids are read tag by tag`(name: String, tags: Int) throws {
    let target = CalibrationTarget.aprilGrid(columns: 6, rows: 6, tag: 0.088, gap: 0.3)
    let file = URL(fileURLWithPath: SharedData.path("aprilgrid/\(name).png"))
    let survey = try TargetDetector(target: target).detect(images: [file])
    let view = try #require(survey.views.first, "\(survey.problem ?? "")")
    // Of "top" the uppermost row touches the image's border.
    #expect(view.corners.count >= 4 * tags)
  }
}
