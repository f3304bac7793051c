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
    .init(name: "--force", summary: "write the calibration even when it is refused"),
    .init(
      name: "--window", value: "PIXELS",
      summary: "half side of all corner windows; by default they follow the squares"),
  ]

  static let outOption = CommandDescription.Option(
    name: "--out", value: "FILE.yaml", summary: "where the calibration is written",
    isRequired: true)
  static let reportOption = CommandDescription.Option(
    name: "--report", value: "DIR", summary: "write DIR/report.html with plots and pictures")

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

  /// Does `work`; where it is refused the command ends with the reasons.
  func attempt<Estimate>(_ work: () throws -> Estimate) throws -> Estimate {
    do { return try work() } catch let refusal as CalibrationRefusal {
      let advice = refusal.nextPose.map { ["what would help most: \($0.words)"] } ?? []
      throw CommandFailure(
        .failure, messages: refusal.reasons.map { "refused: \($0.sentence)" } + advice)
    }
  }

  /// Says why a result is marked, and writes it; ends the command where it must not be used.
  func finish(
    _ file: CalibrationFile, _ verdict: CalibrationVerdict, nextPose: NextPose?
  ) throws {
    let advice = nextPose.map { ["what would help most: \($0.words)"] } ?? []
    let lines =
      verdict.reasons.map { "\(verdict.name): \($0.sentence)" }
      + (verdict.reasons.isEmpty ? [] : advice)
    if verdict.isRefused && !arguments.isSet("--force") {
      throw CommandFailure(
        .failure, messages: lines + ["no calibration was written; --force writes it all the same"])
    }
    for line in lines { Console.note(line) }
    try save(file)
  }

  /// Writes a calibration to the file of `--out`.
  func save(_ file: CalibrationFile) throws {
    let path = arguments.value(of: "--out") ?? ""
    do {
      try file.save(path: path)
    } catch { throw CommandFailure(.failure, "\(path): cannot be written: \(error)") }
    Console.note("calibration: \(path)")
  }

  /// Reads an image again by the name that its view has.
  static func pictures(_ files: [String]) -> (String) -> Image? {
    { name in
      let path = files.first { ($0 as NSString).lastPathComponent == name }
      guard let path, let bytes = FileManager.default.contents(atPath: path) else { return nil }
      return try? ImageCodec.decode([UInt8](bytes), named: name)
    }
  }

  /// Writes a page into the folder of `--report`.
  func writeReport(_ page: StaticPage) throws {
    let folder = arguments.value(of: "--report") ?? ""
    let file = (folder as NSString).appendingPathComponent("report.html")
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(page.html.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch { throw CommandFailure(.failure, "\(file): cannot be written: \(error)") }
    Console.note("report: \(file)")
  }

  /// Standard deviations by the parameters' names.
  static func deviations(
    _ parameters: [ParameterEstimate], formal: Bool = false
  ) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: parameters.map {
        ($0.name, formal ? $0.formalDeviation : $0.deviation)
      })
  }
}

extension TargetDetection {
  /// Whether the image cannot be read.
  var isUnreadable: Bool { if case .unreadable = outcome { true } else { false } }
}
