import Calibration
import Foundation

/// `parallax calibrate target --board … --out FILE.svg|pdf`.
enum CalibrateTargetCommand: Command {
  static let description = CommandDescription(
    name: "calibrate target", summary: "a calibration pattern to print, at true size",
    discussion: """
      Boards are written as
        checkerboard:COLUMNSxROWS:SQUARE              inner corners
        circles:COLUMNSxROWS:SPACING                  asymmetric circle grid
        charuco:COLUMNSxROWS:SQUARE:MARKER[:DICT]     squares; DICT_5X5_100 unless given
        aprilgrid:COLUMNSxROWS:TAG:GAP                Kalibr's tags 36h11; GAP relative to TAG
      with lengths in metres. Print at 100 %, measure the ruler of 100 mm, and glue the sheet on something flat.
      """,
    options: [
      .init(
        name: "--board", value: "BOARD", summary: "for example checkerboard:9x6:0.025",
        isRequired: true),
      .init(name: "--out", value: "FILE", summary: "FILE.svg or FILE.pdf", isRequired: true),
      .init(
        name: "--paper", value: "SIZE", summary: "a4, a3, letter or fit (the default): as needed"),
      CommandDescription.json,
    ],
    examples: [
      "parallax calibrate target --board checkerboard:9x6:0.025 --out board.pdf --paper a4"
    ]
  )

  private struct Summary: Encodable {
    var file: String
    var board: String
    var points: Int
    var widthMm: Double
    var heightMm: Double
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let path = arguments.value(of: "--out") ?? ""
    let kind = URL(fileURLWithPath: path).pathExtension.lowercased()
    guard kind == "svg" || kind == "pdf" else {
      throw CommandFailure.usage(
        "--out names an .svg or .pdf file, not '\(path)'", command: description.name)
    }
    let name = arguments.value(of: "--paper") ?? PaperSize.fit.rawValue
    guard let paper = PaperSize(rawValue: name.lowercased()) else {
      throw CommandFailure.usage(
        "--paper takes a4, a3, letter or fit, not '\(name)'", command: description.name)
    }
    let target: CalibrationTarget
    do {
      target = try CalibrationTarget(text: arguments.value(of: "--board") ?? "")
    } catch { throw CommandFailure.usage("\(error)", command: description.name) }
    let sheet: TargetSheet
    do {
      sheet = try TargetSheet(target, paper: paper)
    } catch let error as TargetSheetError {
      throw CommandFailure.usage("\(error)", command: description.name)
    }
    let bytes = kind == "svg" ? [UInt8](sheet.svg.utf8) : sheet.pdf
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandFailure(.failure, "\(path): cannot be written; check its folder and free space")
    }
    let summary = Summary(
      file: path, board: target.description, points: target.points.count, widthMm: sheet.width,
      heightMm: sheet.height)
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      Console.result(
        "\(path): "
          + String(format: "%.5g x %.5g mm, print at 100 %%", sheet.width, sheet.height))
    }
    return .done
  }
}
