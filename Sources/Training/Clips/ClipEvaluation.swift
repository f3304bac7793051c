public import Models
import Networks
public import SensorLogs
import Tensors

/// What a trained network for clips says about labelled videos, and whether it heeds the order of frames.
public struct ClipEvaluation: Sendable {
  /// Number of videos.
  public let videos: Int
  /// Clips of each video.
  public let clipsPerVideo: Int
  /// The classes.
  public let classes: [String]
  /// The measures of clips as recorded, and with their frames in other orders.
  public let measures: [(order: ClipOrder, measures: ClipMeasures)]

  /// Evaluates a network.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - folder: The videos; their labels are among the network's classes.
  ///   - clipsPerVideo: Clips whose probabilities are averaged for a video, evenly from its start to its end.
  ///   - orders: Orders of frames to try.
  ///   - threads: Threads to use.
  ///   - progress: Called with the number of clips done.
  /// - Throws: `LogError` when a video cannot be decoded or its label is none of the network's classes.
  public init(
    _ network: TrainedClipNetwork, _ folder: LabelledVideoFolder, clipsPerVideo: Int = 1,
    orders: [ClipOrder] = ClipOrder.allCases, threads: Int = 1, progress: (Int) -> Void = { _ in }
  ) throws {
    if let stray = folder.videos.first(where: { !network.classes.contains($0.label) }) {
      throw LogError(
        .unreadable, file: stray.path,
        problem: "is labelled '\(stray.label)', which the network does not know: "
          + network.classes.joined(separator: ", "))
    }
    let form = network.form
    let cache = VideoFrameCache(folder.videos, shorterSide: max(form.height, form.width))
    videos = folder.videos.count
    classes = network.classes
    self.clipsPerVideo = clipsPerVideo
    var done = 0
    measures = try TorchThreads.with(threads) {
      try orders.map { order in
        let data = ClipDataset(
          held: cache, Array(folder.videos.indices), classes: network.classes, form: form,
          sampling: .uniform, clipsPerVideo: clipsPerVideo, order: order)
        let loader = DataLoader(data, batchSize: 16, isShuffled: false, workers: 1)
        let found = try ClipMeasures(
          network.network, loader, classes: network.classes.count, clipsPerVideo: clipsPerVideo
        ) { progress(done + $0) }
        done += data.count
        return (order, found)
      }
    }
  }
}
