import Calibration
import Foundation
import Geometry
import Reports

/// `parallax calibrate stereo --left GLOB --right GLOB --board SPEC --out FILE.yaml`.
enum CalibrateStereoCommand: Command {
  static let description = CommandDescription(
    name: "calibrate stereo", summary: "two cameras and the pose between them, with their errors",
    discussion: """
      Images are paired by the last number in their names, or by their order where names have none. Both cameras, the pose between
      them and the target's poses are estimated together. Where a board looks alike after half a turn, the order of its corners is
      made to agree between the cameras. The result says what its errors do to depth.
      """,
    options: [
      .init(
        name: "--left", value: "GLOB", summary: "left images: a quoted pattern or a folder",
        isRequired: true),
      .init(
        name: "--right", value: "GLOB", summary: "right images of the same instants",
        isRequired: true), CalibrationTask.boardOption, CalibrationTask.outOption,
    ] + CalibrationTask.modelOptions + [CalibrationTask.reportOption, CommandDescription.json],
    examples: [
      "parallax calibrate stereo --left 'captures/left*.jpg' --right 'captures/right*.jpg' --board checkerboard:9x6:0.025 --out rig.yaml"
    ])

  private struct Summary: Encodable {
    struct Transform: Encodable {
      var rotation, translation: [Double]
    }
    struct Pair: Encodable {
      var left, right: String
      var rmsPx: Double
    }
    struct CrossValidation: Encodable {
      var baselineDifferenceM, predictedBaselineStddevM, rotationDifferenceRad: Double
      var epipolarRmsPx: Double
    }
    struct DepthError: Encodable {
      var depthM, stddevM: Double
    }
    var rmsPx, epipolarRmsPx, epipolarMaxPx, baselineM, baselineStddevM: Double
    var edgeRms: Double?
    var left, right: CalibrationTask.CameraSummary
    var leftStddev, rightStddev: [String: Double]
    var rightFromLeft: Transform
    var boards: Int
    var pairs: [Pair]
    var outliers: Int
    var crossValidation: CrossValidation?
    var depthStddev: [DepthError]
    var verdict: String
    var reasons: [String]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let task = try CalibrationTask(arguments)
    let files = try StereoFiles(left: task.images("--left"), right: task.images("--right"))
    for name in files.unpaired {
      Console.note("\(name): no image of the other camera belongs to it")
    }
    let left = try task.detections(in: files.left)
    let right = try task.detections(in: files.right)
    let views = paired(left, right, of: task.target)
    let estimate = try task.attempt {
      try StereoEstimator(target: task.target, options: task.options)
        .estimate(left: views.left, right: views.right)
    }
    if arguments.isSet("--report") {
      let report = StereoCalibrationReport(
        title: "Stereo calibration", estimate: estimate,
        picture: CalibrationTask.pictures(files.left + files.right))
      try task.writeReport(try report.page())
    }
    let boards = (left + right).filter { $0.view != nil }.count
    try show(estimate, boards: boards, of: left.count + right.count, arguments)
    for pair in estimate.unusedPairs { Console.note("\(pair.name): not used: \(pair.reason)") }
    let source =
      "parallax calibrate stereo, \(estimate.pairs.count) pairs of \(task.target), "
      + "RMS \(String(format: "%.3f", estimate.rms)) px, \(estimate.verdict.name)"
    try task.finish(estimate.file(source: source), estimate.verdict, nextPose: nil)
    return (left + right).contains(where: \.isUnreadable) ? .incomplete : .done
  }

  /// Views of both sides in orders that agree; a side that did not find the target has no corners.
  private static func paired(
    _ left: [TargetDetection], _ right: [TargetDetection], of target: CalibrationTarget
  ) -> (left: [TargetView], right: [TargetView]) {
    func views(_ detections: [TargetDetection]) -> [TargetView] {
      let size = detections.compactMap(\.view).first
      return detections.map {
        $0.view
          ?? TargetView(
            name: $0.name, width: size?.width ?? 0, height: size?.height ?? 0, corners: [])
      }
    }
    var (left, right) = (views(left), views(right))
    let seen = left.indices.filter { !left[$0].corners.isEmpty }
    for (place, view) in zip(seen, target.consistent(seen.map { left[$0] })) { left[place] = view }
    let both = seen.filter { !right[$0].corners.isEmpty }
    let agreed = target.agreeing(both.map { (left[$0], right[$0]) })
    for (place, pair) in zip(both, agreed) { (left[place], right[place]) = pair }
    return (left, right)
  }

