import SensorLogs
public import Vision

extension Simulation {
  /// Simulates labelled clips: samples for training and evaluation.
  ///
  /// - Parameters:
  ///   - scene: A scene of kind `actions`.
  ///   - clips: Number of clips; the scene's number of frames when nil.
  ///   - seed: Seed of everything random; the scene's own when nil.
  ///   - body: Takes each clip and its class.
  /// - Throws: ``SimulationError`` when the scene shows none; what `body` throws to stop.
  public static func labelledClips(
    _ scene: SceneDefinition, clips: Int? = nil, seed: UInt64? = nil,
    _ body: (VideoClip, String) throws -> Void
  ) throws {
    guard scene.kind == .actions else { throw SimulationError.withoutClips(scene: scene.name) }
    let sampler = try ActionSampler(
      scene.actions, seed: seed ?? scene.seed, folder: scene.folder)
    for number in 0..<(clips ?? scene.frames) {
      let made = try sampler.clip(number, rate: scene.rate)
      try body(made.clip, made.kind.rawValue)
    }
  }

  /// The clips of a scene as one video.
  static func runActions(
    _ scene: SceneDefinition, frames: Int, seed: UInt64, _ writer: any LogWriter,
    _ progress: (Int, Int) throws -> Void
  ) throws {
    let sampler = try ActionSampler(scene.actions, seed: seed, folder: scene.folder)
    let length = scene.actions.clipFrames
    var current: (number: Int, clip: VideoClip)?
    for frame in 0..<max(0, frames) {
      if current?.number != frame / length {
        current = (frame / length, try sampler.clip(frame / length, rate: scene.rate).clip)
      }
      guard let clip = current?.clip else { continue }
      let timestamp = Timestamp(
        nanoseconds: start.nanoseconds + Int64((Double(frame) * 1e9 / scene.rate).rounded()))
      try writer.write(
        AnyMessage(
          header: MessageHeader(
            timestamp: timestamp, frameName: "camera", topic: "/camera/image",
            sequence: UInt64(frame)), payload: clip.image(at: frame % length)), logTime: nil)
      try progress(frame + 1, frames)
    }
  }
}
