import Foundation
import Geometry
import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct BoxSuppressionTests {
  /// The greedy rule, word for word.
  private func reference(
    _ scores: [Double], _ labels: [Int32]?, minScore: Double, candidates: Int, kept limit: Int,
    _ drops: (Int, Int) -> Bool
  ) -> [Int32] {
    let order = scores.indices.filter { scores[$0] >= minScore }
      .sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(candidates)
    var kept: [Int] = []
    for i in order where kept.count < limit {
      let isDropped = kept.contains { (labels == nil || labels?[$0] == labels?[i]) && drops($0, i) }
      if !isDropped { kept.append(i) }
    }
    return kept.map { Int32($0) }
  }

  private func scores(_ count: Int) -> [Double] {
    var generator = SeededGenerator(seed: 11)
    return (0..<count).map { _ in Double(generator.uniform(below: 40)) / 40 }
  }

  @Test(arguments: BoxSuppression.Rule.allCases)
  func `the greedy rule is followed, ties by number`(rule: BoxSuppression.Rule) throws {
    let count = 60
    let boxes = ReferenceOverlap.boxes(count, seed: 12, extent: 7)
    let (values, labels) = (scores(count), (0..<count).map { Int32($0 % 3) })
    let rows: [[Double]] = boxes.map { box in
      let (low, high) = (box.center - box.size / 2, box.center + box.size / 2)
      switch rule {
      case .groundIoU, .iou:
        return [
          box.center.x, box.center.y, box.center.z, box.size.x, box.size.y, box.size.z, box.yaw,
        ]
      case .rectangles: return [low.x, low.y, high.x, high.y]
      case .cuboids: return [low.x, low.y, low.z, high.x, high.y, high.z]
      case .centers: return [box.center.x, box.center.y]
      }
    }
    func upright(_ box: Box3D) -> Box3D { Box3D(center: box.center, size: box.size, yaw: 0) }
    func computed(_ i: Int, _ j: Int) -> Double {
      switch rule {
      case .groundIoU: ReferenceOverlap.measures(boxes[i], boxes[j])[1]
      case .iou: ReferenceOverlap.measures(boxes[i], boxes[j])[2]
      case .rectangles: ReferenceOverlap.measures(upright(boxes[i]), upright(boxes[j]))[1]
      case .cuboids: ReferenceOverlap.measures(upright(boxes[i]), upright(boxes[j]))[2]
      case .centers: -boxes[i].groundDistance(to: boxes[j])
      }
    }
    let overlaps = (0..<count).map { i in (0..<count).map { $0 == i ? 1 : computed(i, $0) } }
    let tensor = Tensor(rows.flatMap { $0 }, shape: [count, rows[0].count])
    let limits = [(-1.0, Int.max, Int.max), (0.3, .max, .max), (-1, 40, .max), (-1, .max, 9)]
    for (minScore, candidates, limit) in limits {
      for labels in [nil, labels] {
        for threshold in [0, 0.1, 0.5, 1.3] {
          let suppression = BoxSuppression(
            rule, threshold: threshold, minScore: minScore, candidateLimit: candidates,
            keptLimit: limit)
          let found = try suppression.kept(
            tensor, scores: Tensor(values), labels: labels.map { Tensor($0) })
          let expected = reference(
            values, labels, minScore: minScore, candidates: candidates, kept: limit
          ) { rule == .centers ? overlaps[$0][$1] >= -threshold : overlaps[$0][$1] > threshold }
          #expect(found.array(of: Int32.self) == expected)
        }
      }
    }
  }

  @Test func `equal boxes with equal scores leave the first, and broken ones leave all`() throws {
    let same = Tensor([Float](repeating: 1, count: 4 * 7), shape: [4, 7])
    let suppression = BoxSuppression(.groundIoU, threshold: 0.5)
    let kept = try suppression.kept(same, scores: Tensor([Float(1), 2, 2, .nan]))
    #expect(kept.array(of: Int32.self) == [1])
    let broken = Tensor([Float](repeating: .nan, count: 14), shape: [2, 7])
    #expect(
      try suppression.kept(broken, scores: Tensor([Float(1), 2])).array(of: Int32.self) == [1, 0])
    let none = try suppression.kept(Tensor([Float](), shape: [0, 7]), scores: Tensor([Float]()))
    #expect(none.shape == [0])
    #expect(throws: PointCloudError.self) { try suppression.kept(same, scores: Tensor([Float(1)])) }
    #expect(throws: PointCloudError.self) {
      try suppression.kept(
        same, scores: Tensor([Float(1), 2, 3, 4]), labels: Tensor([Int64(0), 0, 0, 0]))
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the parity fixtures' boxes are kept`() throws {
    let turned = try ParityFixture("op_rotated_iou")
    let kept = try BoxSuppression(.groundIoU, threshold: 0.2)
      .kept(try turned.input("nms_boxes"), scores: try turned.input("nms_scores"))
    #expect(turned.mismatch(kept, "nms_kept") == nil)

    let fixture = try ParityFixture("op_nms")
    let (boxes, scores) = (try fixture.input("boxes"), try fixture.input("scores"))
    let suppression = BoxSuppression(.rectangles, threshold: 0.5)
    #expect(fixture.mismatch(try suppression.kept(boxes, scores: scores), "kept") == nil)
    let byLabel = try suppression.kept(
      boxes, scores: scores, labels: try fixture.input("labels"))
    #expect(fixture.mismatch(byLabel, "kept_by_label") == nil)
    let some = boxes.narrowed(axis: 0, to: 0..<40)
    #expect(fixture.mismatch(AxisAlignedOverlap.iou.matrix(some, some), "iou") == nil)
    #expect(fixture.mismatch(AxisAlignedOverlap.generalizedIoU.matrix(some, some), "giou") == nil)
  }
}
