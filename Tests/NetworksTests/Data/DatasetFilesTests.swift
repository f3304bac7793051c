import Foundation
import TestSupport
import Tensors
import Testing

@testable import Networks

private func idx(_ type: UInt8, _ shape: [UInt32], _ data: [UInt8]) -> [UInt8] {
  [0, 0, type, UInt8(shape.count)]
    + shape.flatMap { length in (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } }
    + data
}

private func write(_ bytes: [UInt8], _ folder: TemporaryFolder, _ name: String = "file") throws
  -> String
{
  let path = folder.file(name)
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  return path
}

@Test func `an IDX file gives its numbers in their type and shape`() throws {
  let folder = try TemporaryFolder()
  let bytes = try IDXFile(path: try write(idx(0x08, [2, 3], [1, 2, 3, 4, 5, 255]), folder))
  #expect(bytes.tensor.shape == [2, 3])
  #expect(bytes.tensor.array(of: UInt8.self) == [1, 2, 3, 4, 5, 255])
  let shorts = try IDXFile(path: try write(idx(0x0B, [2], [0xFF, 0xFE, 0x01, 0x00]), folder))
  #expect(shorts.tensor.array(of: Int16.self) == [-2, 256])
  let reals = try IDXFile(path: try write(idx(0x0D, [1], [0x3F, 0xC0, 0, 0]), folder))
  #expect(reals.tensor.array(of: Float.self) == [1.5])
}

@Test(arguments: [
  ([UInt8](), "does not start as an IDX file"),
  ([0, 0, 7, 1], "does not start as an IDX file"),
  ([0, 0, 8, 3, 0, 0], "the header states 3 axes and ends early"),
  (idx(8, [4], [1, 2, 3]), "the shape [4] of uint8 needs 4 bytes; the file holds 3"),
  (idx(8, [2], [1, 2, 3]), "the shape [2] of uint8 needs 2 bytes; the file holds 3"),
  (idx(8, [.max, .max, .max], []), "is too large"),
  ([0x1F, 0x8B, 8, 0, 0], "the gzip file ends early"),
  ([0x1F, 0x8B, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], "the gzip file is corrupt"),
])
func `a damaged IDX file is refused with the reason`(_ bytes: [UInt8], _ reason: String) throws {
  let folder = try TemporaryFolder()
  let path = try write(bytes, folder)
  let error = try #require(throws: DatasetError.self) { try IDXFile(path: path) }
  #expect(error.path == path)
  #expect(error.problem.contains(reason), "\(error)")
  #expect(error.kind == .damaged)
}

@Test func `missing files and folders say so`() throws {
  let folder = try TemporaryFolder()
  for path in [folder.file("none"), folder.path] {
    #expect(throws: DatasetError.self) { try IDXFile(path: path) }
  }
  let error = try #require(throws: DatasetError.self) {
    try LabelledImages.mnist(folder: folder.path)
  }
  #expect(error.kind == .missing)
  #expect(error.problem.contains("images-idx3-ubyte"))
}

@Test func `images and labels must belong together`() throws {
  let folder = try TemporaryFolder()
  _ = try write(idx(8, [2, 1, 1], [9, 8]), folder, "images-idx3-ubyte")
  _ = try write(idx(8, [3], [1, 2, 3]), folder, "labels-idx1-ubyte")
  #expect(throws: DatasetError.self) { try LabelledImages.mnist(folder: folder.path) }
  _ = try write(idx(8, [2], [1, 10]), folder, "labels-idx1-ubyte")
  let error = try #require(throws: DatasetError.self) {
    try LabelledImages.mnist(folder: folder.path)
  }
  #expect(error.problem == "label 1 is 10, no digit")
}

@Test func `CIFAR-10 records are split in class and planes`() throws {
  let folder = try TemporaryFolder()
  let planes = (0..<3072).map { UInt8($0 / 1024) }
  let bytes = [1] + planes + [0] + planes
  let path = try write(bytes, folder, "train.bin")
  let names = try write(Array("cat\ndog\n".utf8), folder, "classes.txt")
  let images = try LabelledImages.cifar10(files: [path], namesFile: names)
  #expect(images.labels == [1, 0])
  #expect(images.classNames == ["cat", "dog"])
  #expect(images.images.shape == [2, 3, 32, 32])
  #expect(images.images[1, 2, 31, 31].item(of: UInt8.self) == 2)
  _ = try write(Array(bytes.dropLast()), folder, "train.bin")
  #expect(throws: DatasetError.self) { try LabelledImages.cifar10(files: [path], namesFile: names) }
  _ = try write([2] + planes, folder, "train.bin")
  #expect(throws: DatasetError.self) { try LabelledImages.cifar10(files: [path], namesFile: names) }
}

