import Configuration
import Geometry
import SensorLogs
import Testing

@testable import Simulation

@Suite struct WorldChangeTests {
  /// A small room seen by a small camera.
  private func scene(framesPerWorld: Int?) -> SceneDefinition {
    var camera = DepthCamera()
    (camera.width, camera.height, camera.focalLength) = (24, 18, 20)
    var scene = SceneDefinition(
      name: "x", kind: .room, seed: 5, framesPerWorld: framesPerWorld,
      sensors: [.depthCamera(camera)])
    scene.room.round = 2
    return scene
  }

  private func messages(_ framesPerWorld: Int?, frames: Int) throws -> [String] {
    let writer = MemoryLogWriter()
    try Simulation.run(scene(framesPerWorld: framesPerWorld), frames: frames, writer: writer)
    return writer.fingerprints
  }

  @Test func `another world begins after the stated number of frames`() throws {
    let (one, changing) = (try messages(nil, frames: 3), try messages(2, frames: 3))
    let perFrame = (one.count - 1) / 3
    // The static transforms come once, with the first frame.
    #expect(one.count == changing.count && one.count == 3 * perFrame + 1)
    #expect(Array(one.prefix(2 * perFrame + 1)) == Array(changing.prefix(2 * perFrame + 1)))
    #expect(one.suffix(perFrame) != changing.suffix(perFrame))
  }

  @Test func `a frame does not depend on how many follow`() throws {
    let (short, long) = (try messages(1, frames: 2), try messages(1, frames: 4))
    #expect(Array(long.prefix(short.count)) == short)
    #expect(Set(long).count == long.count)
  }

  @Test func `each world has a seed of its own, and the first that of the scene`() {
    let seeds = (0..<1000).map { SimulationSession.seed(ofWorld: $0, seed: 7) }
    #expect(seeds[0] == 7)
    #expect(Set(seeds).count == 1000)
    #expect(SimulationSession.seed(ofWorld: 3, seed: 8) != seeds[3])
  }

  @Test func `the key of a scene file is read and checked`() throws {
    let text = "kind: room\nframes_per_world: 1\nsensors: [{ kind: rgbd }]"
    #expect(try SceneDefinition(YAMLNode(text: text, file: "s.yaml")).framesPerWorld == 1)
    #expect(throws: ConfigurationErrors.self) {
      try SceneDefinition(
        YAMLNode(text: text.replacing(": 1", with: ": 0"), file: "s.yaml"))
    }
  }
}
