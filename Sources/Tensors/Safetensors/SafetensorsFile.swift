import Foundation

/// A safetensors file: named tensors, read without copying.
///
/// The whole header is checked before anything is handed out: names, types, shapes, and that the
/// tensors fill the file exactly. The elements are mapped into memory and read when they are
/// touched; the file must not be shortened meanwhile. Writing to a tensor that was read never
/// changes the file.
///
/// - Note: Source: the safetensors format, github.com/huggingface/safetensors. Differs: unknown
///   members of a tensor's description are refused.
public struct SafetensorsFile: Sendable {
  /// What the header says about one tensor.
  public struct Entry: Equatable, Sendable {
    /// The tensor's name.
    public let name: String
    /// Type of its elements.
    public let elementType: ElementType
    /// Lengths of its axes.
    public let shape: [Int]
    /// Where its bytes lie in the file.
    public let bytes: Range<Int>
  }

  /// Path of the file.
  public let path: String
  /// Texts about the file as a whole.
  public let metadata: [String: String]
  /// The tensors, in the bytewise order of their names.
  public let entries: [Entry]

  private let file: MappedFile
  private let storage: HostStorage
  private let places: [String: Int]

  /// Names of the tensors, in bytewise order.
  public var names: [String] { entries.map(\.name) }

  /// Opens a file and checks its header.
  ///
  /// - Parameter path: Path of the file.
  /// - Throws: What is wrong with the file, and where.
  public init(path: String) throws(SafetensorsError) {
    do {
      let file = try MappedFile(path: path)
      let header = try SafetensorsHeader(
        UnsafeRawBufferPointer(start: file.base, count: file.byteCount))
      self.path = path
      self.metadata = header.metadata
      self.entries = header.entries.map {
        Entry(name: $0.name, elementType: $0.elementType, shape: $0.shape, bytes: $0.bytes)
      }
      var places: [String: Int] = [:]
      for (place, entry) in entries.enumerated() { places[entry.name] = place }
      self.places = places
      self.file = file
      self.storage = HostStorage(adopting: file.base, byteCount: file.byteCount) {
        withExtendedLifetime(file) {}
      }
    } catch {
      throw SafetensorsError(path: path, place: error.place, reason: error.reason)
    }
  }

  /// One of the tensors.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The tensor over the mapped file; a copy where its bytes are not aligned for their
  ///   type.
  /// - Throws: An error when there is no tensor of this name, or when its bytes hold what its type
  ///   does not allow.
  public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
    guard let place = places[name] else {
      throw SafetensorsError(
        path: path, place: "tensor \"\(name)\"", reason: "there is no tensor of this name")
    }
    return try tensor(entries[place])
  }

  /// All tensors by name.
  ///
  /// - Returns: The tensors over the mapped file.
  /// - Throws: An error when the bytes of a tensor hold what its type does not allow.
  public func tensors() throws(SafetensorsError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for entry in entries { tensors[entry.name] = try tensor(entry) }
    return tensors
  }

  private func tensor(_ entry: Entry) throws(SafetensorsError) -> Tensor {
    let bytes = UnsafeRawBufferPointer(
      start: file.base + entry.bytes.lowerBound, count: entry.bytes.count)
    if entry.elementType == .bool, let bad = bytes.firstIndex(where: { $0 > 1 }) {
      throw SafetensorsError(
        path: path, place: "tensor \"\(entry.name)\"",
        reason: "its BOOL element \(bad) is \(bytes[bad]), neither 0 nor 1")
    }
    let isAligned = entry.bytes.lowerBound.isMultiple(of: entry.elementType.byteCount)
    let place = isAligned ? entry.bytes.lowerBound : 0
    let memory = isAligned ? storage : HostStorage(byteCount: bytes.count)
    if !isAligned, let start = bytes.baseAddress {
      memory.base.copyMemory(from: start, byteCount: bytes.count)
    }
    return Tensor(
      storage: TensorStorage(host: memory, byteOffset: place), shape: entry.shape,
      elementType: entry.elementType)
  }
}
