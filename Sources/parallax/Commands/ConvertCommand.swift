import Foundation
import SensorLogs

/// `parallax convert IN OUT`.
enum ConvertCommand: Command {
  static let description = CommandDescription(
    name: "convert",
    summary: "rewrite a recorded log, a cloud, a mesh or a calibration in another format",
    discussion: """
      To .mcap: any log. Encoded messages are copied byte for byte, each after a trial decode; one that does not decode is
      copied as it is and reported (exit code 3). To .pcd, .ply, .npy, .xyz, .bin: a single cloud, of a log or a file. To
      .obj, .off, .stl, .ply: a mesh, or the points of a cloud as vertices (not .stl). A mesh becomes a cloud by --samples, or
      of its vertices. What the new format has no place for is named. A calibration (of Parallax, ROS
      camera_info, OpenCV, Kalibr or KITTI, told by its content) is written in the form that --to names.
      """,
    positionals: [
      .init(name: "IN", summary: "a recorded log, cloud, mesh or calibration"),
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
      .init(
        name: "--encoding", value: "NAME",
        summary:
          "of a cloud or mesh: ascii, binary, binary_big_endian (PLY), binary_compressed (PCD)"),
      .init(name: "--samples", value: "N", summary: "draw N points on a mesh, uniform by area"),
      .init(name: "--even", summary: "spread the samples evenly (Poisson disk)"),
      .init(name: "--seed", value: "S", summary: "seed of the samples; 0 when left out"),
      .init(
        name: "--local", summary: "leave the origin of large coordinates out of the cloud's file"),
      CommandDescription.json,
    ],
    examples: [
      "parallax convert kitti/ drive.mcap", "parallax convert scan.bin scan.pcd",
      "parallax convert chair.off chair.npy --samples 2048",
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
    guard LogConversion.canWrite(output) || GeometryConversion.isWritable(output) else {
      throw CommandFailure.usage(
        "'\(output)' names no format that can be written: .mcap, .pcd, .ply, .npy, .xyz, .bin, .obj, .off, .stl",
        command: "convert")
    }
    let place = try LogPath(input)
    if GeometryConversion.isMeant(place, output) {
      return try GeometryConversion.run(arguments, place)
    }
    for option in ["--encoding", "--samples", "--even", "--seed", "--local"]
    where arguments.isSet(option) {
      throw CommandFailure.usage(
        "option '\(option)' is for files of one cloud or mesh; \(input) is none that can become \(output)",
        command: "convert")
    }
    guard LogConversion.canWrite(output) else {
      throw CommandFailure.usage(
        "only a file of one cloud or mesh can become \(output), not a log; make a cloud first",
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
