import Evaluation
import Geometry
import PointClouds
import SensorLogs

/// `parallax evaluate --detections FILE --truth LOG --protocol NAME`.
enum EvaluateCommand: Command {
  static let description = CommandDescription(
    name: "evaluate", summary: "measure detections against the ground truth of a log",
    discussion: """
      Protocol centre-distance: a true box is found when a detection's centre lies near its centre on the ground plane; pairs are
      one to one, nearest first. Truth is the boxes topic of the log (/labels, /ground_truth/boxes); true boxes count by label,
      distance from the sensor and number of LiDAR points inside.
      Protocols middlebury, eth3d and kitti-stereo: disparities against true disparities (PFM, 16-bit PNG of pixels times 256, or
      8-bit grey with --scale; 0 and infinity: unknown). Holes and density are always stated; "returned" counts pixels that have a
      disparity, "with holes" counts the others as bad, "interpolated" fills holes as KITTI's tools do.

      Protocol depth-sigma: the share of returned depths whose error is within their stated standard deviation, in range bins to
      40 m. --detections is the folder of a run with depth/ (pfm, or png16 in millimetres) and depth_sigma/ (pfm); truth is the
      log's /ground_truth/depth. All returned pixels with a true depth count, gross mismatches included.

      Protocol kitti: average precision in the image, on the ground and in space, 11 and 40 recalls, three difficulties, and
      similarity of headings; --detections and --truth are folders of label files (a KITTI folder's label_2 is found). Protocols
      indoor (IoU 0.25 and 0.5, all classes of the truth) and nuscenes (centre distances of 0.5 to 4 m, errors of the hits):
      --detections is a file of JSON lines, --truth one likewise or a log with boxes.

      With --weights a network for clouds answers to labelled clouds (a folder with labels.jsonl, a KITTI folder, a log, a
      manifest): accuracy of classes, intersection over union of points, or average precision of boxes at IoU 0.25, 0.5, 0.7.
      A network for clips answers to labelled videos (a folder with videos.jsonl, or a folder of videos for each class):
      accuracy of clips and of videos, and the same with the frames reversed, shuffled and frozen.
      """,
    options: [
      .init(
        name: "--detections", value: "FILE",
        summary:
          "boxes as JSON lines, a folder of label files, disparities, or the folder of a run"),
      .init(
        name: "--weights", value: "FILE",
        summary: "in place of --detections: a network for clouds that answers to those of --truth"),
      .init(
        name: "--truth", value: "PATH",
        summary:
          "a log with labelled boxes and clouds, boxes or labels as above, or true disparities",
        isRequired: true),
      .init(
        name: "--protocol", value: "NAME",
        summary:
          "kitti, indoor, nuscenes, centre-distance, depth-sigma, middlebury, eth3d or kitti-stereo"
      ),
      .init(
        name: "--out", value: "FILE.jsonl", summary: "with --weights: the network's answers"),
      .init(
        name: "--threads", value: "N", summary: "with --weights: threads to use; all cores"),
      .init(
        name: "--clips", value: "N",
        summary: "with --weights for clips: clips of each video that are averaged; 1"),
      .init(
        name: "--confusion", value: "FILE.svg",
        summary: "with --weights for clips: a picture of the confusion matrix"),
      .init(name: "--label", value: "NAME", summary: "true boxes that count; Car by default"),
      .init(
        name: "--range", value: "METRES", summary: "largest distance of a true box; 30 by default"),
      .init(
        name: "--min-points", value: "N", summary: "fewest points in a true box; 30 by default"),
      .init(
        name: "--scale", value: "N",
        summary: "units of the truth's file for a pixel; 256 in 16-bit files, else 1"),
      .init(
        name: "--detections-scale", value: "N", summary: "the same for the file of disparities"),
      .init(
        name: "--mask", value: "FILE",
        summary: "255 where both cameras see a point (middlebury, eth3d); objects (kitti-stereo)"),
      .init(
        name: "--resolution", value: "SHARE",
        summary: "size of the maps as a share of full resolution, where thresholds hold; 1"),
      .init(name: "--largest", value: "PX", summary: "disparities are cut to it; as found"),
      .init(
        name: "--curves", value: "DIR",
        summary: "precision over recall of every class as SVG (kitti, indoor)"),
      .init(
        name: "--explain", value: "FILE",
        summary: "why each box is right, wrong or missed, as JSON lines (kitti, indoor)"),
      .init(
        name: "--bootstrap", value: "N",
        summary: "95 % intervals from N draws of frames (kitti, indoor); none by default"),
      .init(name: "--seed", value: "N", summary: "seed of these draws; 1"),
      .init(
        name: "--skip-columns", value: "N", summary: "columns at the left that do not count; 0"),
      CommandDescription.json,
    ],
    examples: [
      "parallax evaluate --detections out/boxes.jsonl --truth kitti/ --protocol centre-distance --json",
      "parallax evaluate --detections out/disparity/000000.png --truth aloeGT.png --protocol middlebury",
      "parallax evaluate --detections out/ --truth street.mcap --protocol depth-sigma",
      "parallax evaluate --detections out/labels --truth kitti/training --protocol kitti --bootstrap 200",
      "parallax evaluate --detections out/boxes.jsonl --truth room.mcap --protocol indoor --explain why.jsonl",
      "parallax evaluate --weights models/votenet-rooms/weights.safetensors --truth my-clouds/",
    ])