@Test func `a table is read with and without its header`() throws {
  let folder = try TemporaryFolder()
  let named = try LabelledTable(
    csv: try write(Array("2,2,red,blue\n1.5,-2,1\n3,4e1,0\n".utf8), folder))
  #expect(named.features.array(of: Double.self) == [1.5, -2, 3, 40])
  #expect(named.labels == [1, 0])
  #expect(named.classNames == ["red", "blue"])
  let plain = try LabelledTable(csv: try write(Array("1,2,0\r\n3,4,2\r\n".utf8), folder))
  #expect(plain.classNames == ["0", "1", "2"])
  #expect(plain.subset([1]).features.array(of: Double.self) == [3, 4])
  #expect(plain.restricted(toClasses: [2]).labels == [0])
}

@Test(arguments: [
  ("", "holds no rows"), ("5\n", "holds no rows"), ("1,2,0\n1,0\n", "line 2 has 2 cells"),
  ("1,x,0\n", "'x' is no number"), ("1,nan,0\n", "'nan' is no number"),
  ("1,2,-1\n", "'-1' is no class"), ("1,2,1e300\n", "is no class"),
  ("3,2,a,b\n1,2,0\n", "the header states 3 rows"), ("1,3,a,b\n1,2,0\n", "the header states 3 f"),
  ("1,2,a,b\n1,2,2\n", "'2' is no class"),
])
func `a damaged table is refused with its line`(_ text: String, _ reason: String) throws {
  let folder = try TemporaryFolder()
  let path = try write(Array(text.utf8), folder)
  let error = try #require(throws: DatasetError.self) { try LabelledTable(csv: path) }
  #expect(error.problem.contains(reason), "\(error)")
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `the recorded data sets are read`() throws {
  let digits = try LabelledImages.mnist(folder: SharedData.path("mnist"))
  #expect(digits.images.shape == [6700, 1, 28, 28])
  // The start of the labels of MNIST's test split.
  #expect(Array(digits.labels.prefix(10)) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
  let (train, test) = try LabelledImages.cifar10(folder: SharedData.path("cifar10"))
  #expect(train.images.shape == [1200, 3, 32, 32])
  #expect(test.count == 400)
  let countsByClass = (0..<10).map { label in train.labels.filter { $0 == label }.count }
  #expect(countsByClass == [Int](repeating: 120, count: 10))
  let iris = try LabelledTable(csv: SharedData.path("tabular/iris.csv"))
  #expect(iris.features.shape == [150, 4])
  #expect(iris.classNames == ["setosa", "versicolor", "virginica"])
  let pixels = try LabelledTable(csv: SharedData.path("tabular/digits.csv.gz"))
  #expect(pixels.features.shape == [1797, 64])
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `no cut or changed byte of a compressed file makes the reader crash`() throws {
  let folder = try TemporaryFolder()
  let whole = [UInt8](
    try Data(contentsOf: URL(fileURLWithPath: SharedData.path("mnist/labels-idx1-ubyte.gz"))))
  var generator = SeededGenerator(seed: 5)
  for trial in 0..<60 {
    var bytes = whole
    if trial.isMultiple(of: 2) {
      bytes = Array(bytes.prefix(generator.uniform(below: bytes.count)))
    } else {
      bytes[10 + generator.uniform(below: bytes.count - 10)] ^= UInt8(
        1 + generator.uniform(below: 255))
    }
    // Either an error, or the change lay in a part that says nothing.
    let result = try? IDXFile(path: try write(bytes, folder))
    #expect(result == nil || result?.tensor.shape == [6700])
  }
}

@Test func `channel statistics are those of all pixels`() {
  let images = LabelledImages(
    images: Tensor([UInt8(0), 255, 51, 51, 255, 0, 51, 51], shape: [2, 2, 1, 2]), labels: [0, 0],
    classNames: ["a"])
  let (mean, deviation) = images.channelStatistics()
  #expect(mean == [0.5, 0.2])
  // The second channel is constant.
  #expect(deviation == [0.5, 1])
}
