import Foundation
public import Tensors

/// A NumPy `.npy` file of float32 values in C order.
public enum NumPyArray {
  /// Reads an array.
  ///
  /// - Parameter path: The file; versions 1 to 3 of the format, little-endian `<f4`, not Fortran order.
  /// - Returns: The array, Float.
  /// - Throws: ``CloudFileError`` when the file is missing, of another type, or shorter than its shape says.
  /// - Note: Source: NumPy documentation, `numpy.lib.format`.
  public static func readFloats(path: String) throws -> Tensor {
    func failure(_ problem: String) -> CloudFileError {
      CloudFileError(file: path, problem: problem)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw failure("no such file, or it may not be read")
    }
    let bytes = [UInt8](data)
    guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw failure("not a NumPy array (magic)")
    }
    let isLong = bytes[6] >= 2
    let start = isLong ? 12 : 10
    var length = Int(bytes[8]) | Int(bytes[9]) << 8
    if isLong { length |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24 }
    guard start + length <= bytes.count else { throw failure("the header is truncated") }
    let header = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
    guard header.contains("'<f4'"), header.contains("'fortran_order': False") else {
      throw failure("expected float32 values in C order, found \(header)")
    }
    guard let shapeText = header.split(separator: "(").last?.split(separator: ")").first else {
      throw failure("the header has no shape")
    }
    let shape = shapeText.split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    var count = 1
    for length in shape {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !isTooLarge else {
        throw failure("the shape (\(shapeText)) is not possible")
      }
      count = product
    }
    guard (bytes.count - start - length) / 4 == count else {
      throw failure("the shape (\(shapeText)) does not match the \(bytes.count) bytes of the file")
    }
    return Tensor(shape: shape, of: Float.self) { memory in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(memory).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[(start + length)...]))
      }
    }
  }
}
