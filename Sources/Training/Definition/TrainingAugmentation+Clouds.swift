import Configuration
import Foundation
import Networks

/// A random change of samples, by what it changes.
enum TrainingChange: Sendable {
  /// Of an image.
  case image(any Augmentation)
  /// Of a cloud.
  case cloud(any CloudChange)
  /// Adds objects of other clouds; made once the clouds are known.
  case objects(counts: [(label: String, count: Int)], clouds: Int, fewestPoints: Int)
}

extension TrainingAugmentation {
  static let clouds: [TrainingKinds<TrainingChange>.Kind] = [
    .init("flip", "mirror image of a cloud", CloudFlipSettings.self) {
      .cloud(CloudFlip(isAlongX: $0.axis == "x", probability: $0.probability))
    },
    .init("turn", "a cloud turned about the vertical", TurnSettings.self) {
      .cloud(CloudTurn(limit: $0.degrees * .pi / 180))
    },
    .init("scale", "a cloud scaled", ScaleSettings.self) {
      let range = try range($0.factor, "factor")
      return .cloud(CloudScaling(range: Double(range.lowerBound)...Double(range.upperBound)))
    },
    .init("shift", "a cloud moved", ShiftSettings.self) {
      .cloud(CloudShift(horizontal: $0.horizontal, vertical: $0.vertical))
    },
    .init("point_noise", "every point moved a little", PointNoiseSettings.self) {
      .cloud(CloudNoise(standardDeviation: $0.standardDeviation))
    },
    .init("point_dropout", "points left out", PointDropoutSettings.self) {
      .cloud(CloudDropout(limit: $0.share))
    },
    .init("ring_dropout", "rings of a LiDAR left out", RingDropoutSettings.self) {
      .cloud(RingDropout(probability: $0.probability, limit: $0.share))
    },
    .init("intensity", "intensities scaled, shifted and made noisy", IntensitySettings.self) {
      .cloud(IntensityChange(factor: $0.factor, shift: $0.shift, noise: $0.noise))
    },
    .init("sample_objects", "objects of other clouds added", ObjectSettings.self) { set in
      guard set.labels.count == set.counts.count, Set(set.labels).count == set.labels.count else {
        throw TrainingError("'labels' and 'counts' go in pairs, each label once")
      }
      return .objects(
        counts: zip(set.labels, set.counts).map { ($0, $1) }.sorted { $0.0 < $1.0 },
        clouds: set.clouds, fewestPoints: set.fewestPoints)
    },
  ]
}

private struct CloudFlipSettings: ParameterSet {
  @Setting("Coordinate that changes its sign", choices: ["x", "y"]) var axis = "y"
  @Setting("How often", in: 0...1) var probability = 0.5
}

private struct TurnSettings: ParameterSet {
  @Setting("Largest angle to either side, degrees", in: 0...180) var degrees = 45.0
}

private struct ScaleSettings: ParameterSet {
  @Setting("Smallest and largest factor", in: 0.01...100) var factor = [0.95, 1.05]
}

private struct ShiftSettings: ParameterSet {
  @Setting("Standard deviation along x and y, metres", in: 0...100) var horizontal = 0.0
  @Setting("Standard deviation along z, metres", in: 0...100) var vertical = 0.0
}

private struct PointNoiseSettings: ParameterSet {
  @Setting("Standard deviation of each coordinate, metres", in: 0...10)
  var standardDeviation = 0.01
}

private struct PointDropoutSettings: ParameterSet {
  @Setting("Largest share that is left out", in: 0...0.99) var share = 0.5
}

private struct RingDropoutSettings: ParameterSet {
  @Setting("How often a scan loses rings", in: 0...1) var probability = 0.5
  @Setting("Largest share of the rings that is left out", in: 0...0.99) var share = 0.5
}

private struct IntensitySettings: ParameterSet {
  @Setting("Spread of the factor around 1", in: 0...1) var factor = 0.3
  @Setting("Spread of the shift, as a share of the largest intensity", in: 0...1) var shift = 0.1
  @Setting("Standard deviation of the noise, as a share of the largest intensity", in: 0...1)
  var noise = 0.02
}

private struct ObjectSettings: ParameterSet {
  @Setting("Labels whose objects are added") var labels: [String] = []
  @Setting("For each label the number that a cloud is filled up to", in: 0...1000)
  var counts: [Int] = []
  @Setting("Clouds that objects are cut out of", in: 1...1_000_000) var clouds = 500
  @Setting("Objects with fewer points are left out", in: 1...100_000) var fewestPoints = 5
}
