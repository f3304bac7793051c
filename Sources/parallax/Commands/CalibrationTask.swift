import Calibration
import Configuration
import Foundation
import Geometry
import Reports
import Vision

/// What the commands that calibrate from images of a target share.
struct CalibrationTask {
  static let boardOption = CommandDescription.Option(
    name: "--board", value: "SPEC",
    summary: "the target: checkerboard:9x6:0.025 (inner corners, metres); see calibrate target",
    isRequired: true)
  static let modelOptions: [CommandDescription.Option] = [
    .init(
      name: "--model", value: "NAME",
      summary: "lens: pinhole5 (default), pinhole8 or fisheye4"),
    .init(name: "--skew", summary: "estimate the skew of the pixel axes too"),
    .init(
      name: "--window", value: "PIXELS",
      summary: "half side of all corner windows; by default they follow the squares"),
  ]

  /// A camera as the machine-readable results have it.
  struct CameraSummary: Encodable {
    var width, height: Int
    var fx, fy, cx, cy, skew: Double
    var distortion: [Double]

    init(_ camera: CameraModel) {
      (width, height) = (camera.width, camera.height)
      (fx, fy) = (camera.focalLength.x, camera.focalLength.y)
      (cx, cy, skew) = (camera.principalPoint.x, camera.principalPoint.y, camera.skew)
      switch camera.distortion {
      case .none: distortion = []
      case .brownConrady(let values), .fisheye(let values): distortion = values
      }
    }
  }

  /// Images that are searched at once.
  private static let threads = 2

  static let imageTypes: Set<String> = [
    "png", "jpg", "jpeg", "bmp", "pgm", "ppm", "pnm", "tif", "tiff",
  ]

  let arguments: ParsedArguments
  let target: CalibrationTarget
  let detector: TargetDetector
  private(set) var options = CameraEstimator.Options()

  init(_ arguments: ParsedArguments) throws {
    self.arguments = arguments
    let command = arguments.command.name
    do {
      target = try CalibrationTarget(text: arguments.value(of: "--board") ?? "")
    } catch let error as TargetTextError {
      throw CommandFailure.usage(error.description, command: command)
    }
    detector = TargetDetector(
      target: target, options: .init(window: try arguments.number(of: "--window")))
    let name = arguments.value(of: "--model") ?? "pinhole5"
    guard let lens = LensModel(rawValue: name) else {
      let names = LensModel.allCases.map(\.rawValue)
      let hint = NearestName.hint(for: name, among: names, listing: "models")
      throw CommandFailure.usage("unknown lens model '\(name)'; \(hint)", command: command)
    }
    options.lens = lens
    options.estimatesSkew = arguments.isSet("--skew")
  }

  /// The images of an option, and further ones that the shell made of an unquoted pattern.
  func images(_ option: String, and more: [String] = []) throws -> [String] {
    let pattern = arguments.value(of: option) ?? ""
    return try ([pattern] + more).flatMap {
      try FilePattern.files($0, extensions: Self.imageTypes, kind: "image")
    }
  }

  /// What the images show, with a note for each that cannot be used.
  ///
  /// Throws when none shows the target, or when the images differ in size.
  func detections(in files: [String]) throws -> [TargetDetection] {
    let survey = try detector.detect(
      images: files.map { URL(fileURLWithPath: $0) }, threads: Self.threads)
    let detections = survey.detections
    for detection in detections {
      if let reason = detection.reason { Console.note("\(detection.name): \(reason)") }
    }
    let views = survey.views
    guard let first = views.first else {
      if detections.allSatisfy(\.isUnreadable) {
        throw CommandFailure(.unreadableInput, "none of \(files.count) images can be read")
      }
      throw CommandFailure(.failure, survey.problem ?? "no image shows the target")
    }
    if let other = views.first(where: { $0.width != first.width || $0.height != first.height }) {
      throw CommandFailure(
        .failure,
        "\(first.name) has \(first.width)x\(first.height) pixels, \(other.name) "
          + "\(other.width)x\(other.height): one camera has images of one size")
    }
    return detections
  }

  /// The camera that the views determine.
  func estimate(_ views: [TargetView]) throws -> CameraEstimate {
    do {
      return try CameraEstimator(target: target, options: options).estimate(views)
    } catch let refusal as CalibrationRefusal {
      throw CommandFailure(.failure, messages: ["refused: \(refusal)"])
    }
  }

  /// Ends the command where a result must not be used; says why it is marked otherwise.
  func refuse(_ verdict: CalibrationVerdict, nextPose: NextPose?) throws {
    let advice = nextPose.map { ["what would help most: \($0.words)"] } ?? []
    guard !verdict.reasons.isEmpty else { return }
    let lines = verdict.reasons.map { "\(verdict.name): \($0.sentence)" } + advice
    if verdict.isRefused {
      throw CommandFailure(.failure, messages: lines + ["no calibration was written"])
    }
    for line in lines { Console.note(line) }
  }

  /// Reads an image again by the name that its view has.
  static func pictures(_ files: [String]) -> (String) -> Image? {
    { name in
      let path = files.first { ($0 as NSString).lastPathComponent == name }
      guard let path, let bytes = FileManager.default.contents(atPath: path) else { return nil }
      return try? ImageCodec.decode([UInt8](bytes), named: name)
    }
  }

  func writeReport(_ report: CameraCalibrationReport, to folder: String) throws {
    try write(report.page().html, to: folder)
  }

  func write(_ html: String, to folder: String) throws {
    let file = (folder as NSString).appendingPathComponent("report.html")
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try Data(html.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch { throw CommandFailure(.failure, "\(file): cannot be written: \(error)") }
    Console.note("report: \(file)")
  }

  func save(_ file: CalibrationFile, to path: String) throws {
    do {
      try file.save(path: path)
    } catch { throw CommandFailure(.failure, "\(path): cannot be written: \(error)") }
    Console.note("calibration: \(path)")
  }

  static func deviations(_ estimate: CameraEstimate) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: estimate.parameters.map { ($0.name, $0.deviation) })
  }

  static func formalDeviations(_ estimate: CameraEstimate) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: estimate.parameters.map { ($0.name, $0.formalDeviation) })
  }
}

extension TargetDetection {
  /// Whether the image cannot be read.
  var isUnreadable: Bool { if case .unreadable = outcome { true } else { false } }
}

extension CameraEstimate {
  /// The standard deviations as calibration files hold them.
  var deviations: CameraUncertainty {
    func of(_ name: String) -> Double { parameter(named: name)?.deviation ?? 0 }
    let fixed = ["fx", "fy", "cx", "cy", "skew"]
    return CameraUncertainty(
      focalLength: Vector2(of("fx"), of("fy")), principalPoint: Vector2(of("cx"), of("cy")),
      skew: of("skew"),
      distortion: parameters.filter { !fixed.contains($0.name) }.map(\.deviation))
  }
}
