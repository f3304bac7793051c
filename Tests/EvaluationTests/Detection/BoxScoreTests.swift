import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Evaluation

/// Scores of boxes in rooms and by centre distance, and why boxes are right or wrong.
struct BoxScoreTests {
  private func box(
    _ x: Double, _ label: String = "chair", score: Double = 1, yaw: Double = 0, size: Double = 1
  ) -> Box3D {
    Box3D(
      center: Vector3(x, 0, 0), size: Vector3(size, size, size), yaw: yaw, label: label,
      score: score)
  }

  @Test func `truth against itself scores 1 in every protocol`() throws {
    let truth = [box(0), box(5, "table"), box(9, yaw: 0.4)]
    let frames = [
      DetectionFrame(truth: truth, detections: truth), DetectionFrame(truth: [], detections: []),
      DetectionFrame(truth: [box(1, "table")], detections: [box(1, "table", score: 0.2)]),
    ]
    let indoor = try IndoorDetectionScore(frames: frames)
    #expect(indoor.labels == ["chair", "table"])
    #expect(indoor.meanAveragePrecision(iou: 0.5) == 1)
    #expect(indoor.curve("chair", iou: 0.25).finalRecall == 1)
    let distance = CentreDistanceScore(frames: frames)
    #expect(abs(distance.meanAveragePrecision - 1) < 1e-12)
    #expect(
      distance.errors("chair")
        == CentreDistanceScore.Errors(translation: 0, scale: 0, orientation: 0))
  }

  /// Area by hand: hit, false, hit, duplicate over three true boxes; envelope 1, 2/3.
  @Test func `the area under the curve is that of the envelope`() throws {
    let frames = [
      DetectionFrame(
        truth: [box(0), box(10), box(20)],
        detections: [
          box(0, score: 0.9), box(40, score: 0.8), box(10, score: 0.7), box(10.1, score: 0.6),
        ])
    ]
    let curve = try IndoorDetectionScore(frames: frames).curve("chair", iou: 0.25)
    let precision: [Double] = [1, 0.5, 2.0 / 3, 0.5]
    #expect(curve.precision == precision)
    let third = 1.0 / 3
    #expect(curve.recall == [third, third, 2 * third, 2 * third])
    let area = 1.0 / 3 + 2.0 / 9
    #expect(abs(curve.area - area) < 1e-12)
    #expect(curve.finalRecall == 2.0 / 3)
  }

  @Test func `an overlap at the threshold is no hit`() throws {
    // Half of each: IoU 1/3.
    let frames = [DetectionFrame(truth: [box(0)], detections: [box(0.5)])]
    let score = try IndoorDetectionScore(frames: frames)
    #expect(score.curve("chair", iou: 1.0 / 3 + 1e-9).area == 0)
    #expect(score.curve("chair", iou: 1.0 / 3 - 1e-9).area == 1)
  }

  @Test func `detections of classes without truth lower no class`() throws {
    let frames = [
      DetectionFrame(truth: [box(0)], detections: [box(0), box(0, "sofa", score: 0.9)])
    ]
    #expect(try IndoorDetectionScore(frames: frames).meanAveragePrecision(iou: 0.5) == 1)
    #expect(CentreDistanceScore(frames: frames).meanAveragePrecision > 0.999)
  }

  @Test func `errors of the hits are means of what was built in`() {
    let frames = (0..<20).map { n in
      DetectionFrame(
        truth: [box(0, "Car", size: 2)],
        detections: [box(0.3, "Car", score: 1 - 0.01 * Double(n), yaw: .pi + 0.1, size: 1)])
    }
    let score = CentreDistanceScore(frames: frames)
    let errors = score.errors("Car")
    #expect(abs(errors.translation - 0.3) < 1e-12)
    #expect(abs(errors.scale - 7.0 / 8) < 1e-12)
    #expect(abs(errors.orientation - (.pi - 0.1)) < 1e-12)
    #expect(abs(score.errors("Car", headingPeriod: .pi).orientation - 0.1) < 1e-12)
    #expect(
      score.errors("Van") == CentreDistanceScore.Errors(translation: 1, scale: 1, orientation: 1))
  }

  /// Against the reading at 101 recalls by hand: half the objects found, nothing false.
  @Test func `recall and precision below a tenth do not count`() {
    let frames = (0..<10).map { n in
      DetectionFrame(truth: [box(0)], detections: n < 5 ? [box(0, score: 0.5)] : [])
    }
    // Recalls 0.11 to 0.50 of 0.11 to 1.00 have the precision 1.
    let found = CentreDistanceScore(frames: frames).averagePrecision("chair", within: 1)
    #expect(abs(found - 40.0 / 90) < 1e-12)
  }

  @Test func `each detection and each true box has its reason`() throws {
    let frame = DetectionFrame(
      truth: [box(0), box(10), box(20, "table"), box(30)],
      detections: [
        box(0.05, score: 0.8), box(0, score: 0.6), box(10.6, score: 0.5), box(20, score: 0.9),
        box(50, score: 0.4),
      ])
    let why = try DetectionExplanation(frame, iou: 0.5)
    func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 }
    guard case .hit(0, let hit) = why.detections[0],
      case .duplicate(0, let twice) = why.detections[1],
      case .poorlyPlaced(1, let poor) = why.detections[2],
      case .wrongClass(2, let wrong) = why.detections[3]
    else {
      Issue.record("\(why.detections)")
      return
    }
    let overlaps = zip([hit, twice, poor, wrong], [0.95 / 1.05, 1, 0.25, 1])
    for (found, expected) in overlaps { #expect(near(found, expected)) }
    #expect(why.detections[4] == .background)
    guard case .found(0, _) = why.truth[0], case .poorlyPlaced(2, _) = why.truth[1],
      case .wrongClass(3, _) = why.truth[2]
    else {
      Issue.record("\(why.truth)")
      return
    }
    #expect(why.truth[3] == .missed)
  }
}
