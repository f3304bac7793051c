import Foundation
import Pipelines
import SensorLogs
import TestSupport
import Testing
import Vision

@testable import Stages

@Suite struct VideoOutputTests {
  private static func definition(_ video: String) -> String {
    """
    name: video
    inputs: { video: { topic: /camera/image, type: image } }
    stages:
      - { id: action, use: test.scores, from: video }
      - { id: picture, use: overlay.action, from: [video, action], with: { min_side: 0 } }
    outputs:
      - { from: action, to: jsonl, path: windows.jsonl }
      - { from: action, to: spans, path: spans.jsonl }
      - { from: picture, to: video, path: \(video) }
    """
  }

  private static func plan(_ video: String, _ log: PictureLog) throws -> PipelinePlan {
    try PipelineDefinition.load(bytes: Array(definition(video).utf8), file: "p.yaml").check(
      against: StageCatalogue([ScoringStage.self, ActionOverlayStage.self]),
      formats: Catalogue.formats, log: log.streams)
  }

  private final class Holder: @unchecked Sendable {
    var run: PipelineRun?
    var seen = 0
  }

  /// Runs, stopping after so many frames and going on, until the end.
  private static func run(_ video: String, _ log: PictureLog, _ folder: String, stop: Int?) throws
    -> Int
  {
    for round in 1... {
      var options = RunOptions(outputFolder: folder)
      options.workers = 2
      options.synchronizesFiles = false
      options.resume = round > 1
      let holder = Holder()
      options.progress = { _ in
        holder.seen += 1
        if let stop, holder.seen >= stop { holder.run?.requestStop() }
      }
      let run = PipelineRun(try plan(video, log), log: log, options: options)
      holder.run = run
      do {
        _ = try run.execute()
        return round
      } catch let error as PipelineError where error.kind == .interrupted { continue }
    }
    return 0
  }

  private static func files(_ folder: String) throws -> [String: Data] {
    try folderContents(folder) { $0 != "run.json" }
  }

  @Test(arguments: ["action.avi", "action.mp4"])
  func `stopped and resumed again and again, windows, spans and video are those of one run`(
    video: String
  ) throws {
    let folder = try TemporaryFolder()
    let log = PictureLog(count: 40)
    #expect(try Self.run(video, log, folder.file("whole"), stop: nil) == 1)
    #expect(try Self.run(video, log, folder.file("parts"), stop: 6) > 3)
    let (whole, parts) = (
      try Self.files(folder.file("whole")), try Self.files(folder.file("parts"))
    )
    #expect(Set(whole.keys) == ["windows.jsonl", "spans.jsonl", video])
    #expect(whole == parts)
    let reader = try VideoReader(path: folder.file("whole/" + video))
    #expect(try reader.countFrames() == 40)
    #expect(abs(try #require(reader.framesPerSecond) - 20) < 0.01)
    #expect(reader.width == 64 && reader.height == 48)
  }

  @Test func `bytes do not depend on workers and queues`() throws {
    let folder = try TemporaryFolder()
    let log = PictureLog(count: 30)
    let check = try DeterminismCheck.run(
      Self.plan("a.avi", log), log: log, options: RunOptions(outputFolder: folder.file("o")))
    #expect(check.firstDifference == nil && check.files == 4)
  }

  @Test func `lines of windows and spans say what, when and how sure`() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run("a.avi", PictureLog(count: 16), folder.path, stop: nil)
    func lines(_ name: String) throws -> [String] {
      try String(contentsOfFile: folder.file(name), encoding: .utf8).split(separator: "\n").map(
        String.init)
    }
    let windows = try lines("windows.jsonl")
    #expect(windows.count == 7)
    #expect(
      windows[0]
        == #"{"frame":3,"timestamp_ns":150000000,"start_s":0,"end_s":0.15,"start_frame":0,"end_frame":3,"label":"walk","score":0.75,"scores":{"walk":0.75,"run":0.25}}"#
    )
    #expect(
      try lines("spans.jsonl") == [
        #"{"label":"walk","start_s":0,"end_s":0.25,"start_frame":0,"end_frame":5,"score":0.75,"windows":2}"#,
        #"{"label":"run","start_s":0.2,"end_s":0.65,"start_frame":4,"end_frame":13,"score":0.875,"windows":4}"#,
        #"{"label":"walk","start_s":0.6,"end_s":0.75,"start_frame":12,"end_frame":15,"score":0.75,"windows":1}"#,
      ])
  }

  @Test func `no frames give empty lines and no video`() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run("a.avi", PictureLog(count: 0), folder.path, stop: nil)
    let files = try Self.files(folder.path)
    #expect(files == ["windows.jsonl": Data(), "spans.jsonl": Data()])
  }

  @Test func `a path with another extension is refused before the first frame`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: OutputFormatError.self) {
      try Self.run("a.mkv", PictureLog(count: 3), folder.path, stop: nil)
    }
    #expect(error?.description.contains(".avi") == true)
  }
}
