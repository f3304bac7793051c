import Geometry
import PointClouds
import Tensors
import Testing

@testable import Evaluation

struct CentreDistanceRecallTests {
  private func box(_ x: Double, _ y: Double, _ label: String = "Car") -> Box3D {
    Box3D(center: Vector3(x, y, 0), size: Vector3(4, 2, 2), yaw: 0, label: label)
  }

  @Test func `boxes near enough are found, at each threshold`() {
    var recall = CentreDistanceRecall(thresholds: [1.5, 0.5])
    recall.add(
      truth: [box(10, 0), box(20, 0)], detections: [box(10.4, 0), box(20, 1), box(0, 50)])
    #expect(recall.thresholds == [0.5, 1.5])
    #expect(recall.recall == [0.5, 1])
    #expect(recall.precision == [1.0 / 3, 2.0 / 3])
    #expect(recall.frames[0].distances == [10.4 - 10, 1])
    #expect(recall.detectionsPerFrame == 3)
  }

  @Test func `one detection serves one object, the nearer one`() {
    var recall = CentreDistanceRecall(thresholds: [2])
    recall.add(truth: [box(10, 0), box(11, 0)], detections: [box(10.9, 0)])
    #expect(recall.recall == [0.5])
    #expect(recall.frames[0].distances == [10.9 - 10, 11 - 10.9])
  }

  @Test func `label, range and points gate what counts`() {
    let near = box(10, 0)
    let coordinates = (0..<15).map { $0 % 3 == 0 ? Float(10) : 0 }
    let cloud = PointCloud(positions: Tensor(coordinates, shape: [5, 3]))
    let truth = [near, box(40, 0), box(5, 5), box(0, 9, "Van")]
    func count(_ gates: CentreDistanceRecall.Gates) -> Int {
      var recall = CentreDistanceRecall(gates: gates)
      recall.add(truth: truth, detections: [], cloud: cloud)
      return recall.truthCount
    }
    #expect(count(.init()) == 4)
    #expect(count(.init(labels: ["Car"])) == 3)
    #expect(count(.init(labels: ["Car"], maxRange: 30)) == 2)
    #expect(count(.init(labels: ["Car"], maxRange: 30, minPoints: 5)) == 1)
    #expect(count(.init(labels: ["Car"], maxRange: 30, minPoints: 6)) == 0)
  }

  @Test func `a detection on an object that does not count is not false`() {
    var recall = CentreDistanceRecall(thresholds: [1], gates: .init(labels: ["Car"], maxRange: 30))
    recall.add(truth: [box(10, 0), box(20, 0, "Van")], detections: [box(20, 0), box(60, 0)])
    #expect(recall.recall == [0])
    #expect(recall.precision == [1])
    #expect(recall.frames[0].detectionsInRange == 1 && recall.frames[0].detections == 2)
  }

  @Test func `without detections every distance is infinite`() {
    var recall = CentreDistanceRecall(thresholds: [1])
    recall.add(truth: [box(1, 1)], detections: [])
    #expect(recall.frames[0].distances == [.infinity] && recall.recall == [0])
    #expect(recall.precision[0].isNaN)
  }
}
