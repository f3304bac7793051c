import Models
import Networks
import SensorLogs
import Tensors
import Vision

/// The order of a clip's frames, to find out whether a network heeds it.
public enum ClipOrder: String, CaseIterable, Sendable {
  /// As recorded.
  case forward
  /// The last frame first.
  case reversed
  /// Any order.
  case shuffled
  /// The middle frame at every place.
  case frozen

  /// Places of the frames.
  func places(_ count: Int, using generator: inout SeededGenerator) -> [Int] {
    switch self {
    case .forward: Array(0..<count)
    case .reversed: (0..<count).reversed()
    case .shuffled: Array(0..<count).shuffled(using: &generator)
    case .frozen: [Int](repeating: count / 2, count: count)
    }
  }
}

/// Clips of labelled videos as a network sees them.
struct ClipDataset: Dataset {
  typealias Failure = any Error

  private let cache: VideoFrameCache
  /// Numbers of the videos.
  private let numbers: [Int]
  private let classes: [String]
  private let preparation: ClipPreparation
  private let sampling: ClipSampling
  private let changes: AugmentationChain?
  private let order: ClipOrder
  private let isTraining: Bool
  private var features: FeatureCache?
  /// Clips of each video.
  let clipsPerVideo: Int

  var count: Int { numbers.count * clipsPerVideo }

  /// Clips for training.
  init(
    _ cache: VideoFrameCache, _ numbers: [Int], classes: [String], form: ClipForm,
    sampling: ClipSampling, changes: [any Augmentation]
  ) {
    self.cache = cache
    self.numbers = numbers
    self.classes = classes
    preparation = ClipPreparation(form)
    self.sampling = sampling
    self.changes = changes.isEmpty ? nil : AugmentationChain(changes)
    order = .forward
    isTraining = true
    clipsPerVideo = 1
  }

  /// Clips for evaluation: the same ones at every call.
  init(
    held cache: VideoFrameCache, _ numbers: [Int], classes: [String], form: ClipForm,
    sampling: ClipSampling, clipsPerVideo: Int, order: ClipOrder = .forward
  ) {
    self.cache = cache
    self.numbers = numbers
    self.classes = classes
    preparation = ClipPreparation(form)
    self.sampling = sampling == .random ? .uniform : sampling
    changes = nil
    self.order = order
    isTraining = false
    self.clipsPerVideo = clipsPerVideo
  }

  /// The same clips, each replaced by what a frozen part of a network makes of it, once.
  ///
  /// - Returns: The clips as they are where they differ from epoch to epoch, or nothing is frozen.
  func replaced(byFeaturesOf network: any Layer) -> ClipDataset {
    guard let network = network as? any FrozenFeatureNetwork, network.isFrozen, changes == nil,
      !isTraining || sampling == .uniform, order == .forward
    else { return self }
    var result = self
    result.features = FeatureCache { clip in
      withoutGradients { network.features(of: clip.unsqueezed(0)) }.squeezed(0)
    }
    return result
  }

  func sample(at index: Int, using generator: inout SeededGenerator) throws -> LabelledSample {
    guard let features else { return try clip(at: index, using: &generator) }
    return try features.sample(index) { try clip(at: index, using: &generator) }
  }

  private func clip(
    at index: Int, using generator: inout SeededGenerator
  ) throws -> LabelledSample {
    let (video, view) = (numbers[index / clipsPerVideo], index % clipsPerVideo)
    let frames = places(try cache.frameCount(of: video), view: view, using: &generator)
    let order = order.places(frames.count, using: &generator)
    let clip = try cache.clip(order.map { frames[$0] }, of: video)
    // Every frame is changed alike: each begins with the same generator.
    let start = generator
    let change: ((Tensor) -> Tensor)? = changes.map { changes in
      { frame in
        var generator = start
        return changes(frame, using: &generator)
      }
    }
    let label = classes.firstIndex(of: cache.videos[video].label) ?? 0
    return LabelledSample(input: try preparation.input(clip, change: change), label: label)
  }

  /// Numbers of the frames of a clip.
  private func places(
    _ total: Int, view: Int, using generator: inout SeededGenerator
  ) -> [Int] {
    let form = preparation.form
    if sampling == .segments {
      return (0..<form.frames).map { place in
        let (first, end) = (place * total / form.frames, (place + 1) * total / form.frames)
        guard end - first > 1 else { return first }
        if isTraining { return first + generator.uniform(below: end - first) }
        // Several clips take different frames of each part.
        return first + (2 * view + 1) * (end - first) / (2 * clipsPerVideo)
      }
    }
    let room = max(0, total - form.span)
    let first: Int
    if sampling == .random {
      first = room > 0 ? generator.uniform(below: room + 1) : 0
    } else {
      first = clipsPerVideo == 1 ? room / 2 : room * view / (clipsPerVideo - 1)
    }
    return (0..<form.frames).map { first + $0 * form.step }
  }

  func batch(of samples: [LabelledSample]) -> LabelledBatch { LabelledBatch(stacking: samples) }
}
