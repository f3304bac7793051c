public import Evaluation
public import Models
import PointClouds

/// How well a network's answers fit the truth.
public struct CloudMeasures: Sendable {
  /// A class on its own.
  public struct Row: Sendable, Equatable {
    /// The class.
    public var label: String
    /// Clouds, points or boxes of the truth.
    public var count: Int
    /// Share of right clouds, intersection over union of points, or average precision at IoU 0.25, 0.5 and 0.7.
    public var values: [Double]
  }

  /// Means, by name.
  public private(set) var means: [(name: String, value: Double)] = []
  /// The classes that occur.
  public private(set) var classes: [Row] = []
  /// For whole clouds, how often class r was taken for class c, at `[r][c]`; empty otherwise.
  public private(set) var confusion: [[Int]] = []

  /// Measures answers.
  ///
  /// - Parameters:
  ///   - results: Answers of one kind.
  ///   - goal: The kind.
  ///   - names: The classes.
  /// - Throws: `PointCloudError` when memory is short.
  public init(_ results: [CloudResult], goal: CloudGoal, classes names: [String]) throws {
    switch goal {
    case .classification: measureClouds(results, names)
    case .segmentation: measurePoints(results, names)
    case .detection: try measureBoxes(results)
    }
  }

  /// Names of the means of a kind of answer.
  ///
  /// - Parameter goal: The kind.
  /// - Returns: The names in order.
  public static func names(_ goal: CloudGoal) -> [String] {
    switch goal {
    case .classification: ["accuracy", "class_accuracy"]
    case .segmentation: ["accuracy", "mean_iou"]
    case .detection: ["map_25", "map_50", "map_70"]
    }
  }

  private mutating func measureClouds(_ results: [CloudResult], _ names: [String]) {
    confusion = names.map { _ in [Int](repeating: 0, count: names.count) }
    for case .whole(let label, let truth?) in results
    where names.indices.contains(truth) && names.indices.contains(label) {
      confusion[truth][label] += 1
    }
    for (truth, row) in confusion.enumerated() {
      let count = row.reduce(0, +)
      if count > 0 {
        classes.append(
          Row(label: names[truth], count: count, values: [Double(row[truth]) / Double(count)]))
      }
    }
    let right = names.indices.reduce(0) { $0 + confusion[$1][$1] }
    let all = classes.reduce(0) { $0 + $1.count }
    means = [("accuracy", share(right, all)), ("class_accuracy", mean(classes.map(\.values[0])))]
  }

  private mutating func measurePoints(_ results: [CloudResult], _ names: [String]) {
    let size = names.count
    var counts = [Int](repeating: 0, count: size * size)
    for case .points(let labels, let truth) in results {
      for (label, known) in zip(labels, truth)
      where known >= 0 && known < size && label >= 0 && label < size {
        counts[Int(known) * size + Int(label)] += 1
      }
    }
    var right = 0
    for label in names.indices {
      let hits = counts[label * size + label]
      let wanted = names.indices.reduce(0) { $0 + counts[label * size + $1] }
      let given = names.indices.reduce(0) { $0 + counts[$1 * size + label] }
      right += hits
      if wanted > 0 {
        classes.append(
          Row(
            label: names[label], count: wanted,
            values: [Double(hits) / Double(wanted + given - hits)]))
      }
    }
    means = [
      ("accuracy", share(right, counts.reduce(0, +))), ("mean_iou", mean(classes.map(\.values[0]))),
    ]
  }

  private mutating func measureBoxes(_ results: [CloudResult]) throws {
    let frames = Self.frames(results)
    guard frames.contains(where: { !$0.truth.isEmpty }) else {
      means = Self.names(.detection).map { ($0, 0) }
      return
    }
    let score = try IndoorDetectionScore(frames: frames)
    let thresholds = [0.25, 0.5, 0.7]
    classes = score.labels.map { label in
      let curves = thresholds.map { score.curve(label, iou: $0) }
      return Row(label: label, count: curves[0].truth, values: curves.map(\.area))
    }
    means = zip(Self.names(.detection), thresholds).map {
      ($0, score.meanAveragePrecision(iou: $1))
    }
  }

  /// Boxes and truth of the answers.
  ///
  /// - Parameter results: Answers with boxes; others are passed over.
  /// - Returns: One frame for each.
  public static func frames(_ results: [CloudResult]) -> [DetectionFrame] {
    results.compactMap { result in
      guard case .boxes(let boxes, let truth) = result else { return nil }
      return DetectionFrame(truth: truth, detections: boxes)
    }
  }

  private func share(_ part: Int, _ all: Int) -> Double { Double(part) / Double(max(1, all)) }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }
}
