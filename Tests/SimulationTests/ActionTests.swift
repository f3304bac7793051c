import Tensors
import Testing
import Vision

@testable import Simulation

@Suite struct ActionTests {
  private func clip(
    _ kind: ActionClass, number: Int = 0, seed: UInt64 = 4,
    _ change: (inout ActionContents) -> Void = { _ in }
  ) throws -> VideoClip {
    var contents = ActionContents()
    (contents.classes, contents.noise) = ([kind], 0)
    change(&contents)
    return try ActionSampler(contents, seed: seed, folder: "").clip(number, rate: 10).clip
  }

  @Test(arguments: ActionClass.allCases)
  func `a clip backwards is one of the opposite class`(_ kind: ActionClass) throws {
    for number in 0..<4 {
      let there = try clip(kind, number: number)
      let back = try clip(kind.reversed, number: number)
      let reversed = there.reordered((0..<there.count).reversed())
      #expect(reversed.frames.array(of: UInt8.self) == back.frames.array(of: UInt8.self))
      // And it does move.
      #expect(there.frames.array(of: UInt8.self) != back.frames.array(of: UInt8.self))
    }
  }

  @Test func `classes occur equally often in an order that the seed decides`() throws {
    let sampler = try ActionSampler(ActionContents(), seed: 2, folder: "")
    let kinds = (0..<64).map { sampler.kind(ofClip: $0) }
    for kind in ActionClass.allCases { #expect(kinds.filter { $0 == kind }.count == 8) }
    let other = try ActionSampler(ActionContents(), seed: 3, folder: "")
    #expect(kinds != (0..<64).map { other.kind(ofClip: $0) })
    let (a, b) = (try sampler.clip(5, rate: 10), try sampler.clip(5, rate: 10))
    #expect(a.clip.frames.array(of: UInt8.self) == b.clip.frames.array(of: UInt8.self))
  }

  @Test func `the frame is a torus`() throws {
    // Moving by the frame's size in all leads back to the first frame.
    let there = try clip(.right) {
      ($0.clipFrames, $0.speed) = (17, [2, 2])
    }
    let first = there.image(at: 0).pixels.array(of: UInt8.self)
    #expect(first == there.image(at: 16).pixels.array(of: UInt8.self))
    #expect(first != there.image(at: 8).pixels.array(of: UInt8.self))
  }

  @Test func `a folder without photographs is named`() throws {
    var contents = ActionContents()
    contents.photographs = "nowhere"
    #expect(throws: SimulationError.self) {
      try ActionSampler(contents, seed: 1, folder: "/none")
    }
  }
}
