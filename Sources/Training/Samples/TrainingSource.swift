import Configuration
import Networks
import Tensors

/// Where the samples come from.
enum TrainingSource: Sendable {
  /// Images or rows: read when `load` is called.
  case labelled(path: String, load: @Sendable (_ path: String) throws -> TrainingData)
  /// Clouds, read one by one.
  case clouds(CloudSettings)
  /// Clips of videos, decoded when they are wanted.
  case clips(ClipSettings)

  /// As the definition writes it.
  var path: String {
    switch self {
    case .labelled(let path, _): path
    case .clouds(let settings): settings.path
    case .clips(let settings): settings.path
    }
  }

  static let kinds = TrainingKinds<TrainingSource>(
    part: "dataset",
    kinds: [
      .init("mnist", "handwritten digits in IDX files, plain or gzip", MNISTSettings.self) { set in
        .labelled(path: set.path) { path in
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
        .labelled(path: set.path) { path in
          let (train, test) = try LabelledImages.cifar10(folder: path)
          let given = DatasetSplit(
            train: Array(0..<train.count), test: Array(train.count..<train.count + test.count))
          return .images(train + test, given: given)
        }
      },
      .init("table", "numbers separated by commas, the class last", TableSettings.self) { set in
        .labelled(path: set.path) { path in
          var table = try LabelledTable(csv: path)
          if let classes = set.classes {
            try check(classes, count: table.classNames.count, path)
            table = table.restricted(toClasses: classes)
            table.files = [path]
          }
          return .table(table)
        }
      },
      .init(
        "clouds", "labelled clouds: a folder, a KITTI folder, a log, or a manifest of these",
        CloudSettings.self
      ) { .clouds($0) },
      .init(
        "clips", "clips of labelled videos: a folder with videos.jsonl, or a folder for each class",
        ClipSettings.self
      ) { .clips($0) },
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

/// Which clouds a definition learns from.
struct CloudSettings: ParameterSet {
  @Setting("The clouds to learn from; relative paths start at the definition's folder")
  var path = ""
  @Setting("The clouds of the final figures; none when empty, or by 'split'") var test = ""
  @Setting("Classes in the order of the outputs; those of the clouds when empty")
  var classes: [String] = []
  @Setting("Whether clouds with rare classes are repeated") var balanced = false
  @Setting("Only so many clouds to learn from; all when left out", in: 1...100_000_000)
  var limit: Int? = nil
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
