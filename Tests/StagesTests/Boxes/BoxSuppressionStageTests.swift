import Geometry
import Pipelines
import PointClouds
import SensorLogs
import Tensors
import Testing

@testable import Stages

struct BoxSuppressionStageTests {
  private func kept(_ change: (inout BoxSuppressionStage.Parameters) -> Void) throws -> [Double] {
    func box(_ x: Double, _ z: Double, _ label: String, _ score: Double) -> Box3D {
      Box3D(
        center: Vector3(x, 0, z), size: Vector3(4, 2, 1), yaw: 0.5, label: label, score: score)
    }
    let boxes = [
      box(0, 0, "Car", 0.5), box(0.2, 0, "Car", 0.9), box(0.1, 0, "Cyclist", 0.4),
      box(0.2, 3, "Car", 0.8), box(9, 0, "Car", 0.1),
    ]
    var parameters = BoxSuppressionStage.Parameters()
    change(&parameters)
    let stage = BoxSuppressionStage(
      parameters, setup: StageSetup(definitionFolder: "", seed: 4, stageID: "best"))
    let message = try stage.process(
      CloudStageTests.inputs(Detections3D(boxes: boxes), port: "boxes"))
    #expect(message.header.frameName == "velodyne" && message.header.sequence == 3)
    return message.payload.boxes.map(\.score)
  }

  @Test func `of overlapping boxes the best is kept, by label or over all`() throws {
    #expect(try kept { _ in } == [0.9, 0.4, 0.1])
    #expect(try kept { $0.perLabel = false } == [0.9, 0.1])
    #expect(try kept { $0.measure = .space } == [0.9, 0.8, 0.4, 0.1])
    #expect(
      try kept {
        $0.measure = .center
        $0.threshold = 0.15
      } == [0.9, 0.5, 0.4, 0.1])
    #expect(try kept { $0.minScore = 0.3 } == [0.9, 0.4])
    #expect(try kept { $0.maxBoxes = 1 } == [0.9])
    #expect(
      try kept {
        $0.maxCandidates = 2
        $0.measure = .space
      } == [0.9, 0.8])
  }
}
