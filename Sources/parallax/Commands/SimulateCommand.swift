import Foundation
import SensorLogs
import Simulation

/// `parallax simulate SCENE.yaml --out LOG`.
enum SimulateCommand: Command {
  static let description = CommandDescription(
    name: "simulate",
    summary: "make a recorded log of a simulated street or room, with ground truth",
    discussion: """
      Everything is ray-cast from the scene definition and the seed: the same call gives the same bytes on any machine and
      any number of threads.
      """,
    positionals: [
      .init(
        name: "SCENE.yaml", summary: "a scene definition, for example pipelines/scenes/street.yaml")
    ],
    options: [
      .init(
        name: "--out", value: "LOG.mcap|DIR",
        summary: "the log to write, or a folder for labelled clouds to train with",
        isRequired: true),
      .init(name: "--frames", value: "N", summary: "number of frames; the scene's own by default"),
      .init(
        name: "--seed", value: "S", summary: "seed of everything random; the scene's own by default"
      ),
      .init(name: "--threads", value: "N", summary: "threads to use; all cores by default"),
      CommandDescription.json,
    ],
    examples: [
      "parallax simulate pipelines/scenes/street.yaml --out street.mcap --frames 20 --seed 7"
    ])

  private struct Summary: Encodable {
    var log: String
    var frames: Int
    var seconds: Double
  }

  /// Stops the simulation from the progress callback.
  private struct Stopped: Error {}

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let path = arguments.value(of: "--out") ?? ""
    let isLog = path.hasSuffix(".mcap")
    guard isLog || (path as NSString).pathExtension.isEmpty else {
      throw CommandFailure.usage(
        "--out names an .mcap file or a folder, not '\(path)'", command: "simulate")
    }
    var seed: UInt64?
    if let text = arguments.value(of: "--seed") {
      guard let number = UInt64(text) else {
        throw CommandFailure.usage(
          "option '--seed' takes a whole number from 0, not '\(text)'", command: "simulate")
      }
      seed = number
    }
    let scene = try SceneDefinition(file: arguments.positionals[0])
    let frames = try arguments.number(of: "--frames") ?? scene.frames
    let threads =
      try arguments.number(of: "--threads") ?? ProcessInfo.processInfo.activeProcessorCount
    let stop = StopFlag()
    let interruption = Interruption { stop.raise() }
    let (bar, start) = (ProgressBar(), Date())
    func advance(_ done: Int, _ total: Int) throws {
      bar.update(done: done, total: total)
      if stop.isRaised { throw Stopped() }
    }
    do {
      if isLog {
        let writer = try MCAPLogWriter(path)
        try Simulation.run(
          scene, frames: frames, seed: seed, writer: writer, threads: threads, progress: advance)
        try writer.finish()
      } else {
        try writeClouds(scene, frames, seed, to: path, threads: threads, advance)
      }
    } catch is Stopped {
      bar.finish()
      return interruption.exitCode ?? .interrupted
    }
    bar.finish()
    let summary = Summary(log: path, frames: frames, seconds: Date().timeIntervalSince(start))
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      Console.result("\(path): \(frames) frames in \(String(format: "%.1f", summary.seconds)) s")
    }
    return .done
  }
}

extension SimulateCommand {
  /// Writes a folder of labelled clouds.
  private static func writeClouds(
    _ scene: SceneDefinition, _ frames: Int, _ seed: UInt64?, to path: String, threads: Int,
    _ advance: (Int, Int) throws -> Void
  ) throws {
    let writer = try LabelledCloudWriter(
      path, classes: scene.labelledClasses, pointClasses: scene.pointClasses)
    var done = 0
    try Simulation.labelledClouds(scene, frames: frames, seed: seed, threads: threads) { cloud in
      try writer.write(cloud)
      done += 1
      try advance(done, frames)
    }
    try writer.finish()
  }
}

/// A flag that a signal raises and a loop looks at.
final class StopFlag: @unchecked Sendable {
  private let lock = NSLock()
  private var raised = false

  func raise() {
    lock.lock()
    raised = true
    lock.unlock()
  }

  var isRaised: Bool {
    lock.lock()
    defer { lock.unlock() }
    return raised
  }
}
