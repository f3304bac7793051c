import Foundation
import SensorLogs

/// `parallax convert IN OUT`.
enum ConvertCommand: Command {
  static let description = CommandDescription(
    name: "convert", summary: "rewrite a recorded log, a cloud or a calibration in another format",
    discussion: """
      To .mcap: any log. Encoded messages are copied byte for byte, each after a trial decode; one that does not decode is
      copied as it is and reported (exit code 3). To .pcd, .ply, .bin, .xyz: a single cloud. A calibration (of Parallax, ROS
      camera_info, OpenCV, Kalibr or KITTI, told by its content) is written in the form that --to names.
      """,
    positionals: [
      .init(name: "IN", summary: "a recorded log or cloud"),
      .init(name: "OUT", summary: "the file to write; its ending names the format"),
    ],
    options: [
      .init(
        name: "--to", value: "FORM",
        summary: "the form of a calibration: \(CalibrationConversion.forms.joined(separator: ", "))"
      ),
      .init(
        name: "--camera", value: "NAME", summary: "which camera to write in a form that holds one"),
      .init(
        name: "--size", value: "WxH", summary: "image size for a calibration that lacks it"),
      CommandDescription.json,
    ],
    examples: [
      "parallax convert kitti/ drive.mcap", "parallax convert scan.bin scan.pcd",
      "parallax convert rig.yaml left.ros.yaml --to ros --camera left",
    ])

  private struct Summary: Encodable {
    var output: String
    var messages: Int
    var undecodable: Int
    var damaged: Bool
    var damage: [String]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let (input, output) = (arguments.positionals[0], arguments.positionals[1])
    // Writing over the input would lose what a damaged one still holds.
    guard !isSameFile(input, output) else {
      throw CommandFailure.usage(
        "OUT is the file that IN names; choose another", command: "convert")
    }
    if CalibrationConversion.isMeant(arguments) { return try CalibrationConversion.run(arguments) }
    guard LogConversion.canWrite(output) else {
      throw CommandFailure.usage(
        "'\(output)' names no format that can be written: .mcap, .pcd, .ply, .bin, .xyz",
        command: "convert")
    }
    let bar = ProgressBar(unit: "messages")
    let report = try LogConversion.convert(from: RecordedLogs.open(input), to: output) { done in
      bar.update(done: done, total: nil)
    }
    bar.finish()
    for damage in report.damage { Console.note("damaged: \(damage.description)") }
    let summary = Summary(
      output: output, messages: report.messagesWritten, undecodable: report.passedThroughUndecoded,
      damaged: !report.damage.isEmpty, damage: report.damage.map(\.description))
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      let undecodable = summary.undecodable > 0 ? ", \(summary.undecodable) not decodable" : ""
      Console.result("\(output): \(summary.messages) messages\(undecodable)")
    }
    return summary.damaged ? .incomplete : .done
  }

  private static func isSameFile(_ left: String, _ right: String) -> Bool {
    var (a, b) = (stat(), stat())
    return stat(left, &a) == 0 && stat(right, &b) == 0 && a.st_dev == b.st_dev
      && a.st_ino == b.st_ino
  }
}
