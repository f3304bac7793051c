import Foundation
import TestSupport
import Testing

/// The commands that calibrate from pictures of a board, on OpenCV's sample images.
@Suite(.enabled(if: SharedData.isPresent, "needs the recordings of ../shared/data"))
struct CalibrateImagesTests {
  private let folder = SharedData.path("checkerboard/opencv")

  private func object(_ result: Tool.Result) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  @Test(arguments: [("left", 0.19, 533.0), ("right", 0.195, 537.5)])
  func `calibrate camera finds all boards and the known focal length`(
    side: String, rms: Double, focalLength: Double
  ) throws {
    let work = try TemporaryFolder()
    let result = try Tool.run(
      "calibrate", "camera", "--images", "\(folder)/\(side)??.jpg", "--board",
      "checkerboard:9x6:0.025", "--out", work.file("camera.yaml"), "--report",
      work.file("report"), "--json")
    #expect(result.status == 0, "\(result.messages)")
    let found = try object(result)
    #expect(try #require(found["rms_px"] as? Double) <= rms)
    let views = try #require(found["views"] as? [[String: Any]])
    #expect(views.count == 13 && views.allSatisfy { $0["found"] as? Bool == true })
    let camera = try #require(found["camera"] as? [String: Any])
    #expect(abs(try #require(camera["fx"] as? Double) - focalLength) < 1)
    let deviations = try #require(found["stddev"] as? [String: Double])
    #expect(Set(deviations.keys) == ["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3"])
    let uncertainty = try #require(found["projection_uncertainty_px"] as? [String: Double])
    #expect((uncertainty["centre"] ?? .nan) < (uncertainty["corner"] ?? .nan))
    let page = try String(contentsOfFile: work.file("report/report.html"), encoding: .utf8)
    #expect(page.contains("Undistorted views") && page.contains("\(side)08.jpg"))
    let file = try String(contentsOfFile: work.file("camera.yaml"), encoding: .utf8)
    #expect(file.contains("model: pinhole5") && file.contains("stddev:"))
  }

  @Test func `calibrate stereo finds the known baseline and pairs images by number`() throws {
    let work = try TemporaryFolder()
    let result = try Tool.run(
      "calibrate", "stereo", "--left", "\(folder)/left??.jpg", "--right", "\(folder)/right??.jpg",
      "--board", "checkerboard:9x6:0.025", "--out", work.file("rig.yaml"), "--report",
      work.file("report"), "--json")
    #expect(result.status == 0, "\(result.messages)")
    let found = try object(result)
    #expect(abs(try #require(found["baseline_m"] as? Double) - 0.0832) < 0.0002)
    #expect(try #require(found["rms_px"] as? Double) <= 0.205)
    #expect(try #require(found["epipolar_rms_px"] as? Double) < 0.2)
    #expect(found["boards"] as? Int == 26)
    let inspected = try Tool.run(
      "convert", work.file("rig.yaml"), work.file("rig.opencv.yaml"), "--to", "opencv")
    #expect(inspected.status == 0, "\(inspected.messages)")
    let page = try String(contentsOfFile: work.file("report/report.html"), encoding: .utf8)
    #expect(page.contains("Rectified pair"))
  }

  @Test func `a wrong board size, too few views and wrong names are refused with a remedy`() throws
  {
    let work = try TemporaryFolder()
    func camera(_ images: String, _ board: String, _ more: String...) throws -> Tool.Result {
      try Tool.run(
        ["calibrate", "camera", "--images", images, "--board", board, "--out", work.file("c.yaml")]
          + more)
    }
    let size = try camera("\(folder)/left0[1-3].jpg", "checkerboard:8x6:0.025")
    #expect(size.status == 1 && size.messages.contains("did you mean 9x6?"), "\(size.messages)")
    let few = try camera("\(folder)/left0[1-2].jpg", "checkerboard:9x6:0.025")
    #expect(few.status == 1 && few.messages.contains("refused"), "\(few.messages)")
    #expect(!FileManager.default.fileExists(atPath: work.file("c.yaml")))
    let board = try camera("\(folder)/left01.jpg", "chessboard:9x6")
    #expect(board.status == 2, "\(board.messages)")
    let model = try camera("\(folder)/left01.jpg", "checkerboard:9x6:0.025", "--model", "fisheye")
    #expect(model.status == 2 && model.messages.contains("did you mean 'fisheye4'?"))
    let nothing = try camera(work.file("no*.jpg"), "checkerboard:9x6:0.025")
    #expect(nothing.status == 5 && nothing.messages.contains("no image matches"))
    let empty = try camera(work.path, "checkerboard:9x6:0.025")
    #expect(empty.status == 5 && empty.messages.contains("no image in this folder"))
  }
}
