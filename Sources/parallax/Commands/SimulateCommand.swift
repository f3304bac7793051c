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
      .init(name: "--out", value: "LOG.mcap", summary: "the log to write", isRequired: true),
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
    guard path.hasSuffix(".mcap") else {
      throw CommandFailure.usage("--out names an .mcap file, not '\(path)'", command: "simulate")
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
    let writer = try MCAPLogWriter(path)
    do {
      try Simulation.run(scene, frames: frames, seed: seed, writer: writer, threads: threads) {
        done, total in
        bar.update(done: done, total: total)
        if stop.isRaised { throw Stopped() }
      }
    } catch is Stopped {
      bar.finish()
      return interruption.exitCode ?? .interrupted
    }
    try writer.finish()
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
