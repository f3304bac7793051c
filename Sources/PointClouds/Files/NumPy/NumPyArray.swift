public import Tensors

/// A NumPy `.npy` file of float32 values in C order.
public enum NumPyArray {
  /// Reads an array.
  ///
  /// - Parameter path: The file; versions 1 to 3 of the format, little-endian `<f4`, not Fortran order.
  /// - Returns: The array, Float.
  /// - Throws: ``CloudFileError`` when the file is missing, of another type, or shorter than its shape says.
  public static func readFloats(path: String) throws -> Tensor {
    let bytes = try FileBytes.read(path)
    let header = try bytes.withUnsafeBufferPointer { try NumPyHeader($0, file: path) }
    guard !header.isStructured, header.fields[0].code == "<f4", !header.isFortranOrder else {
      let order = header.isFortranOrder ? "Fortran" : "C"
      throw CloudFileError(
        file: path,
        problem:
          "expected float32 values ('<f4') in C order, found '\(header.fields[0].code)' in \(order) order"
      )
    }
    let held = bytes.count - header.dataOffset
    guard held % 4 == 0, held / 4 == header.itemCount else {
      throw CloudFileError(
        file: path,
        problem: "the shape \(header.shape) does not match the \(held) bytes of data")
    }
    return Tensor(shape: header.shape, of: Float.self) { memory in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(memory).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[header.dataOffset...]))
      }
    }
  }
}
