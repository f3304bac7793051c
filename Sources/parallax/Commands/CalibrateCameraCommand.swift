import Calibration
import Configuration
import Foundation
import Geometry
import Reports
import Vision

/// `parallax calibrate camera --images GLOB --board SPEC --out FILE.yaml`.
enum CalibrateCameraCommand: Command {
  static let description = CommandDescription(
    name: "calibrate camera", summary: "a camera with its errors from images of a target",
    discussion: """
      Finds the target in each image, refines its corners in windows that fit its squares, estimates the camera and says how well it
      is known: standard deviations, the uncertainty of a projection over the image, and what leaving out views changes. A camera
      that the images do not determine is refused, with the reason and the view that would help most.
      """,
    positionals: [
      .init(
        name: "IMAGE", summary: "more images, where the shell expands a pattern", isOptional: true,
        isRepeated: true)
    ],
    options: [
      .init(
        name: "--images", value: "GLOB", summary: "images: a quoted pattern, a folder or a file",
        isRequired: true), CalibrationTask.boardOption,
      .init(
        name: "--out", value: "FILE.yaml", summary: "where the camera is written", isRequired: true),
    ] + CalibrationTask.modelOptions + [
      .init(
        name: "--report", value: "DIR", summary: "write DIR/report.html with plots and pictures"),
      CommandDescription.json,
    ],
    examples: [
      "parallax calibrate camera --images 'captures/left*.jpg' --board checkerboard:9x6:0.025 --out left.yaml",
      "parallax calibrate camera --images captures --board aprilgrid:6x6:0.088:0.3 --model fisheye4 --out cam.yaml --report out",
    ])

  private struct Summary: Encodable {
    struct View: Encodable {
      var image: String
      var found: Bool
      var used: Bool
      var rmsPx: Double?
      var reason: String?
    }
    struct Uncertainty: Encodable {
      var centre, corner: Double
    }
    struct CrossValidation: Encodable {
      var rmsPx, medianPx, maximumPx, predictedRmsPx: Double
    }
    struct Outlier: Encodable {
      var image: String
      var corner: Int
      var sigmas: Double
      var effectOnFx: Double
    }
    var rmsPx, noisePx: Double
    var views: [View]
    var camera: CalibrationTask.CameraSummary
    var stddev, stddevFormal: [String: Double]
    var projectionUncertaintyPx: Uncertainty
    var coverage: Double
    var crossValidation: CrossValidation?
    var outliers: [Outlier]
    var verdict: String
    var reasons: [String]
    var nextPose: String?
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let task = try CalibrationTask(arguments)
    let files = try task.images("--images", and: arguments.positionals)
    let detections = try task.detections(in: files)
    let views = task.target.consistent(detections.compactMap(\.view))
    let estimate = try task.estimate(views)
    if let folder = arguments.value(of: "--report") {
      try task.writeReport(
        CameraCalibrationReport(
          title: "Camera calibration", estimate: estimate,
          picture: CalibrationTask.pictures(files)), to: folder)
    }
    try show(estimate, detections, arguments)
    try task.refuse(estimate.verdict, nextPose: estimate.nextPose)
    let file = CalibrationFile(
      source: "parallax calibrate camera, \(views.count) views of \(task.target), "
        + "RMS \(String(format: "%.3f", estimate.rms)) px, \(estimate.verdict.name)",
      cameras: [.init(name: "camera", camera: estimate.camera, uncertainty: estimate.deviations)])
    try task.save(file, to: arguments.value(of: "--out") ?? "")
    return detections.contains(where: \.isUnreadable) ? .incomplete : .done
  }

  private static func show(
    _ estimate: CameraEstimate, _ detections: [TargetDetection], _ arguments: ParsedArguments
  ) throws {
    guard arguments.isSet("--json") else {
      Console.result(text(estimate, detections))
      return
    }
    let map = estimate.uncertainty
    try Console.json(
      Summary(
        rmsPx: estimate.rms, noisePx: estimate.noise,
        views: detections.map { detection in
          let used = estimate.views.first { $0.name == detection.name }
          return Summary.View(
            image: detection.name, found: detection.view != nil, used: used != nil,
            rmsPx: used?.rms, reason: detection.reason)
        }, camera: .init(estimate.camera), stddev: CalibrationTask.deviations(estimate),
        stddevFormal: CalibrationTask.formalDeviations(estimate),
        projectionUncertaintyPx: .init(centre: map.centre, corner: map.corner),
        coverage: estimate.coverage.fraction,
        crossValidation: estimate.crossValidation.map {
          .init(
            rmsPx: $0.rms, medianPx: $0.median, maximumPx: $0.maximum,
            predictedRmsPx: $0.predictedRms)
        },
        outliers: estimate.outliers.map {
          .init(
            image: $0.viewName, corner: $0.index, sigmas: $0.sigmas,
            effectOnFx: $0.focalLengthEffect)
        }, verdict: estimate.verdict.name, reasons: estimate.verdict.reasons.map(\.sentence),
        nextPose: estimate.nextPose?.words))
  }

  private static func text(_ estimate: CameraEstimate, _ detections: [TargetDetection]) -> String {
    let number = { (value: Double) in String(format: "%.3f", value) }
    var rows = estimate.parameters.map {
      ["  \($0.name)", String(format: "%.5g", $0.value), "±", String(format: "%.2g", $0.deviation)]
    }
    rows.append(["  uncertainty in the centre", number(estimate.uncertainty.centre), "px", ""])
    rows.append(["  in the corners", number(estimate.uncertainty.corner), "px", ""])
    var lines = [
      "\(estimate.views.count) of \(detections.count) images used, RMS \(number(estimate.rms)) px, "
        + "\(estimate.outliers.count) corners left out, "
        + "\(Int((100 * estimate.coverage.fraction).rounded())) % of the image covered",
      Console.table(rows),
    ]
    for outlier in estimate.outliers.prefix(8) {
      lines.append(
        "  left out: \(outlier.viewName) corner \(outlier.index), "
          + "\(String(format: "%.1f", outlier.sigmas)) sigma, would move fx by "
          + "\(String(format: "%.2f", outlier.focalLengthEffect)) px")
    }
    return lines.joined(separator: "\n")
  }
}
