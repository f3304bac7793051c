import Foundation
import Geometry
import PointClouds

/// Looks through labelled clouds for what would spoil training.
///
/// Besides what a reader refuses, it finds boxes that follow another convention than ours: centres at the bottom, half sizes,
/// angles in degrees, length and width exchanged, another frame of coordinates. It tells so when the other reading would catch clearly more points.
public struct LabelledCloudCheck: Sendable {
  /// One thing that is wrong.
  public struct Finding: Sendable, Equatable {
    /// Whether training would suffer for certain.
    public var isError: Bool
    /// The cloud; empty for all of them.
    public var cloud: String
    /// What is wrong and what to do about it.
    public var problem: String
  }

  /// Number of clouds.
  public private(set) var clouds = 0
  /// Number of points of all clouds.
  public private(set) var points = 0
  /// Boxes, or clouds, of each label.
  public private(set) var labels: [String: Int] = [:]
  /// Boxes without a point, by label.
  public private(set) var empty: [String: Int] = [:]
  /// What is wrong.
  public private(set) var findings: [Finding] = []

  private var sizes: [String: [Vector3]] = [:]
  /// Points inside all boxes as they are, and as they would be with other conventions.
  private var inside = 0
  private var readings: [Reading: Int] = [:]

  /// Other conventions that labels may follow.
  private enum Reading: CaseIterable {
    case bottomCenter, halfSize, exchanged

    func applied(to box: Box3D) -> Box3D {
      var result = box
      switch self {
      case .bottomCenter: result.center.z += box.size.z / 2
      case .halfSize: result.size = box.size * 2
      case .exchanged: result.size = Vector3(box.size.y, box.size.x, box.size.z)
      }
      return result
    }

    var problem: String {
      switch self {
      case .bottomCenter:
        "the boxes would hold clearly more points if 'center' were the middle of the bottom: write "
          + "the middle of the box, half a height further up"
      case .halfSize:
        "the boxes would hold many times the points at twice the size: 'size' is full length, "
          + "width and height, not half"
      case .exchanged:
        "the boxes would hold clearly more points with length and width exchanged: 'size' begins "
          + "with the length along the heading, and yaw 0 looks along +x"
      }
    }
  }

  /// Looks through clouds.
  ///
  /// - Parameters:
  ///   - source: The clouds.
  ///   - progress: Called after each cloud with the number that is done.
  /// - Throws: ``LogError`` or `CloudFileError` when a cloud cannot be read, and what `progress` throws.
  public init(
    _ source: any LabelledCloudSource, progress: (_ done: Int) throws -> Void = { _ in }
  ) throws {
    let classes = source.description.classes
    for number in 0..<source.count {
      try add(source.sample(at: number), classes: classes, source.description.point_classes)
      try progress(number + 1)
    }
    conclude(classes)
  }

  private mutating func add(
    _ sample: LabelledCloud, classes: [String]?, _ pointClasses: [String]?
  ) throws {
    clouds += 1
    points += sample.cloud.count
    let invalid = sample.cloud.invalidCount
    if sample.cloud.count == invalid { note("holds no points", in: sample.name) }
    if invalid > 0, invalid < sample.cloud.count {
      note(
        "\(invalid) of \(sample.cloud.count) points are not finite; they are left out",
        isError: false, in: sample.name)
    }
    if let label = sample.label { count(label, classes, sample.name) }
    checkPoints(sample, pointClasses)
    guard !sample.boxes.isEmpty else { return }
    let cloud = sample.cloud.removingInvalidPoints()
    let found = try PointsInBoxes(sample.boxes).indices(cloud.positions).map(\.count)
    for (box, held) in zip(sample.boxes, found) {
      count(box.label, classes, sample.name)
      sizes[box.label, default: []].append(box.size)
      inside += held
      if held == 0 { empty[box.label, default: 0] += 1 }
      if abs(box.yaw) > 2 * .pi + 0.01 {
        note("a box '\(box.label)' has the yaw \(box.yaw): yaw is in radians", in: sample.name)
      }
    }
    for reading in Reading.allCases {
      readings[reading, default: 0] += try PointsInBoxes(
        sample.boxes.map(reading.applied(to:))
      ).indices(cloud.positions).reduce(0) { $0 + $1.count }
    }
  }

  private mutating func note(_ problem: String, isError: Bool = true, in cloud: String = "") {
    findings.append(Finding(isError: isError, cloud: cloud, problem: problem))
  }

  private mutating func count(_ label: String, _ classes: [String]?, _ cloud: String) {
    if let classes, !classes.contains(label), labels[label] == nil {
      note(
        "'\(label)' is none of the classes \(classes.joined(separator: ", "))", isError: false,
        in: cloud)
    }
    labels[label, default: 0] += 1
  }

  private mutating func checkPoints(_ sample: LabelledCloud, _ classes: [String]?) {
    if let instance = sample.cloud.attributes["instance"], instance.elementType == .int32 {
      let largest = instance.array(of: Int32.self).max() ?? -1
      if largest >= Int32(sample.boxes.count) {
        note("'instance' names box \(largest) of \(sample.boxes.count)", in: sample.name)
      }
    }
    if let classes, let label = sample.cloud.attributes["label"], label.elementType == .int32 {
      let largest = label.array(of: Int32.self).max() ?? -1
      if largest >= Int32(classes.count) {
        note("'label' names class \(largest) of \(classes.count) 'point_classes'", in: sample.name)
      }
    }
  }

  /// What only all clouds together tell.
  private mutating func conclude(_ classes: [String]?) {
    let boxes = sizes.values.reduce(0) { $0 + $1.count }
    let hollow = empty.values.reduce(0, +)
    if boxes > 0, hollow * 2 > boxes {
      note(
        "\(hollow) of \(boxes) boxes hold no point: boxes and clouds seem to be in different frames "
          + "of coordinates")
    }
    let factors: [(Reading, Double)] = [(.bottomCenter, 1.3), (.halfSize, 3), (.exchanged, 1.3)]
    for (reading, factor) in factors
    where boxes > 0 && Double(readings[reading] ?? 0) > factor * Double(inside) + 10 {
      note(reading.problem)
    }
    for (label, found) in sizes.sorted(by: { $0.key < $1.key }) where found.count >= 5 {
      for (axis, name) in ["length", "width", "height"].enumerated() {
        let sorted = found.map { $0[axis] }.sorted()
        let median = sorted[sorted.count / 2]
        let odd = sorted.count { $0 > 5 * median || $0 < median / 5 }
        if odd > 0 {
          note(
            "\(odd) of \(found.count) boxes '\(label)' have a \(name) more than 5 times or less than a "
              + "fifth of the median \(String(format: "%.2f", median)) m", isError: false)
        }
      }
    }
    for name in classes ?? [] where labels[name] == nil && !labels.isEmpty {
      note("no cloud shows the class '\(name)'", isError: false)
    }
  }
}
