import Foundation
import SensorLogs

/// `parallax convert IN OUT`.
enum ConvertCommand: Command {
  static let description = CommandDescription(
    name: "convert", summary: "rewrite a recorded log or a cloud in another format",
    discussion: """
      To .mcap: any log. Encoded messages are copied byte for byte, each after a trial decode; one that does not decode is
      copied as it is and reported (exit code 3). To .pcd, .ply, .bin, .xyz: a single cloud.
      """,
    positionals: [
      .init(name: "IN", summary: "a recorded log or cloud"),
      .init(name: "OUT", summary: "the file to write; its ending names the format"),
    ],
    options: [CommandDescription.json],
    examples: ["parallax convert kitti/ drive.mcap", "parallax convert scan.bin scan.pcd"])

  private struct Summary: Encodable {
    var output: String
    var messages: Int
    var undecodable: Int
    var damaged: Bool
    var damage: [String]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let (input, output) = (arguments.positionals[0], arguments.positionals[1])
    guard LogConversion.canWrite(output) else {
      throw CommandFailure.usage(
        "'\(output)' names no format that can be written: .mcap, .pcd, .ply, .bin, .xyz",
        command: "convert")
    }
    // Writing over the log that is being read would lose what a damaged one still holds.
    guard !isSameFile(input, output) else {
      throw CommandFailure.usage(
        "OUT is the file that IN names; choose another", command: "convert")
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
