import Configuration
import Networks

/// Says which samples serve for training, validation and test.
struct TrainingSplit: Sendable {
  /// What a split may depend on.
  struct Basis {
    /// The class of each sample; 0 where there is none.
    var labels: [Int]
    /// The parts that the files come with.
    var given: DatasetSplit?
  }

  let make: @Sendable (Basis) throws -> DatasetSplit

  static let kinds = TrainingKinds<TrainingSplit>(
    part: "split",
    kinds: [
      .init("given", "the parts that the files come with", NoParameters.self) { _ in
        TrainingSplit { data in
          guard let given = data.given else {
            throw TrainingError("the files come in one part: name ranges or shares of them")
          }
          return given
        }
      },
      .init("ranges", "samples by number", RangeSettings.self) { set in
        TrainingSplit { data in
          let count = data.labels.count
          return DatasetSplit(
            train: try samples(set.train, of: count),
            validation: try samples(set.validation, of: count),
            test: try samples(set.test, of: count))
        }
      },
      .init("random", "shares of the samples", ShareSettings.self) { set in
        try check(set)
        return TrainingSplit {
          .random(
            $0.labels.count, validation: set.validation, test: set.test,
            seed: UInt64(bitPattern: Int64(set.seed)))
        }
      },
      .init("stratified", "the same share of each class", ShareSettings.self) { set in
        try check(set)
        return TrainingSplit {
          .stratified(
            $0.labels, validation: set.validation, test: set.test,
            seed: UInt64(bitPattern: Int64(set.seed)))
        }
      },
      .init("fold", "one of several splits for cross-validation", FoldSettings.self) { set in
        TrainingSplit { data in
          guard (2...max(2, data.labels.count)).contains(set.of), set.fold < set.of else {
            throw TrainingError(
              "there is no fold \(set.fold) of \(set.of) with \(data.labels.count) samples")
          }
          return DatasetSplit.stratifiedFolds(
            data.labels, set.of, seed: UInt64(bitPattern: Int64(set.seed)))[set.fold]
        }
      },
    ])

  private static func check(_ set: ShareSettings) throws {
    if set.validation + set.test >= 1 {
      throw TrainingError("shares of \(set.validation) and \(set.test) leave nothing to train on")
    }
  }

  private static func samples(_ text: String, of count: Int) throws -> [Int] {
    if text.isEmpty { return [] }
    let ends = text.split(separator: ":", omittingEmptySubsequences: false)
    guard ends.count == 2, let low = ends[0].isEmpty ? 0 : Int(ends[0]),
      let high = ends[1].isEmpty ? count : Int(ends[1]), low >= 0, low <= high
    else { throw TrainingError("'\(text)' is no range of samples such as 0:5700") }
    guard high <= count else {
      throw TrainingError("the range \(text) ends behind the last of \(count) samples")
    }
    return Array(low..<high)
  }
}

private struct RangeSettings: ParameterSet {
  @Setting("Samples A to B-1, counted from 0, as A:B") var train = ""
  @Setting("Likewise; none when empty") var validation = ""
  @Setting("Likewise; none when empty") var test = ""
}

private struct ShareSettings: ParameterSet {
  @Setting("Share for validation", in: 0...1) var validation = 0.0
  @Setting("Share for the test", in: 0...1) var test = 0.2
  @Setting("Seed of the choice") var seed = 0
}

private struct FoldSettings: ParameterSet {
  @Setting("Number of the fold that is the test part, from 0", in: 0...1000) var fold = 0
  @Setting("Number of folds", in: 2...1000) var of = 5
  @Setting("Seed of the choice") var seed = 0
}
