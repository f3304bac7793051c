import Testing

@testable import Calibration

@Suite struct TargetTextTests {
  @Test func `each form is read`() throws {
    #expect(
      try CalibrationTarget(text: "checkerboard:9x6:0.025")
        == .checkerboard(columns: 9, rows: 6, square: 0.025))
    #expect(
      try CalibrationTarget(text: "circles:4x11:0.02")
        == .asymmetricCircles(columns: 4, rows: 11, spacing: 0.02))
    #expect(
      try CalibrationTarget(text: "charuco:7x5:0.04:0.03")
        == .charuco(columns: 7, rows: 5, square: 0.04, marker: 0.03, dictionary: "DICT_5X5_100"))
    #expect(
      try CalibrationTarget(text: "ChArUco:7X5:0.04:0.03:dict_4x4_50")
        == .charuco(columns: 7, rows: 5, square: 0.04, marker: 0.03, dictionary: "DICT_4X4_50"))
    #expect(
      try CalibrationTarget(text: "aprilgrid:6x6:0.088:0.3")
        == .aprilGrid(columns: 6, rows: 6, tag: 0.088, gap: 0.3))
  }

  @Test(arguments: [
    CalibrationTarget.checkerboard(columns: 9, rows: 6, square: 0.02423),
    .asymmetricCircles(columns: 4, rows: 11, spacing: 1 / 3),
    .charuco(columns: 7, rows: 5, square: 0.1, marker: 0.07, dictionary: "DICT_APRILTAG_36h11"),
    .aprilGrid(columns: 1, rows: 100, tag: 1e-3, gap: 0.2),
  ])
  func `the text of a target is read back to an equal one`(target: CalibrationTarget) throws {
    #expect(try CalibrationTarget(text: target.description) == target)
  }

  @Test(arguments: [
    ("", "write one of checkerboard"), ("chekerboard:9x6:0.025", "write one of checkerboard"),
    ("checkerboard", "columns x rows"), ("checkerboard:9:0.025", "columns x rows"),
    ("checkerboard:9x6", "lengths in metres"), ("checkerboard:2x6:0.1", "inner corners"),
    ("checkerboard:9x6x3:0.1", "columns x rows"), ("checkerboard:9x-6:0.1", "inner corners"),
    ("checkerboard:99999999999999999999x6:0.1", "columns x rows"),
    ("checkerboard:1000x6:0.1", "inner corners"), ("checkerboard:9x6:0", "metres, as 0.025"),
    ("checkerboard:9x6:nan", "metres, as 0.025"), ("checkerboard:9x6:25", "0.025"),
    ("checkerboard:9x6:0.1:0.2", "lengths in metres"),
    ("charuco:7x5:0.03:0.04", "square's side first"),
    ("charuco:7x5:0.04:0.03:DICT_8X8", "DICT_5X5_100"), ("aprilgrid:6x6:0.088:1.3", "as 0.3"),
  ])
  func `a wrong text is refused with the remedy`(text: String, remedy: String) {
    #expect {
      try CalibrationTarget(text: text)
    } throws: { error in
      (error as? TargetTextError)?.remedy.contains(remedy) == true
    }
  }
}
