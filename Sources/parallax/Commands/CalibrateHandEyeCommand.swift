import Calibration
import Foundation
import Geometry

/// `parallax calibrate hand-eye --poses FILE.csv`.
enum CalibrateHandEyeCommand: Command {
  static let description = CommandDescription(
    name: "calibrate hand-eye", summary: "where a camera sits on a robot's hand, from its stops",
    discussion: """
      FILE.csv holds one stop a line: position x,y,z (metres) and quaternion w,x,y,z of base_from_hand as the robot reports it, then of
      camera_from_target as the camera sees it; 14 numbers. Three stops or more, turned about different axes, by 30 degrees or more.
      Five closed forms of A X = X B and two of A X = Z B are compared, the best is refined over both unknown poses, and a stop
      that does not fit is left out and named.
      """,
    options: [
      .init(name: "--poses", value: "FILE.csv", summary: "the stops", isRequired: true),
      .init(
        name: "--camera", value: "FILE.yaml", summary: "the camera's calibration, kept in --out"),
      .init(
        name: "--out", value: "FILE.yaml",
        summary: "the calibration with hand_from_CAMERA and base_from_target; needs --camera"),
      CommandDescription.json,
    ], examples: ["parallax calibrate hand-eye --poses stops.csv --json"])

  private struct Summary: Encodable {
    struct Transform: Encodable {
      var rotation, translation: [Double]
      init(_ pose: Pose) {
        let (q, t) = (pose.rotation, pose.translation)
        rotation = [q.w, q.vector.x, q.vector.y, q.vector.z]
        translation = [t.x, t.y, t.z]
      }
    }
    struct ClosedForm: Encodable {
      var method: String
      var rotationRmsDegrees, translationRmsM: Double?
    }
    struct Deviations: Encodable {
      var rotationDegrees, translationM: [Double]
    }
    var handFromCamera, baseFromTarget: Transform
    var stddev: Deviations
    var axisSpreadDegrees: Double
    var closedForms: [ClosedForm]
    var leftOut: [Int]
    var warnings: [String]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let path = arguments.value(of: "--poses") ?? ""
    let out = arguments.value(of: "--out")
    if out != nil && !arguments.isSet("--camera") {
      throw CommandFailure.usage(
        "option '--out' needs '--camera FILE.yaml'", command: "calibrate hand-eye")
    }
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(data: data, encoding: .utf8)
    else { throw CommandFailure(.unreadableInput, "\(path): no such file, or it is no text") }
    let pairs = try HandEyePair.parse(csv: text, file: path)
    let estimate: HandEyeEstimate
    do { estimate = try HandEyeEstimator().estimate(pairs) } catch let error as HandEyeError {
      throw CommandFailure(.failure, "\(path): refused: \(error)")
    }
    if let out, let camera = arguments.value(of: "--camera") {
      var file = try CalibrationFile.load(path: camera)
      guard let name = file.cameras.first?.name else { return .failure }
      file.transforms += [
        .init(target: "hand", source: name, targetFromSource: estimate.handFromCamera),
        .init(target: "base", source: "target", targetFromSource: estimate.baseFromTarget),
      ]
      try file.save(path: out)
    }
    for warning in estimate.warnings { Console.note("warning: \(warning)") }
    let degrees = 180 / Double.pi
    let (turn, shift) = (estimate.rotationDeviation * degrees, estimate.translationDeviation)
    let summary = Summary(
      handFromCamera: .init(estimate.handFromCamera),
      baseFromTarget: .init(estimate.baseFromTarget),
      stddev: .init(
        rotationDegrees: [turn.x, turn.y, turn.z], translationM: [shift.x, shift.y, shift.z]),
      axisSpreadDegrees: estimate.axisSpread * degrees,
      closedForms: estimate.closedForms.map {
        .init(
          method: $0.name,
          rotationRmsDegrees: $0.poses == nil ? nil : $0.rotationError * degrees,
          translationRmsM: $0.poses == nil ? nil : $0.translationError)
      }, leftOut: estimate.stops.indices.filter { estimate.stops[$0].isOutlier }.map { $0 + 1 },
      warnings: estimate.warnings)
    if arguments.isSet("--json") {
      try Console.json(summary)
      return .done
    }
    let numbers = { (values: [Double]) in
      values.map { String(format: "%.6g", $0) }.joined(separator: " ")
    }
    let rows = [
      ["  rotation w x y z", numbers(summary.handFromCamera.rotation)],
      ["  translation", numbers(summary.handFromCamera.translation) + " m"],
      [
        "  standard deviations",
        numbers(summary.stddev.rotationDegrees) + " degrees, "
          + numbers(summary.stddev.translationM.map { $0 * 1000 }) + " mm",
      ], ["  spread of axes", numbers([summary.axisSpreadDegrees]) + " degrees"],
    ]
    Console.result("hand_from_camera from \(pairs.count) stops\n" + Console.table(rows))
    return .done
  }
}