  private struct Summary: Encodable {
    struct Threshold: Encodable {
      var metres: Double
      var recall: Double
      var precision: Double
    }
    var `protocol`: String
    var frames: Int
    var truth: Int
    var detectionsPerFrame: Double
    var thresholds: [Threshold]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    if let weights = arguments.value(of: "--weights") {
      return try NetworkEvaluation.run(weights: weights, arguments)
    }
    guard arguments.value(of: "--detections") != nil, let name = arguments.value(of: "--protocol")
    else {
      throw CommandFailure.usage(
        "give --detections and --protocol, or --weights", command: "evaluate")
    }
    if StereoEvaluation.protocols.contains(name) {
      return try StereoEvaluation.run(name, arguments)
    }
    if name == "depth-sigma" {
      return try DepthSigmaEvaluation.run(
        folder: arguments.value(of: "--detections") ?? "",
        truth: arguments.value(of: "--truth") ?? "", json: arguments.isSet("--json"))
    }
    if name == "kitti" { return try KITTIEvaluation.run(arguments) }
    if BoxEvaluation.protocols.contains(name) { return try BoxEvaluation.run(name, arguments) }
    guard name == "centre-distance" else {
      let known =
        ["kitti", "centre-distance", "depth-sigma"] + BoxEvaluation.protocols
        + StereoEvaluation.protocols
      throw CommandFailure.usage(
        "unknown protocol '\(name)'; known: \(known.joined(separator: ", "))", command: "evaluate")
    }
    let detections: DetectionLines
    do {
      detections = try DetectionLines(path: arguments.value(of: "--detections") ?? "")
    } catch { throw CommandFailure(.unreadableInput, "\(error)") }
    let gates = CentreDistanceRecall.Gates(
      labels: [arguments.value(of: "--label") ?? "Car"],
      maxRange: try arguments.positiveNumber(of: "--range") ?? 30,
      minPoints: try arguments.number(of: "--min-points", atLeast: 0) ?? 30)
    var count = CentreDistanceRecall(gates: gates)
    try TruthFrames(path: arguments.value(of: "--truth") ?? "").forEach { truth in
      guard
        let found = detections.frames.first(where: {
          $0.timestampNanoseconds == truth.timestamp.nanoseconds
        })
      else { return }
      count.add(truth: truth.boxes, detections: found.boxes, cloud: truth.cloud)
    }
    guard !count.frames.isEmpty else {
      throw CommandFailure(
        .unreadableInput, "no frame of the detections has the timestamp of a labelled frame")
    }
    let thresholds = count.thresholds.indices.map {
      Summary.Threshold(
        metres: count.thresholds[$0], recall: count.recall[$0], precision: count.precision[$0])
    }
    let summary = Summary(
      protocol: "centre-distance", frames: count.frames.count, truth: count.truthCount,
      detectionsPerFrame: count.detectionsPerFrame, thresholds: thresholds)
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      Console.result(text(summary))
    }
    return .done
  }

  private static func text(_ summary: Summary) -> String {
    let percent = { (share: Double) in "\((share * 1000).rounded() / 10) %" }
    let rows = summary.thresholds.map {
      [
        "  within \($0.metres) m", "recall \(percent($0.recall))",
        "precision \(percent($0.precision))",
      ]
    }
    return """
      \(summary.truth) true boxes in \(summary.frames) frames, \
      \((summary.detectionsPerFrame * 10).rounded() / 10) detections a frame
      \(Console.table(rows))
      """
  }
}
