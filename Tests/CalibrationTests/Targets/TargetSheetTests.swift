import Foundation
import Testing

@testable import Calibration

@Suite struct TargetSheetTests {
  static let board = CalibrationTarget.checkerboard(columns: 9, rows: 6, square: 0.025)

  @Test func `an A4 sheet lies on its side and holds the board at true size`() throws {
    let sheet = try TargetSheet(Self.board, paper: .a4)
    #expect(sheet.width == 297 && sheet.height == 210)
    #expect(sheet.svg.contains("width=\"297mm\" height=\"210mm\" viewBox=\"0 0 297 210\""))
    // 10 x 7 squares of 25 mm, half of them black.
    let squares = sheet.rectangles.flatMap(\.rectangles)
    #expect(squares.count == 35)
    #expect(squares.allSatisfy { abs($0.width - 25) < 1e-9 && abs($0.height - 25) < 1e-9 })
    let right = squares.map { $0.x + $0.width }.max() ?? 0
    #expect(abs(right - (squares.map(\.x).min() ?? 0) - 250) < 1e-9)
    #expect(sheet.svg.contains("checkerboard:9x6:0.025"))
    let ruler = sheet.rulerStrokes[0]
    #expect(ruler.toX - ruler.x == 100)
  }

  @Test func `a target too large for its paper is refused with a scale that fits`() throws {
    let large = CalibrationTarget.checkerboard(columns: 9, rows: 6, square: 0.05)
    #expect {
      try TargetSheet(large, paper: .a4)
    } throws: { error in
      "\(error)".contains("does not fit on a4") && "\(error)".contains("smaller by 0.")
    }
    let sheet = try TargetSheet(large, paper: .fit)
    #expect(sheet.width == 520 && abs(sheet.height - 384) < 1e-9)
  }

  @Test func `a dictionary with too few markers is refused`() {
    let target = CalibrationTarget.charuco(
      columns: 20, rows: 20, square: 0.02, marker: 0.015, dictionary: "DICT_4X4_50")
    #expect(throws: TargetSheetError.self) { try TargetSheet(target) }
  }

  @Test func `a PDF says where its objects lie and how long its drawing is`() throws {
    for target in TargetDetectorTests.targets {
      let bytes = try TargetSheet(target).pdf
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.utf8.count == bytes.count)
      let lines = text.components(separatedBy: "\n")
      let table = try #require(lines.firstIndex(of: "xref"))
      let start = try #require(lines.last { Int($0) != nil }.flatMap { Int($0) })
      #expect(String(decoding: bytes[start..<start + 4], as: UTF8.self) == "xref")
      for object in 1...5 {
        let offset = try #require(Int(lines[table + 2 + object].prefix(10)))
        let begin = "\(object) 0 obj"
        #expect(String(decoding: bytes[offset...].prefix(begin.count), as: UTF8.self) == begin)
      }
      let stream = try #require(text.range(of: "stream\n"))
      let end = try #require(text.range(of: "\nendstream"))
      let length = text.utf8.distance(from: stream.upperBound, to: end.lowerBound)
      #expect(text.contains("/Length \(length) "))
    }
  }
}
