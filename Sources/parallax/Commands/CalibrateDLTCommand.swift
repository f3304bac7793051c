import Calibration
import Foundation
import Geometry

/// `parallax calibrate dlt --points FILE.csv`.
enum CalibrateDLTCommand: Command {
  static let description = CommandDescription(
    name: "calibrate dlt", summary: "a camera from 6 or more known points and their pixels",
    discussion: """
      Linear estimate of K with skew, rotation and translation (direct linear transform). FILE.csv holds lines X,Y,Z,u,v: metres and
      pixels without lens distortion. Points that do not determine a camera are refused with the reason. The rotation is a
      quaternion w x y z; it and the translation map world coordinates to the camera's.
      """,
    options: [
      .init(name: "--points", value: "FILE.csv", summary: "lines X,Y,Z,u,v", isRequired: true),
      CommandDescription.json,
    ],
    examples: ["parallax calibrate dlt --points marks.csv --json"])

  private struct Summary: Encodable {
    struct Camera: Encodable {
      var fx, fy, cx, cy, skew: Double
    }
    var rmsPx: Double
    var points: Int
    var camera: Camera
    var rotation: [Double]
    var translation: [Double]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let path = arguments.value(of: "--points") ?? ""
    let pairs = try PointPair.parse(csv: text(path), file: path)
    let found: DirectLinearTransform
    do {
      found = try DirectLinearTransform(pairs)
    } catch { throw CommandFailure(.failure, "\(path): \(error)") }
    let (pose, f, c) = (found.cameraFromWorld, found.focalLength, found.principalPoint)
    let (q, t) = (pose.rotation, pose.translation)
    let summary = Summary(
      rmsPx: found.rmsError, points: pairs.count,
      camera: .init(fx: f.x, fy: f.y, cx: c.x, cy: c.y, skew: found.skew),
      rotation: [q.w, q.vector.x, q.vector.y, q.vector.z], translation: [t.x, t.y, t.z])
    if arguments.isSet("--json") {
      try Console.json(summary)
      return .done
    }
    let numbers = { (values: [Double]) in
      values.map { String(format: "%.6g", $0) }.joined(separator: " ")
    }
    let rows = [
      ["  focal length", numbers([f.x, f.y]) + " px"],
      ["  principal point", numbers([c.x, c.y]) + " px"],
      ["  skew", numbers([found.skew]) + " px"], ["  rotation w x y z", numbers(summary.rotation)],
      ["  translation", numbers(summary.translation) + " m"],
    ]
    Console.result(
      "\(pairs.count) points, reprojection error \(numbers([found.rmsError])) px RMS\n"
        + Console.table(rows))
    return .done
  }

  private static func text(_ path: String) throws -> String {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    guard let attributes else {
      throw CommandFailure(.unreadableInput, "\(path): no such file or folder")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw CommandFailure(.unreadableInput, "\(path): not a file")
    }
    guard let size = attributes[.size] as? Int, size <= 1 << 28 else {
      throw CommandFailure(.unreadableInput, "\(path): larger than 256 MB")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.unreadableInput, "\(path): cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw CommandFailure(.unreadableInput, "\(path): not UTF-8 text")
    }
    return text
  }
}
