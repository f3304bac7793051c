import Geometry
import Pipelines
import PointClouds
import SensorLogs
import Tensors
import Testing
import Vision

@testable import Stages

struct OverlayStagesTests {
  private let setup = StageSetup(definitionFolder: "")
  private let camera = CameraModel(
    width: 200, height: 100, focalLength: Vector2(100, 100), principalPoint: Vector2(100, 50))
  private let cameraFromLidar = Pose(
    rotation: Quaternion(
      Matrix3(rows: [Vector3(0, -1, 0), Vector3(0, 0, -1), Vector3(1, 0, 0)])),
    translation: .zero)

  private func header(_ frame: String, _ topic: String = "") -> MessageHeader {
    MessageHeader(timestamp: Timestamp(nanoseconds: 5), frameName: frame, topic: topic)
  }

  private func image(withCamera: Bool = true) -> AnyMessage {
    AnyMessage(
      header: header("cam", "/cam"),
      payload: Image(
        pixels: Tensor(repeating: UInt8(0), shape: [100, 200, 3]),
        camera: withCamera ? camera : nil))
  }

  private var boxes: AnyMessage {
    AnyMessage(
      header: header("lidar"),
      payload: Detections3D(boxes: [
        Box3D(center: Vector3(5, 0, 0), size: Vector3(2, 2, 2), yaw: 0, label: "Car")
      ]))
  }

  private var cloud: AnyMessage {
    AnyMessage(
      header: header("lidar"),
      payload: PointCloud(positions: Tensor([Float(8), 0, 0], shape: [1, 3])))
  }

  private var transforms: AnyMessage {
    AnyMessage(
      header: header(""),
      payload: FrameTransforms(edges: [
        .init(parent: "/cam", child: "/mount", parentFromChild: .identity),
        .init(parent: "lidar", child: "mount", parentFromChild: cameraFromLidar.inverse),
      ]))
  }

  private func isDrawn(_ message: Message<Image>) -> Bool {
    message.payload.pixels.array(of: UInt8.self).contains { $0 > 0 }
  }

  @Test func `boxes are drawn through the transforms`() throws {
    let stage = BoxOverlayStage(.init(), setup: setup)
    let result = try stage.process(
      StageInputs(
        frameIndex: 0, messages: ["image": image(), "boxes": boxes, "transforms": transforms]))
    #expect(isDrawn(result))
    #expect(result.header == header("cam", "/cam"))
  }

  @Test func `points are drawn through the transforms with a camera from its port`() throws {
    let stage = try CloudOverlayStage(.init(), setup: setup)
    let result = try stage.process(
      StageInputs(
        frameIndex: 0,
        messages: [
          "image": image(withCamera: false), "cloud": cloud, "transforms": transforms,
          "camera": AnyMessage(header: header("cam"), payload: camera),
        ]))
    #expect(isDrawn(result))
  }

  @Test func `different frames without transforms are an error that names both`() {
    let stage = BoxOverlayStage(.init(), setup: setup)
    #expect(
      throws: OverlayError.noTransforms(stage: "overlay.boxes", target: "cam", source: "lidar")
    ) {
      try stage.process(StageInputs(frameIndex: 0, messages: ["image": image(), "boxes": boxes]))
    }
  }

  @Test func `a picture without a camera is an error that names the port`() throws {
    let stage = try CloudOverlayStage(.init(), setup: setup)
    #expect(throws: OverlayError.noCamera(stage: "overlay.cloud", topic: "/cam")) {
      try stage.process(
        StageInputs(
          frameIndex: 0, messages: ["image": image(withCamera: false), "cloud": cloud]))
    }
  }

  @Test func `an empty range of settings is refused`() {
    var parameters = CloudOverlayStage.Parameters()
    parameters.near = 60
    #expect(throws: OverlayError.self) { try CloudOverlayStage(parameters, setup: setup) }
    var view = BirdsEyeStage.Parameters()
    view.leftTo = -40
    #expect(throws: OverlayError.self) { try BirdsEyeStage(view, setup: setup) }
  }

  @Test func `a view from above needs no boxes`() throws {
    let stage = try BirdsEyeStage(.init(), setup: setup)
    let alone = try stage.process(StageInputs(frameIndex: 0, messages: ["cloud": cloud]))
    #expect(alone.payload.width == 600 && alone.payload.height == 800)
    let both = try stage.process(
      StageInputs(frameIndex: 0, messages: ["cloud": cloud, "boxes": boxes]))
    #expect(
      both.payload.pixels.array(of: UInt8.self) != alone.payload.pixels.array(of: UInt8.self))
  }

  @Test func `a box keeps its heading through a turn about z`() {
    let pose = Pose(
      rotation: Quaternion(angle: 0.5, axis: Vector3(0, 0, 1)), translation: Vector3(1, 2, 3))
    let box = Box3D(center: .zero, size: Vector3(4, 2, 1), yaw: 0.2)
    let placed = BirdsEyeStage.place(box, by: pose)
    #expect(abs(placed.yaw - 0.7) < 1e-12)
    #expect(placed.center == Vector3(1, 2, 3))
  }

  @Test func `every overlay stage documents itself and its ports`() {
    for stage in overlayStages {
      #expect(stage.name.hasPrefix("overlay."))
      #expect(stage.documentation.contains("Keeps order and timestamps"))
      #expect(stage.inputs.allSatisfy { !$0.summary.isEmpty })
    }
  }
}
