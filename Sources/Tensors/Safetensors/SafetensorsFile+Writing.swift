import Foundation

extension SafetensorsFile {
  /// Writes tensors to a file, which appears whole or not at all.
  ///
  /// The same tensors and metadata always give the same bytes: the header lists names in bytewise
  /// order; the data starts at a multiple of 8 bytes, with wider elements first, so that every
  /// tensor is aligned.
  ///
  /// - Parameters:
  ///   - tensors: Tensors by name; `__metadata__` cannot be a name.
  ///   - metadata: Texts about the file as a whole.
  ///   - path: Path of the file; one that exists is replaced.
  /// - Throws: What could not be written.
  public static func write(
    _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
  ) throws(SafetensorsError) {
    if tensors["__metadata__"] != nil {
      throw SafetensorsError(
        path: path, place: "tensor \"__metadata__\"", reason: "the name is reserved")
    }
    let named = tensors.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    // Stable: equally wide ones stay in the order of their names.
    let stored = named.sorted { $0.value.elementType.byteCount > $1.value.elementType.byteCount }
    var offsets: [String: Range<Int>] = [:]
    var end = 0
    for (name, tensor) in stored {
      let start = end
      end += tensor.count * tensor.elementType.byteCount
      offsets[name] = start..<end
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    for (name, tensor) in named {
      let place = offsets[name] ?? 0..<0
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        """
        \(quoted(name)):{"dtype":"\(tensor.elementType.safetensorsCode)","shape":[\(shape)],\
        "data_offsets":[\(place.lowerBound),\(place.upperBound)]}
        """)
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    while !header.count.isMultiple(of: 8) { header.append(UInt8(ascii: " ")) }

    do {
      let file = try AtomicFile(path: path)
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
      try header.withUnsafeBytes { try file.write($0) }
      for (_, tensor) in stored { try tensor.withUnsafeBytes { try file.write($0) } }
      try file.finish()
    } catch {
      let problem = error as? SafetensorsProblem
      throw SafetensorsError(
        path: path, place: problem?.place ?? "file", reason: problem?.reason ?? "\(error)")
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// A file that is written aside and takes its place when it is complete.
private final class AtomicFile {
  private let path: String
  private let partialPath: String
  private var descriptor: Int32

  init(path: String) throws(SafetensorsProblem) {
    self.path = path
    var attempt = 0
    var candidate = ""
    repeat {
      candidate = "\(path).\(getpid()).\(attempt).partial"
      descriptor = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      attempt += 1
    } while descriptor < 0 && errno == EEXIST && attempt < 1000
    partialPath = candidate
    guard descriptor >= 0 else { throw Self.problem("cannot be created") }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(partialPath)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsProblem) {
    guard var start = bytes.baseAddress else { return }
    var left = bytes.count
    while left > 0 {
      let written = Foundation.write(descriptor, start, left)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw Self.problem("cannot be written") }
      start += written
      left -= written
    }
  }

  func finish() throws(SafetensorsProblem) {
    guard fsync(descriptor) == 0 else { throw Self.problem("cannot be written") }
    guard rename(partialPath, path) == 0 else { throw Self.problem("cannot be put in place") }
    close(descriptor)
    descriptor = -1
    let slash = path.lastIndex(of: "/")
    let folder = open(slash.map { String(path[...$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  private static func problem(_ what: String) -> SafetensorsProblem {
    SafetensorsProblem("file", "\(what): \(String(cString: strerror(errno)))")
  }
}
