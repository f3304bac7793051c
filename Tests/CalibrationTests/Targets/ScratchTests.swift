import Foundation
import TestSupport
import Testing

@testable import Calibration

@Suite struct ScratchTests {
  @Test func dump() throws {
    var out = ""
    for (folder, n) in [("checkerboard/opencv", ""), ("checkerboard/stereo_set1", "")] {
      _ = n
      let names = try FileManager.default.contentsOfDirectory(atPath: SharedData.path(folder))
        .filter { $0.hasSuffix(".jpg") }.sorted()
      let detector = TargetDetector(target: .checkerboard(columns: 9, rows: 6, square: 0.025))
      let survey = try detector.detect(
        images: names.map { URL(fileURLWithPath: SharedData.path(folder + "/" + $0)) })
      for d in survey.detections {
        guard case .found(let view, let method, let w) = d.outcome else {
          print(folder, d.name, d.reason ?? "")
          continue
        }
        print(folder, d.name, method, w, view.corners.count)
        for c in view.corners {
          out += "\(folder)/\(d.name) \(c.index) \(c.position.x) \(c.position.y) \(c.covariance!.xx) \(c.covariance!.xy) \(c.covariance!.yy)\n"
        }
      }
    }
    try out.write(toFile: "/tmp/corners-dump.txt", atomically: true, encoding: .utf8)
    for n in ["EuRoC", "TUM_VI", "top"] {
      let detector = TargetDetector(target: .aprilGrid(columns: 6, rows: 6, tag: 0.088, gap: 0.3))
      let s = try detector.detect(
        images: [URL(fileURLWithPath: SharedData.path("aprilgrid/\(n).png"))])
      print(n, s.views.first?.corners.count ?? 0, s.problem ?? "")
      if case .found(_, _, let w) = s.detections[0].outcome { print(w) }
    }
  }
}
