public import Tensors

/// An array of numbers in the IDX format of the MNIST data sets, plain or as a gzip file.
///
/// - Note: Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998, section "File formats".
public struct IDXFile: Sendable {
  /// The file.
  public let path: String
  /// The numbers, of the type and shape that the file states.
  public let tensor: Tensor

  /// Reads a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``DatasetError`` when it is missing, no IDX file, or not exactly as long as it states.
  public init(path: String) throws(DatasetError) {
    let file = try DatasetFile(path: path)
    let bytes = file.bytes
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, let type = Self.types[bytes[2]] else {
      throw DatasetError(path: path, "does not start as an IDX file")
    }
    let rank = Int(bytes[3])
    let header = 4 + 4 * rank
    guard rank <= 8, bytes.count >= header else {
      throw DatasetError(path: path, "the header states \(rank) axes and ends early")
    }
    let shape = (0..<rank).map { Int(file.bigEndianWord(at: 4 + 4 * $0)) }
    var size = type.byteCount
    for length in shape {
      let (product, isTooLarge) = size.multipliedReportingOverflow(by: length)
      guard !isTooLarge else { throw DatasetError(path: path, "the shape \(shape) is too large") }
      size = product
    }
    guard size == bytes.count - header else {
      throw DatasetError(
        path: path,
        "the shape \(shape) of \(type) needs \(size) bytes; the file holds \(bytes.count - header)")
    }
    self.path = path
    tensor = Self.decoded(bytes, from: header, type: type, shape: shape)
  }

  private static let types: [UInt8: ElementType] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  private static func decoded(_ bytes: [UInt8], from start: Int, type: ElementType, shape: [Int])
    -> Tensor
  {
    switch type {
    case .int16:
      Tensor(words(bytes, start, of: UInt16.self).map { Int16(bitPattern: $0) }, shape: shape)
    case .int32:
      Tensor(words(bytes, start, of: UInt32.self).map { Int32(bitPattern: $0) }, shape: shape)
    case .float32:
      Tensor(words(bytes, start, of: UInt32.self).map { Float(bitPattern: $0) }, shape: shape)
    case .float64:
      Tensor(words(bytes, start, of: UInt64.self).map { Double(bitPattern: $0) }, shape: shape)
    case .int8:
      Tensor(bytes[start...].map { Int8(bitPattern: $0) }, shape: shape)
    default:
      Tensor(shape: shape, of: UInt8.self) { _ = $0.initialize(from: bytes[start...]) }
    }
  }

  private static func words<Word: FixedWidthInteger>(
    _ bytes: [UInt8], _ start: Int, of type: Word.Type
  ) -> [Word] {
    let width = MemoryLayout<Word>.size
    return bytes.withUnsafeBytes { raw in
      stride(from: start, to: raw.count, by: width).map {
        Word(bigEndian: raw.loadUnaligned(fromByteOffset: $0, as: Word.self))
      }
    }
  }
}
