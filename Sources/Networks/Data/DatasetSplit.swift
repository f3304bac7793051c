internal import Tensors

/// Parts of a data set: which samples serve for training, for decisions on the way, and for the test.
///
/// All splits are fixed by their seed; the numbers of each part ascend.
public struct DatasetSplit: Sendable, Equatable {
  /// Samples that the model learns from.
  public var train: [Int]
  /// Samples that decide when to stop or which model to keep; may be empty.
  public var validation: [Int]
  /// Samples that nothing but the final figure is taken from.
  public var test: [Int]

  /// A split into given parts.
  ///
  /// - Parameters:
  ///   - train: Samples that the model learns from.
  ///   - validation: Samples for decisions on the way.
  ///   - test: Samples for the final figure.
  public init(train: [Int], validation: [Int] = [], test: [Int]) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// Splits samples at random.
  ///
  /// - Parameters:
  ///   - count: Number of samples.
  ///   - validation: Share of them for validation, from 0 to 1; its count is rounded to the nearest.
  ///   - test: Share of them for the test; the rest, at least 0, is for training.
  ///   - seed: Seed of the choice.
  /// - Returns: Parts that together hold every sample once.
  public static func random(
    _ count: Int, validation: Double = 0, test: Double, seed: UInt64
  ) -> DatasetSplit {
    check(validation, test)
    return divided(shuffled(Array(0..<count), seed, stream: 0), validation, test)
  }

  /// Splits samples at random so that each class is divided in the same proportion.
  ///
  /// - Parameters:
  ///   - labels: Class of each sample.
  ///   - validation: Share of each class for validation, from 0 to 1; its count is rounded to the nearest.
  ///   - test: Share of each class for the test; the rest, at least 0, is for training.
  ///   - seed: Seed of the choice.
  /// - Returns: Parts that together hold every sample once.
  public static func stratified(
    _ labels: [Int], validation: Double = 0, test: Double, seed: UInt64
  ) -> DatasetSplit {
    check(validation, test)
    var split = DatasetSplit(train: [], test: [])
    for (label, members) in membersByClass(labels) {
      let stream = UInt64(bitPattern: Int64(label))
      let part = divided(shuffled(members, seed, stream: stream), validation, test)
      split.train += part.train
      split.validation += part.validation
      split.test += part.test
    }
    return DatasetSplit(
      train: split.train.sorted(), validation: split.validation.sorted(), test: split.test.sorted())
  }

  /// Splits for cross-validation: each sample is in the test part of exactly one.
  ///
  /// - Parameters:
  ///   - count: Number of samples.
  ///   - folds: Number of splits, from 2 to the number of samples; test parts differ by at most one sample.
  ///   - seed: Seed of the choice.
  /// - Returns: One split for each fold.
  public static func folds(_ count: Int, _ folds: Int, seed: UInt64) -> [DatasetSplit] {
    precondition(folds >= 2 && folds <= count, "\(count) samples cannot be split in \(folds) folds")
    return assembled(
      shuffled(Array(0..<count), seed, stream: 0).enumerated().map { ($1, $0 % folds) }, folds)
  }

  /// Splits for cross-validation in which each class is spread evenly over the test parts.
  ///
  /// - Parameters:
  ///   - labels: Class of each sample.
  ///   - folds: Number of splits, from 2 to the number of samples.
  ///   - seed: Seed of the choice.
  /// - Returns: One split for each fold.
  public static func stratifiedFolds(_ labels: [Int], _ folds: Int, seed: UInt64) -> [DatasetSplit]
  {
    precondition(
      folds >= 2 && folds <= labels.count,
      "\(labels.count) samples cannot be split in \(folds) folds")
    var places: [(sample: Int, fold: Int)] = []
    for (label, members) in membersByClass(labels) {
      // Each class goes on where the last one stopped, so that the folds stay equally large.
      for sample in shuffled(members, seed, stream: UInt64(bitPattern: Int64(label))) {
        places.append((sample, places.count % folds))
      }
    }
    return assembled(places, folds)
  }

  private static func check(_ validation: Double, _ test: Double) {
    precondition(
      validation >= 0 && test >= 0 && validation + test <= 1 + 1e-9,
      "shares of \(validation) and \(test) are no parts of a whole")
  }

  private static func divided(_ order: [Int], _ validation: Double, _ test: Double) -> DatasetSplit
  {
    let tests = min(order.count, Int((Double(order.count) * test).rounded()))
    let validations = min(
      order.count - tests, Int((Double(order.count) * validation).rounded()))
    return DatasetSplit(
      train: order[(tests + validations)...].sorted(),
      validation: order[tests..<tests + validations].sorted(), test: order[..<tests].sorted())
  }

  private static func assembled(_ places: [(sample: Int, fold: Int)], _ folds: Int)
    -> [DatasetSplit]
  {
    (0..<folds).map { fold in
      DatasetSplit(
        train: places.filter { $0.fold != fold }.map(\.sample).sorted(),
        test: places.filter { $0.fold == fold }.map(\.sample).sorted())
    }
  }

  private static func membersByClass(_ labels: [Int]) -> [(label: Int, members: [Int])] {
    Dictionary(grouping: labels.indices, by: { labels[$0] }).sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.sorted()) }
  }

  private static func shuffled(_ samples: [Int], _ seed: UInt64, stream: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed, stream: stream)
    return samples.shuffled(by: &generator)
  }
}
