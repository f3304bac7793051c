import Configuration
import Foundation
import Networks

/// The learning rate in the course of a run, as a factor of the optimiser's own.
struct TrainingSchedule: Sendable {
  /// Where a step stands.
  struct Place {
    /// Steps that are done.
    var step: Int
    /// Steps of the whole run.
    var steps: Int
    /// Epochs that are done.
    var epoch: Int

    /// Share of the run that is done.
    var share: Double { Double(step) / Double(max(1, steps)) }
  }

  let factor: @Sendable (Place) -> Double

  static let kinds = TrainingKinds<TrainingSchedule>(
    part: "schedule",
    kinds: [
      .init("constant", "the same throughout", ConstantSettings.self) { set in
        warmed(set.warmUp) { _ in 1 }
      },
      .init("step", "multiplied after every so many epochs", StepSettings.self) { set in
        warmed(set.warmUp) { pow(set.factor, Double($0.epoch / set.every)) }
      },
      .init("multi_step", "multiplied at given epochs", MultiStepSettings.self) { set in
        warmed(set.warmUp) { place in
          pow(set.factor, Double(set.at.filter { $0 <= place.epoch }.count))
        }
      },
      .init("exponential", "multiplied after every epoch", ExponentialSettings.self) { set in
        warmed(set.warmUp) { pow(set.factor, Double($0.epoch)) }
      },
      .init("cosine", "half a cosine wave down to a floor", CosineSettings.self) { set in
        TrainingSchedule { place in
          let start = set.warmUp
          if place.share < start { return (place.share + 1 / Double(max(1, place.steps))) / start }
          let share = (place.share - start) / max(1e-9, 1 - start)
          return set.floor + (1 - set.floor) * (1 + cos(.pi * share)) / 2
        }
      },
      .init("one_cycle", "up along half a cosine wave, then down", OneCycleSettings.self) { set in
        TrainingSchedule { place in
          let (low, end) = (1 / set.startDivisor, 1 / (set.startDivisor * set.endDivisor))
          let share = Double(place.step) / Double(max(1, place.steps - 1))
          func between(_ from: Double, _ to: Double, _ part: Double) -> Double {
            to + (from - to) * (1 + cos(.pi * part)) / 2
          }
          return share < set.warmUp
            ? between(low, 1, share / set.warmUp)
            : between(1, end, (share - set.warmUp) / (1 - set.warmUp))
        }
      },
    ])

  /// Grows in equal steps over the first part of the run.
  private static func warmed(
    _ warmUp: Double, _ factor: @escaping @Sendable (Place) -> Double
  ) -> TrainingSchedule {
    TrainingSchedule { place in
      let steps = warmUp * Double(place.steps)
      return factor(place) * (Double(place.step) < steps ? Double(place.step + 1) / steps : 1)
    }
  }
}

private struct ConstantSettings: ParameterSet {
  @Setting("Share of the run in which it grows from 0", in: 0...1) var warmUp = 0.0
}

private struct StepSettings: ParameterSet {
  @Setting("Epochs between two changes", in: 1...1_000_000) var every = 10
  @Setting("What it is multiplied by", in: 0...1) var factor = 0.1
  @Setting("Share of the run in which it grows from 0", in: 0...1) var warmUp = 0.0
}

private struct MultiStepSettings: ParameterSet {
  @Setting("Epochs at which it changes, counted from 0", in: 0...1_000_000) var at: [Int] = []
  @Setting("What it is multiplied by", in: 0...1) var factor = 0.1
  @Setting("Share of the run in which it grows from 0", in: 0...1) var warmUp = 0.0
}

private struct ExponentialSettings: ParameterSet {
  @Setting("What it is multiplied by", in: 0...1) var factor = 0.95
  @Setting("Share of the run in which it grows from 0", in: 0...1) var warmUp = 0.0
}

private struct CosineSettings: ParameterSet {
  @Setting("Where it ends, as a share of the optimiser's learning rate", in: 0...1)
  var floor = 0.0
  @Setting("Share of the run in which it grows from 0", in: 0...0.99) var warmUp = 0.0
}

private struct OneCycleSettings: ParameterSet {
  @Setting("Share of the run in which it grows", in: 0.001...0.999) var warmUp = 0.3
  @Setting("It starts at this fraction of the optimiser's learning rate", in: 1...1e6)
  var startDivisor = 25.0
  @Setting("It ends at this fraction of its start", in: 1...1e9) var endDivisor = 1e4
}
