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

/// Where the samples come from: reads them when it is called.
struct TrainingSource: Sendable {
  let path: String
  let load: @Sendable (_ path: String) throws -> TrainingData

  static let kinds = TrainingKinds<TrainingSource>(
    part: "dataset",
    kinds: [
      .init("mnist", "handwritten digits in IDX files, plain or gzip", MNISTSettings.self) { set in
        TrainingSource(path: set.path) { path in
          var images = try LabelledImages.mnist(folder: path, prefix: set.prefix)
          let files = images.files
          if let classes = set.classes {
            try check(classes, count: images.classNames.count, path)
            images = images.restricted(toClasses: classes)
            images.files = files
          }
          return .images(images, given: nil)
        }
      },
      .init("cifar10", "colour images of 32 x 32 pixels in binary batches", PathSettings.self) {
        set in
        TrainingSource(path: set.path) { path in
          let (train, test) = try LabelledImages.cifar10(folder: path)
          let given = DatasetSplit(
            train: Array(0..<train.count), test: Array(train.count..<train.count + test.count))
          return .images(train + test, given: given)
        }
      },
      .init("table", "numbers separated by commas, the class last", TableSettings.self) { set in
        TrainingSource(path: set.path) { path in
          var table = try LabelledTable(csv: path)
          if let classes = set.classes {
            try check(classes, count: table.classNames.count, path)
            table = table.restricted(toClasses: classes)
            table.files = [path]
          }
          return .table(table)
        }
      },
    ])

  private static func check(_ classes: [Int], count: Int, _ path: String) throws {
    guard Set(classes).count == classes.count, classes.count >= 2,
      classes.allSatisfy({ (0..<count).contains($0) })
    else {
      throw DatasetError(
        path: path, "has no classes \(classes), each once: they are numbered 0 to \(count - 1)",
        kind: .unsuitable)
    }
  }
}

private struct MNISTSettings: ParameterSet {
  @Setting("The folder; relative paths start at the definition's folder") var path = ""
  @Setting("What precedes the names of the files, for example t10k-") var prefix = ""
  @Setting("Only these digits, numbered anew; all when left out") var classes: [Int]? = nil
}

private struct PathSettings: ParameterSet {
  @Setting("The folder; relative paths start at the definition's folder") var path = ""
}

private struct TableSettings: ParameterSet {
  @Setting("The file; relative paths start at the definition's folder") var path = ""
  @Setting("Only these classes, numbered anew; all when left out") var classes: [Int]? = nil
}

extension LabelledImages {
  /// The images of both, those of the left first.
  fileprivate static func + (left: LabelledImages, right: LabelledImages) -> LabelledImages {
    let bytes = left.images.array(of: UInt8.self) + right.images.array(of: UInt8.self)
    var joined = LabelledImages(
      images: Tensor(bytes, shape: [left.count + right.count] + left.imageShape),
      labels: left.labels + right.labels, classNames: left.classNames)
    joined.files = left.files + right.files
    return joined
  }
}
