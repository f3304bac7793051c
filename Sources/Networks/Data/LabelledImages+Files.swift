internal import Tensors

extension LabelledImages {
  /// Handwritten digits in a folder of IDX files, plain or as gzip files.
  ///
  /// - Parameters:
  ///   - folder: Holds `images-idx3-ubyte` and `labels-idx1-ubyte`, with `.gz` or without.
  ///   - prefix: What precedes these names, for example `train-` or `t10k-`; dots may stand for dashes.
  /// - Returns: Images of one channel with the digits as classes.
  /// - Throws: ``DatasetError`` when a file is missing or damaged, or when the files do not belong together.
  public static func mnist(folder: String, prefix: String = "") throws(DatasetError)
    -> LabelledImages
  {
    func file(_ kind: String, _ rank: Int) throws(DatasetError) -> IDXFile {
      let names = ["\(prefix)\(kind)-idx\(rank)-ubyte", "\(prefix)\(kind).idx\(rank)-ubyte"]
      let path = try DatasetFile.firstPresent(of: names.flatMap { [$0 + ".gz", $0] }, in: folder)
      let file = try IDXFile(path: path)
      guard file.tensor.rank == rank, file.tensor.elementType == .uint8 else {
        throw DatasetError(
          path: path,
          "expected \(rank) axes of uint8, found \(file.tensor.shape) of \(file.tensor.elementType)"
        )
      }
      return file
    }
    let images = try file("images", 3)
    let labels = try file("labels", 1)
    let shape = images.tensor.shape
    let digits = labels.tensor.array(of: UInt8.self).map(Int.init)
    guard digits.count == shape[0] else {
      throw DatasetError(
        path: labels.path, "holds \(digits.count) labels for \(shape[0]) images")
    }
    if let bad = digits.firstIndex(where: { $0 > 9 }) {
      throw DatasetError(path: labels.path, "label \(bad) is \(digits[bad]), no digit")
    }
    var result = LabelledImages(
      images: images.tensor.reshaped([shape[0], 1, shape[1], shape[2]]), labels: digits,
      classNames: (0...9).map(String.init))
    result.files = [images.path, labels.path]
    return result
  }

  /// Colour images of 32 by 32 pixels in the binary format of CIFAR-10.
  ///
  /// - Parameters:
  ///   - files: Files of records of 3073 bytes, the class and then the red, green and blue planes.
  ///   - namesFile: A file with the name of each class on a line.
  /// - Returns: Images of three channels.
  /// - Throws: ``DatasetError`` when a file is missing or damaged.
  public static func cifar10(files: [String], namesFile: String) throws(DatasetError)
    -> LabelledImages
  {
    let record = 1 + 3 * 32 * 32
    let names = String(decoding: try DatasetFile(path: namesFile).bytes, as: UTF8.self)
      .split(whereSeparator: \.isNewline).map(String.init)
    guard !names.isEmpty, names.count <= 256 else {
      throw DatasetError(path: namesFile, "holds \(names.count) class names")
    }
    var labels: [Int] = []
    var pixels: [UInt8] = []
    for path in files {
      let bytes = try DatasetFile(path: path).bytes
      guard bytes.count > 0, bytes.count.isMultiple(of: record) else {
        throw DatasetError(path: path, "\(bytes.count) bytes are no whole records of \(record)")
      }
      for start in stride(from: 0, to: bytes.count, by: record) {
        let label = Int(bytes[start])
        guard label < names.count else {
          throw DatasetError(
            path: path, "record \(start / record) has the class \(label) of \(names.count)")
        }
        labels.append(label)
        pixels.append(contentsOf: bytes[start + 1..<start + record])
      }
    }
    var result = LabelledImages(
      images: Tensor(pixels, shape: [labels.count, 3, 32, 32]), labels: labels, classNames: names)
    result.files = files
    return result
  }

  /// The data set CIFAR-10 in a folder.
  ///
  /// - Parameter folder: Holds `train.bin`, `test.bin` and `classes.txt`, or the five `data_batch_*.bin`, `test_batch.bin` and
  ///   `batches.meta.txt` of the original.
  /// - Returns: Images for training and for the test.
  /// - Throws: ``DatasetError`` when a file is missing or damaged.
  public static func cifar10(folder: String) throws(DatasetError) -> (
    train: LabelledImages, test: LabelledImages
  ) {
    let names = try DatasetFile.firstPresent(of: ["classes.txt", "batches.meta.txt"], in: folder)
    let first = try DatasetFile.firstPresent(of: ["train.bin", "data_batch_1.bin"], in: folder)
    let test = try DatasetFile.firstPresent(of: ["test.bin", "test_batch.bin"], in: folder)
    let isWhole = first.hasSuffix("train.bin")
    let train = isWhole ? [first] : (1...5).map { "\(folder)/data_batch_\($0).bin" }
    return (
      try cifar10(files: train, namesFile: names), try cifar10(files: [test], namesFile: names)
    )
  }
}
