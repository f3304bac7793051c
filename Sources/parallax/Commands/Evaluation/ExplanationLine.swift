import Evaluation
import Foundation
import Geometry

extension EvaluationOutputs {
  /// Why one box is right, wrong or missed.
  struct Line: Encodable {
    var frame: String
    /// `detection` or `truth`.
    var of: String
    /// Number of the box within its frame.
    var number: Int
    var label: String
    var score: Double?
    var center: [Double]
    /// `hit`, `duplicate`, `wrong_class`, `poorly_placed`, `background`; `found`, `missed`.
    var reason: String
    /// Number of the box on the other side.
    var other: Int?
    var iou: Double?

    private init(_ frame: String, _ of: String, _ box: Box3D, _ number: Int) {
      self.frame = frame
      self.of = of
      self.number = number
      label = box.label
      center = [box.center.x, box.center.y, box.center.z]
      reason = ""
    }

    init(frame: String, _ box: Box3D, _ number: Int, _ verdict: DetectionExplanation.Verdict) {
      self.init(frame, "detection", box, number)
      score = box.score
      switch verdict {
      case .hit(let truth, let iou): set("hit", truth, iou)
      case .duplicate(let truth, let iou): set("duplicate", truth, iou)
      case .wrongClass(let truth, let iou): set("wrong_class", truth, iou)
      case .poorlyPlaced(let truth, let iou): set("poorly_placed", truth, iou)
      case .background: reason = "background"
      }
    }

    init(frame: String, _ box: Box3D, _ number: Int, _ outcome: DetectionExplanation.Outcome) {
      self.init(frame, "truth", box, number)
      switch outcome {
      case .found(let detection, let iou): set("found", detection, iou)
      case .poorlyPlaced(let detection, let iou): set("poorly_placed", detection, iou)
      case .wrongClass(let detection, let iou): set("wrong_class", detection, iou)
      case .missed: reason = "missed"
      }
    }

    private mutating func set(_ reason: String, _ other: Int, _ iou: Double) {
      self.reason = reason
      self.other = other
      self.iou = iou
    }

    /// One line of JSON with sorted keys.
    var json: String {
      get throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
      }
    }
  }
}
