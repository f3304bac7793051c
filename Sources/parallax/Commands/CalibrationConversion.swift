import Calibration
import Configuration
import Foundation
import SensorLogs

/// `parallax convert` between forms of a calibration.
enum CalibrationConversion {
  /// Names of the forms that can be written.
  static let forms = CalibrationFormat.allCases.map(\.rawValue) + ["kitti"]

  private struct Summary: Encodable {
    var output: String
    var format: String
    var cameras: [String]
  }

  /// Whether the arguments mean a calibration: a form is named, or both files are YAML.
  static func isMeant(_ arguments: ParsedArguments) -> Bool {
    if arguments.isSet("--to") { return true }
    let endings = arguments.positionals.map { ($0 as NSString).pathExtension.lowercased() }
    return endings.allSatisfy { ["yaml", "yml"].contains($0) }
      || (endings.first == "txt" && ["yaml", "yml"].contains(endings.last ?? ""))
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let (input, output) = (arguments.positionals[0], arguments.positionals[1])
    let form = arguments.value(of: "--to") ?? CalibrationFormat.parallax.rawValue
    guard forms.contains(form) else {
      let hint = NearestName.hint(for: form, among: forms, listing: "forms")
      throw CommandFailure.usage(
        "option '--to' takes a form of calibration, not '\(form)'; \(hint)", command: "convert")
    }
    let file = try read(input, size: imageSize(arguments))
    let text: String
    do {
      if let format = CalibrationFormat(rawValue: form) {
        text = try file.text(as: format, camera: arguments.value(of: "--camera"))
      } else {
        text = try KITTICalibration(file).text
      }
    } catch let error as CalibrationFormatError {
      throw CommandFailure(.failure, "\(input) \(error)")
    } catch let error as KITTIFormError { throw CommandFailure(.failure, "\(input) \(error)") }
    try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    let names = file.cameras.map(\.name)
    if arguments.isSet("--json") {
      try Console.json(Summary(output: output, format: form, cameras: names))
    } else {
      Console.result("\(output): \(names.joined(separator: ", ")) in the form of \(form)")
    }
    return .done
  }

  private static func read(_ path: String, size: (width: Int, height: Int)?) throws
    -> CalibrationFile
  {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
    else { throw CommandFailure(.unreadableInput, "\(path): no such file") }
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: 8 << 20),
      let text = String(data: data, encoding: .utf8)
    else { throw CommandFailure(.unreadableInput, "\(path): cannot be read as text") }
    let isKITTI = text.split(whereSeparator: \.isNewline).contains { line in
      (0...3).contains { line.hasPrefix("P\($0):") }
    }
    guard isKITTI else { return try CalibrationFile(text: text, named: path, imageSize: size) }
    guard let size else {
      throw CommandFailure.usage(
        "\(path) is a calibration of KITTI, which lacks the images' size; give --size 1242x375 or "
          + "what it is", command: "convert")
    }
    return try KITTICalibration(parsing: text, named: path)
      .calibrationFile(width: size.width, height: size.height)
  }

  private static func imageSize(_ arguments: ParsedArguments) throws -> (width: Int, height: Int)? {
    guard let text = arguments.value(of: "--size") else { return nil }
    let sides = text.split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2, sides.allSatisfy({ (1...(1 << 20)).contains($0) }) else {
      throw CommandFailure.usage(
        "option '--size' takes WIDTHxHEIGHT in pixels, not '\(text)'", command: "convert")
    }
    return (sides[0], sides[1])
  }
}
