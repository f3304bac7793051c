import Foundation
import Geometry
import Models
import Pipelines
import PointClouds
import SensorLogs
import TestSupport
import Testing

@testable import Stages

private func inputs(_ messages: [String: any Payload], frame: Int, name: String = "lidar")
  -> StageInputs
{
  let time = Timestamp(nanoseconds: Int64(frame) * 100_000_000)
  return StageInputs(
    frameIndex: frame,
    messages: messages.mapValues {
      AnyMessage(
        header: MessageHeader(
          timestamp: time, frameName: name, topic: "/x", sequence: UInt64(frame)), payload: $0)
    })
}

@Test func `a standing car seen from a moving vehicle gets no velocity`() throws {
  let stage = BoxTrackingStage(
    BoxTrackingStage.Parameters(), setup: StageSetup(definitionFolder: ""))
  var state = stage.initialState()
  for frame in 0..<12 {
    // The vehicle drives 1 m a frame and turns; the car stands at (30, 4) of the world.
    let yaw = 0.02 * Double(frame)
    let worldFromVehicle = Pose(
      rotation: Quaternion(angle: yaw, axis: Vector3(0, 0, 1)),
      translation: Vector3(Double(frame), 0, 0))
    let vehicleFromLidar = Pose(rotation: .identity, translation: Vector3(0, 0, 1.7))
    let lidarFromWorld = (worldFromVehicle * vehicleFromLidar).inverse
    let box = Box3D(
      center: Vector3(30, 4, 0.8), size: Vector3(4, 1.8, 1.6), yaw: 0.5, label: "Car", score: 0.9
    ).transformed(by: lidarFromWorld)
    let message = try stage.process(
      inputs(
        [
          "boxes": Detections3D(boxes: [box]),
          "transforms": FrameTransforms(edges: [
            .init(parent: "world", child: "vehicle", parentFromChild: worldFromVehicle)
          ]),
          "static_transforms": FrameTransforms(edges: [
            .init(
              parent: "vehicle", child: "lidar", parentFromChild: vehicleFromLidar, isStatic: true)
          ]),
        ], frame: frame), state: &state)
    #expect(message.payload.boxes.map(\.track) == [1])
    let found = message.payload.boxes[0]
    #expect((found.center - box.center).length < 1e-6)
    #expect(abs((found.yaw - box.yaw).remainder(dividingBy: 2 * .pi)) < 1e-6)
    #expect((found.velocity?.length ?? 1) < 1e-6)
  }
}

@Test func `unsure boxes start no track`() throws {
  let stage = BoxTrackingStage(
    BoxTrackingStage.Parameters(), setup: StageSetup(definitionFolder: ""))
  var state = stage.initialState()
  let box = Box3D(
    center: Vector3(3, 4, 0.8), size: Vector3(4, 1.8, 1.6), yaw: 0.5, label: "Car", score: 0.2)
  for frame in 0..<3 {
    let message = try stage.process(
      inputs(["boxes": Detections3D(boxes: [box])], frame: frame), state: &state)
    #expect(message.payload.boxes.isEmpty)
  }
}

@Test func `a detection stage says what is wrong with its weights`() throws {
  let folder = try TemporaryFolder()
  func problem(_ weights: String) -> String {
    var parameters = CloudDetectionStage.Parameters()
    parameters.weights = weights
    do {
      _ = try CloudDetectionStage(
        parameters, setup: StageSetup(definitionFolder: folder.path, stageID: "boxes"))
      return "none"
    } catch { return "\(error)" }
  }
  #expect(problem("").contains("'weights' is missing"))
  #expect(problem("none.safetensors").contains("none.safetensors"))
  try Data().write(to: URL(fileURLWithPath: folder.file("empty.safetensors")))
  #expect(problem("empty.safetensors").contains("empty.safetensors"))
}

@Test func `detection stages are checked without their weights`() throws {
  let setup = StageSetup(definitionFolder: "", isValidation: true)
  _ = try CloudDetectionStage(CloudDetectionStage.Parameters(), setup: setup)
  _ = try FrustumDetectionStage(FrustumDetectionStage.Parameters(), setup: setup)
}
