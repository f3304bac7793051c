import Configuration
import Networks
import Tensors

/// Labelled samples in memory, with the split that their files come with.
enum TrainingData: Sendable {
  case images(LabelledImages, given: DatasetSplit?)
  case table(LabelledTable)

  var labels: [Int] {
    switch self {
    case .images(let images, _): images.labels
    case .table(let table): table.labels
    }
  }

  var classNames: [String] {
    switch self {
    case .images(let images, _): images.classNames
    case .table(let table): table.classNames
    }
  }

  var files: [String] {
    switch self {
    case .images(let images, _): images.files
    case .table(let table): table.files
    }
  }

  /// Shape of one sample.
  var inputShape: [Int] {
    switch self {
    case .images(let images, _): images.imageShape
    case .table(let table): [table.features.shape[1]]
    }
  }

  var given: DatasetSplit? {
    if case .images(_, let given) = self { return given }
    return nil
  }

  /// The samples as rows of Float64, images with values from 0 to 1.
  func rows(_ indices: [Int]) -> Tensor {
    switch self {
    case .images(let images, _):
      let chosen = images.subset(indices)
      let size = chosen.imageShape.reduce(1, *)
      return chosen.images.withUnsafeElements(of: UInt8.self) { bytes in
        Tensor(shape: [indices.count, size], of: Double.self) { target in
          for at in bytes.indices { target[at] = Double(bytes[at]) / 255 }
        }
      }
    case .table(let table): return table.subset(indices).features
    }
  }
}
