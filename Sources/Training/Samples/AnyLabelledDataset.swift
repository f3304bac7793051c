import Networks
import Tensors

/// Images or rows of a table, as a network sees them.
enum AnyLabelledDataset: Dataset {
  case images(ImageDataset)
  case table(TableDataset)

  var count: Int {
    switch self {
    case .images(let images): images.count
    case .table(let table): table.count
    }
  }

  func sample(at index: Int, using generator: inout SeededGenerator) -> LabelledSample {
    switch self {
    case .images(let images): images.sample(at: index, using: &generator)
    case .table(let table): table.sample(at: index, using: &generator)
    }
  }

  func batch(of samples: [LabelledSample]) -> LabelledBatch { LabelledBatch(stacking: samples) }

  /// The parts of a data set, normalised by the training part's statistics.
  struct Parts {
    var train: AnyLabelledDataset
    var validation: AnyLabelledDataset?
    var test: AnyLabelledDataset?
    var mean: [Double]
    var deviation: [Double]
  }

  static func parts(
    of data: TrainingData, _ split: DatasetSplit, _ augmentation: [any Augmentation]
  ) -> Parts {
    switch data {
    case .images(let images, _):
      let train = ImageDataset(images.subset(split.train), augmentation: augmentation)
      func held(_ indices: [Int]) -> AnyLabelledDataset? {
        indices.isEmpty
          ? nil
          : .images(
            ImageDataset(
              images.subset(indices), mean: train.mean,
              standardDeviation: train.standardDeviation))
      }
      return Parts(
        train: .images(train), validation: held(split.validation), test: held(split.test),
        mean: train.mean.map(Double.init), deviation: train.standardDeviation.map(Double.init))
    case .table(let table):
      let train = TableDataset(table.subset(split.train))
      func held(_ indices: [Int]) -> AnyLabelledDataset? {
        indices.isEmpty
          ? nil
          : .table(
            TableDataset(
              table.subset(indices), mean: train.mean,
              standardDeviation: train.standardDeviation))
      }
      return Parts(
        train: .table(train), validation: held(split.validation), test: held(split.test),
        mean: train.mean, deviation: train.standardDeviation)
    }
  }
}
