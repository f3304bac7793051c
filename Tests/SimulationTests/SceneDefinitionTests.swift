import Configuration
import Foundation
import Testing

@testable import Simulation

private func mistakes(_ text: String) -> [String] {
  do {
    _ = try SceneDefinition(YAMLNode(text: text, file: "s.yaml"))
    return []
  } catch {
    return (error as? ConfigurationErrors)?.errors.map(\.description) ?? ["\(error)"]
  }
}

@Suite struct SceneDefinitionTests {
  @Test(arguments: ["street", "room"])
  func `the scenes of the repository are valid`(_ name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let scene = try SceneDefinition(
      file: folder.appendingPathComponent("pipelines/scenes/\(name).yaml").path)
    #expect(scene.name == name)
    #expect(scene.kind.rawValue == name)
    #expect(scene.frames == 20)
    #expect(scene.sensors.count == 2)
  }

  @Test(arguments: ["rooms-training", "rooms-validation", "shapes"])
  func `the training scenes of rooms and shapes are valid`(_ name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let scene = try SceneDefinition(
      file: folder.appendingPathComponent("pipelines/scenes/\(name).yaml").path)
    #expect(scene.name == name)
    if name == "shapes" {
      #expect(scene.kind == .shapes && scene.sensors.isEmpty && scene.shapes.points == 2048)
    } else {
      #expect(scene.kind == .rooms && scene.framesPerWorld == 1)
      #expect(scene.depthCamera?.color == false)
    }
  }

  @Test func `single shapes have no sensors`() {
    #expect(
      mistakes("kind: shapes\nsensors: [{ kind: rgbd }]\n") == [
        "s.yaml:2:10: error: single shapes and clips are drawn without sensors: leave 'sensors' out"
      ])
    #expect(mistakes("kind: shapes\ncontents: { classes: [chair, chare] }\n").count == 1)
  }

  @Test func `a duration counts frames by the rate`() throws {
    let text = "kind: room\nrate: 5\nduration: 3s\nsensors: [{ kind: rgbd }]"
    let scene = try SceneDefinition(YAMLNode(text: text, file: "s.yaml"))
    #expect(scene.frames == 15)
    #expect(scene.seed == 1)
  }

  @Test func `settings of contents and sensors are read`() throws {
    let text = """
      kind: street
      seed: 12
      contents: { parked_cars: 3, speed: 9.5 }
      sensors:
        - { kind: lidar, elevations_degrees: [2, -10, -1.5], columns: 100 }
      """
    let scene = try SceneDefinition(YAMLNode(text: text, file: "s.yaml"))
    #expect(scene.street.parkedCars == 3)
    #expect(scene.street.speed == 9.5)
    #expect(scene.seed == 12)
    guard case .lidar(let lidar) = scene.sensors.first else {
      Issue.record("no LiDAR")
      return
    }
    #expect(lidar.elevations.map { ($0 * 180 / .pi * 10).rounded() / 10 } == [-10, -1.5, 2])
  }

  @Test func `every mistake is named with its line and column`() {
    #expect(
      mistakes(
        """
        kind: stret
        rat: 3
        contents: { tree: 4 }
        sensors:
          - { kind: lidar, beams: 0 }
          - { kind: stereo, position: [1, 2] }
          - { kind: stereo }
          - { kind: sonar }
        """) == [
          "s.yaml:1:7: error: 'kind': expected one of street, room, rooms, shapes, actions, found 'stret'"
            + " (did you mean 'street'?)",
          "s.yaml:2:1: error: unknown key 'rat' (did you mean 'rate'?)",
          "s.yaml:3:13: error: unknown parameter 'tree' (did you mean 'trees'?)",
          "s.yaml:5:27: error: 'beams': 0 is out of range (allowed: 1 to 256)",
          "s.yaml:6:31: error: 'position' has three numbers, not 2",
          "s.yaml:7:5: error: a second 'stereo'; a rig has one of each kind",
          "s.yaml:8:13: error: 'kind': expected one of stereo, lidar, rgbd, mono, found 'sonar'",
        ])
  }

  @Test func `a scene needs a kind and sensors`() {
    #expect(
      mistakes("name: x\n") == [
        "s.yaml:1:1: error: 'kind' is missing", "s.yaml:1:1: error: 'sensors' is missing",
      ])
    #expect(mistakes("kind: room\nsensors: []\n").count == 1)
    #expect(mistakes("- 1\n").count == 1)
    #expect(
      mistakes("kind: room\nframes: 3\nduration: 1s\nsensors: [{ kind: rgbd }]\n")
        == ["s.yaml:3:11: error: give 'frames' or 'duration', not both"])
  }
}
