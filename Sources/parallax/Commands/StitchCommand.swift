import Foundation
import Vision

/// `parallax stitch IMAGE… --out FILE`.
enum StitchCommand: Command {
  static let description = CommandDescription(
    name: "stitch", summary: "join overlapping pictures to a panorama",
    discussion: """
      Neighbouring pictures should share a third of their area; their order does not matter. By default the camera turned in its
      place; --mode scans joins pictures of a flat thing taken by a camera that moved. When a picture overlaps no other, it is
      named and nothing is written.
      """,
    positionals: [.init(name: "IMAGE", summary: "pictures, two or more", isRepeated: true)],
    options: [
      .init(
        name: "--out", value: "FILE", summary: "the panorama: .png, .jpg or .jpeg", isRequired: true
      ),
      .init(name: "--mode", value: "turning|scans", summary: "how the pictures were taken"),
      .init(
        name: "--confidence", value: "X",
        summary: "how sure an overlap must be, 1 by default; 0.5 for little overlap"),
      CommandDescription.json,
    ], examples: ["parallax stitch left.jpg middle.jpg right.jpg --out wide.png"])

  private struct Summary: Encodable {
    var output: String
    var pictures: Int
    var width: Int
    var height: Int
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let (paths, output) = (arguments.positionals, arguments.value(of: "--out") ?? "")
    let ending = (output as NSString).pathExtension.lowercased()
    guard ["png", "jpg", "jpeg"].contains(ending) else {
      throw CommandFailure.usage("'\(output)' ends in neither .png nor .jpg", command: "stitch")
    }
    let name = arguments.value(of: "--mode") ?? Panorama.Mode.turningCamera.rawValue
    guard let mode = Panorama.Mode(rawValue: name) else {
      throw CommandFailure.usage(
        "option '--mode' takes turning or scans, not '\(name)'", command: "stitch")
    }
    let confidence = try arguments.positiveNumber(of: "--confidence") ?? 1
    guard paths.count >= 2 else {
      throw CommandFailure.usage("a panorama needs 2 pictures or more", command: "stitch")
    }
    let images = try paths.map { path in
      guard let data = FileManager.default.contents(atPath: path) else {
        throw CommandFailure(.unreadableInput, "\(path): no such file, or it cannot be read")
      }
      do { return try ImageCodec.decode([UInt8](data), named: path) } catch let error as VisionError
      {
        throw CommandFailure(.unreadableInput, error.description)
      }
    }
    let joined: Image
    do { joined = try Panorama(mode: mode, confidence: confidence).stitch(images) } catch let error
      as PanoramaError
    {
      throw CommandFailure(.failure, error.description(names: paths))
    }
    let bytes = try ImageCodec.encode(joined, as: ending == "png" ? .png : .jpeg(quality: 95))
    try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    if arguments.isSet("--json") {
      try Console.json(
        Summary(
          output: output, pictures: paths.count, width: joined.width, height: joined.height))
    } else {
      Console.result(
        "\(output): \(paths.count) pictures, \(joined.width) x \(joined.height) pixels")
    }
    return .done
  }
}
