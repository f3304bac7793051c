import Foundation
import SensorLogs
import Simulation

/// `parallax simulate SCENE.yaml --out LOG-OR-FOLDER`.
enum SimulateCommand: Command {
  static let description = CommandDescription(
    name: "simulate",
    summary: "make a recorded log of a simulated street or room, with ground truth",
    discussion: """
      Everything is ray-cast from the scene definition and the seed: the same call gives the same bytes on any machine and
      any number of threads. --layout kitti writes a folder of the KITTI object benchmark (streets with a LiDAR and a
      camera), --layout clouds a folder of labelled clouds for training, --layout clips one of labelled clips (scenes of
      kind actions).
      """,
    positionals: [
      .init(
        name: "SCENE.yaml", summary: "a scene definition, for example pipelines/scenes/street.yaml")
    ],
    options: [
      .init(
        name: "--out", value: "PATH", summary: "the log (.mcap) or folder to write",
        isRequired: true),
      .init(
        name: "--layout", value: "LAYOUT",
        summary: "mcap, kitti, clouds or clips; mcap for a name that ends so, else clouds or clips"),
      .init(name: "--frames", value: "N", summary: "number of frames; the scene's own by default"),
      .init(
        name: "--seed", value: "S", summary: "seed of everything random; the scene's own by default"
      ),
      .init(name: "--threads", value: "N", summary: "threads to use; all cores by default"),
      CommandDescription.json,
    ],
    examples: [
      "parallax simulate pipelines/scenes/street.yaml --out street.mcap --frames 20 --seed 7",
      "parallax simulate pipelines/scenes/street-training.yaml --out streets --layout clouds",
    ])

  private struct Summary: Encodable {
    var log: String
    var frames: Int
    var seconds: Double
  }

  private enum Layout: String, CaseIterable {
    case mcap
    case kitti
    case clouds
    case clips
  }

  /// Stops the simulation from the progress callback.
  private struct Stopped: Error {}

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let path = arguments.value(of: "--out") ?? ""
    var seed: UInt64?
    if let text = arguments.value(of: "--seed") {
      guard let number = UInt64(text) else {
        throw CommandFailure.usage(
          "option '--seed' takes a whole number from 0, not '\(text)'", command: "simulate")
      }
      seed = number
    }
    let scene = try SceneDefinition(file: arguments.positionals[0])
    let layout = try layout(arguments, path, scene.kind)
    let frames = try arguments.number(of: "--frames") ?? scene.frames
    let threads =
      try arguments.number(of: "--threads") ?? ProcessInfo.processInfo.activeProcessorCount
    let stop = StopFlag()
    let interruption = Interruption { stop.raise() }
    let (bar, start) = (ProgressBar(), Date())
    do {
      try write(scene, path, layout, frames: frames, seed: seed, threads: threads) { done, total in
        bar.update(done: done, total: total)
        if stop.isRaised { throw Stopped() }
      }
    } catch is Stopped {
      bar.finish()
      return interruption.exitCode ?? .interrupted
    } catch let error as SimulationError {
      bar.finish()
      throw CommandFailure(.invalidDefinition, "\(arguments.positionals[0]): \(error)")
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

  private static func layout(
    _ arguments: ParsedArguments, _ path: String, _ kind: SceneKind
  ) throws -> Layout {
    let ending = (path as NSString).pathExtension
    let word =
      arguments.value(of: "--layout")
      ?? (ending.isEmpty ? (kind == .actions ? Layout.clips : .clouds) : .mcap).rawValue
    guard let layout = Layout(rawValue: word) else {
      throw CommandFailure.usage(
        "--layout takes mcap, kitti, clouds or clips, not '\(word)'", command: "simulate")
    }
    guard layout != .mcap || path.hasSuffix(".mcap") else {
      throw CommandFailure.usage(
        "--out names an .mcap file, not '\(path)'; folders take --layout kitti, clouds or clips",
        command: "simulate")
    }
    return layout
  }

  private static func write(
    _ scene: SceneDefinition, _ path: String, _ layout: Layout, frames: Int, seed: UInt64?,
    threads: Int, progress: (Int, Int) throws -> Void
  ) throws {
    switch layout {
    case .mcap:
      let writer = try MCAPLogWriter(path)
      try Simulation.run(
        scene, frames: frames, seed: seed, writer: writer, threads: threads, progress: progress)
      try writer.finish()
    case .kitti:
      try Simulation.write(
        scene, to: KITTIObjectWriter(path), frames: frames, seed: seed, threads: threads,
        progress: progress)
    case .clips:
      let writer = try LabelledVideoWriter(
        path, classes: scene.labelledClasses ?? [], rate: scene.rate)
      var done = 0
      try Simulation.labelledClips(scene, clips: frames, seed: seed) { clip, label in
        try writer.write(clip, label: label)
        done += 1
        try progress(done, frames)
      }
      try writer.finish()
    case .clouds:
      let writer = try LabelledCloudWriter(
        path, classes: scene.labelledClasses, pointClasses: scene.pointClasses)
      var done = 0
      try Simulation.labelledClouds(scene, frames: frames, seed: seed, threads: threads) { cloud in
        try writer.write(cloud)
        done += 1
        try progress(done, frames)
      }
      // Without its list a folder is not taken for whole.
      try writer.finish()
    }
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
