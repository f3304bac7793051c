import Foundation
import Geometry
import PointClouds
import Tensors
import TestSupport
import Testing

@testable import SensorLogs

private func cloud() -> LabelledCloud {
  let positions = Tensor([Float(1), 2, 3, 4, 5, 6.5], shape: [2, 3])
  let view = LabelledCloud.CameraView(
    camera: CameraModel(
      width: 64, height: 48, focalLength: Vector2(50, 51), principalPoint: Vector2(31.5, 23.5)),
    cameraFromCloud: Pose(
      rotation: Quaternion(w: 0.5, x: 0.5, y: -0.5, z: 0.5), translation: Vector3(0, 0.1, 0.2)),
    boxes: [
      Box2D(x1: 1, y1: 2, x2: 30, y2: 40, label: "Car"),
      Box2D(x1: 5, y1: 2, x2: 9, y2: 7, label: "Van", score: 0.5),
    ], objects: [1, -1])
  return LabelledCloud(
    name: "a",
    cloud: PointCloud(
      positions: positions, attributes: ["instance": Tensor([Int32(1), -1], shape: [2, 1])]),
    boxes: [
      Box3D(center: Vector3(1, 2, 3), size: Vector3(4, 2, 1.5), yaw: 0.25, label: "Van"),
      Box3D(center: Vector3(1, 2, 3.5), size: Vector3(4, 2, 1.5), yaw: -0.25, label: "Car"),
    ], views: [view])
}

private func problem(_ lines: String, files: [String] = []) throws -> String {
  let folder = try TemporaryFolder()
  try lines.write(toFile: folder.file("labels.jsonl"), atomically: true, encoding: .utf8)
  for file in files {
    try "1 2 3\n".write(toFile: folder.file(file), atomically: true, encoding: .utf8)
  }
  do {
    _ = try LabelledCloudFolder(folder.path)
    return "none"
  } catch { return "\(error)" }
}

@Test func `a folder of labelled clouds gives back what was written`() throws {
  let folder = try TemporaryFolder()
  let writer = try LabelledCloudWriter(
    folder.path, classes: ["Car", "Van"], pointClasses: ["road"])
  try writer.write(cloud())
  #expect(!LabelledCloudFolder.isFolder(folder.path))
  try writer.finish()
  let read = try LabelledCloudFolder(folder.path)
  #expect(read.count == 1)
  #expect(read.description == .init(classes: ["Car", "Van"], pointClasses: ["road"]))
  let (sample, expected) = (try read.sample(at: 0), cloud())
  #expect(sample.boxes == expected.boxes)
  #expect(sample.name == "a")
  #expect(sample.views[0].boxes == expected.views[0].boxes)
  #expect(sample.views[0].objects == [1, -1])
  #expect(sample.views[0].camera == expected.views[0].camera)
  #expect(sample.views[0].cameraFromCloud == expected.views[0].cameraFromCloud)
  #expect(sample.cloud.positions.array(of: Float.self) == [1, 2, 3, 4, 5, 6.5])
  #expect(sample.cloud.attributes["instance"]?.array(of: Int32.self) == [1, -1])
  #expect(throws: LogError.self) { try LabelledCloudWriter(folder.path) }
}

@Test func `a depth image becomes a cloud in the frame of the boxes`() throws {
  let folder = try TemporaryFolder()
  // One pixel of 2 metres at the right of the principal point; see the PNG's 16-bit value 2000.
  let png = Data(
    base64Encoded:
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4nGNgYGC/AAAA4wDYqh3wjgAAAABJRU5ErkJggg=="
  )
  try #require(png).write(to: URL(fileURLWithPath: folder.file("d.png")))
  // The camera looks along +x of the cloud, 1 m above its origin.
  let line = """
    {"depth":"d.png","camera":{"width":2,"height":1,"fx":4,"fy":4,"cx":0,"cy":0},"cloud_from_camera":\
    {"rotation":[0.5,-0.5,0.5,-0.5],"translation":[0,0,1]},"boxes":[]}
    """
  try line.write(toFile: folder.file("labels.jsonl"), atomically: true, encoding: .utf8)
  let sample = try LabelledCloudFolder(folder.path).sample(at: 0)
  let found = sample.cloud.positions.array(of: Float.self)
  #expect(found.count == 3)
  for (value, expected) in zip(found, [2, -0.5, 1] as [Float]) {
    #expect(abs(value - expected) < 1e-5)
  }
  #expect(sample.name == "000000")
}

@Test func `what is wrong with a list of clouds is told with its line`() throws {
  #expect(try problem("{\"cloud\":\"a.xyz\"}", files: ["a.xyz"]) == "none")
  #expect(try problem("{\"cloud\":\"a.xyz\"}").contains("line 1: there is no file a.xyz"))
  #expect(
    try problem("{\"cloud\":\"a.xyz\"}\n{\"name\":\"b\"}", files: ["a.xyz"])
      .contains("line 2: names no file"))
  #expect(try problem("{\"cloud\":3}").contains("line 1: is no labelled cloud: 'cloud'"))
  #expect(try problem("nonsense").contains("line 1: is no labelled cloud"))
  let flat = "{\"label\":\"x\",\"center\":[0,0,0],\"size\":[1,0,1],\"yaw\":0}"
  #expect(
    try problem("{\"cloud\":\"a.xyz\",\"boxes\":[\(flat)]}", files: ["a.xyz"])
      .contains("sizes are full lengths"))
  let short = "{\"label\":\"x\",\"center\":[0,0],\"size\":[1,1,1],\"yaw\":0}"
  #expect(
    try problem("{\"cloud\":\"a.xyz\",\"boxes\":[\(short)]}", files: ["a.xyz"])
      .contains("'center' takes three numbers"))
  #expect(try problem("{\"depth\":\"a.xyz\"}", files: ["a.xyz"]).contains("needs 'camera'"))
}
