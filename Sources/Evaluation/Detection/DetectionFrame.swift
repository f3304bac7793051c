public import Geometry

/// True and detected boxes of one frame, in the same frame of coordinates.
public struct DetectionFrame: Sendable, Equatable {
  /// True boxes.
  public var truth: [Box3D]
  /// Detections with scores.
  public var detections: [Box3D]

  /// A frame.
  ///
  /// - Parameters:
  ///   - truth: True boxes.
  ///   - detections: Detections with scores.
  public init(truth: [Box3D], detections: [Box3D]) {
    self.truth = truth
    self.detections = detections
  }
}

/// A detection of some frame.
struct RankedDetection {
  /// Number of the frame among those evaluated.
  var frame: Int
  /// Number within its frame.
  var number: Int
  var score: Double
}

extension [DetectionFrame] {
  /// Labels of all true boxes, in alphabetical order.
  var trueLabels: [String] { Set(flatMap { $0.truth.map(\.label) }).sorted() }

  /// All detections of a label, surest first; ties in the order of frames and boxes.
  func ranked(_ label: String) -> [RankedDetection] {
    var ranked: [RankedDetection] = []
    for (frame, content) in enumerated() {
      for (number, box) in content.detections.enumerated() where box.label == label {
        ranked.append(RankedDetection(frame: frame, number: number, score: box.score))
      }
    }
    return ranked.enumerated().sorted { a, b in
      a.element.score != b.element.score
        ? a.element.score > b.element.score : a.offset < b.offset
    }.map(\.element)
  }
}