  private static func show(
    _ estimate: StereoEstimate, boards: Int, of images: Int, _ arguments: ParsedArguments
  ) throws {
    guard arguments.isSet("--json") else {
      Console.result(text(estimate, boards: boards, of: images))
      return
    }
    let pose = estimate.rig.rightFromLeft
    let (q, t) = (pose.rotation, pose.translation)
    try Console.json(
      Summary(
        rmsPx: estimate.rms, epipolarRmsPx: estimate.epipolar.rms,
        epipolarMaxPx: estimate.epipolar.maximum, baselineM: estimate.rig.baseline,
        baselineStddevM: estimate.baseline.deviation, edgeRms: estimate.edges?.rms,
        left: .init(estimate.rig.left), right: .init(estimate.rig.right),
        leftStddev: CalibrationTask.deviations(estimate.left),
        rightStddev: CalibrationTask.deviations(estimate.right),
        rightFromLeft: .init(
          rotation: [q.w, q.vector.x, q.vector.y, q.vector.z], translation: [t.x, t.y, t.z]),
        boards: boards,
        pairs: estimate.pairs.map { .init(left: $0.names[0], right: $0.names[1], rmsPx: $0.rms) },
        outliers: estimate.outliers.count,
        crossValidation: estimate.crossValidation.map {
          .init(
            baselineDifferenceM: $0.baselineDifference,
            predictedBaselineStddevM: $0.predictedBaselineDeviation,
            rotationDifferenceRad: $0.rotationDifference, epipolarRmsPx: $0.epipolar.rms)
        },
        depthStddev: depths.map {
          .init(depthM: $0, stddevM: estimate.depthStandardDeviation(at: $0))
        }, verdict: estimate.verdict.name, reasons: estimate.verdict.reasons.map(\.sentence)))
  }

  private static let depths = [2.0, 5, 10]

  private static func text(_ estimate: StereoEstimate, boards: Int, of images: Int) -> String {
    func number(_ value: Double, _ digits: Int = 3) -> String {
      String(format: "%.\(digits)f", value)
    }
    var rows = [
      [
        "  baseline",
        "\(number(1000 * estimate.rig.baseline)) mm ± "
          + "\(number(1000 * estimate.baseline.deviation))",
      ],
      [
        "  rows after rectification",
        "\(number(estimate.epipolar.rms)) px RMS, \(number(estimate.epipolar.maximum, 2)) at most",
      ],
    ]
    if let edges = estimate.edges {
      rows.append(["  triangulated edges", "\(number(100 * edges.rms, 2)) % RMS"])
    }
    if let check = estimate.crossValidation {
      rows.append([
        "  odd against even pairs",
        "baseline \(number(1000 * check.baselineDifference)) mm apart "
          + "(\(number(1000 * check.predictedBaselineDeviation)) expected), rows "
          + "\(number(check.epipolar.rms)) px RMS",
      ])
    }
    for depth in depths {
      let sigma = estimate.depthStandardDeviation(at: depth)
      rows.append([
        "  depth at \(Int(depth)) m", "± \(number(sigma)) m (matching to 0.25 px included)",
      ])
    }
    return "\(boards) boards in \(images) images, \(estimate.pairs.count) pairs used, "
      + "RMS \(number(estimate.rms)) px, \(estimate.outliers.count) corners left out\n"
      + Console.table(rows)
  }
}

/// Images of two cameras, those of one instant at one place.
struct StereoFiles {
  private(set) var left: [String] = []
  private(set) var right: [String] = []
  /// Images without a partner.
  private(set) var unpaired: [String] = []

  init(left leftFiles: [String], right rightFiles: [String]) throws {
    let (leftKeys, rightKeys) = (leftFiles.map(Self.number), rightFiles.map(Self.number))
    let keys = leftKeys.compactMap { $0 }
    let others = rightKeys.compactMap { $0 }
    let isNumbered =
      keys.count == leftFiles.count && others.count == rightFiles.count
      && Set(keys).count == keys.count && Set(others).count == others.count
      && !Set(keys).isDisjoint(with: others)
    guard isNumbered else {
      guard leftFiles.count == rightFiles.count else {
        throw CommandFailure(
          .failure,
          "\(leftFiles.count) left and \(rightFiles.count) right images cannot be paired: "
            + "their names have no numbers in common and their counts differ")
      }
      (left, right) = (leftFiles, rightFiles)
      return
    }
    for (place, key) in leftKeys.enumerated() {
      guard let partner = rightKeys.firstIndex(of: key) else {
        unpaired.append(leftFiles[place])
        continue
      }
      left.append(leftFiles[place])
      right.append(rightFiles[partner])
    }
    for (place, key) in rightKeys.enumerated() where !leftKeys.contains(key) {
      unpaired.append(rightFiles[place])
    }
  }

  /// The last number in a file's name, without leading zeros.
  private static func number(_ path: String) -> String? {
    let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    let digits = stem.split(whereSeparator: { !$0.isNumber }).last
    return digits.map { String($0.drop { $0 == "0" }) }
  }
}
