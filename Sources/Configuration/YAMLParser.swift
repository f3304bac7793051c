import CYAML
import Foundation

extension YAMLNode {
  /// Reads a file that holds one YAML document.
  ///
  /// - Parameters:
  ///   - path: The file; at most 8 MiB.
  ///   - name: How messages call the file; its path when nil.
  /// - Throws: ``ConfigurationErrors`` when it cannot be read or is no valid document.
  public init(file path: String, named name: String? = nil) throws {
    let place = SourcePosition(file: name ?? path)
    func missing(_ problem: String) -> ConfigurationErrors {
      ConfigurationErrors(ConfigurationError(at: place, problem, kind: .missing))
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw missing("no such file")
    }
    guard !isFolder.boolValue else { throw missing("is a folder, not a YAML file") }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw missing("cannot be opened: check its permissions")
    }
    defer { try? handle.close() }
    let limit = 8 << 20
    let content: Data
    do { content = try handle.read(upToCount: limit + 1) ?? Data() } catch {
      throw missing("cannot be read")
    }
    guard content.count <= limit else {
      throw ConfigurationErrors(ConfigurationError(at: place, "is larger than 8 MiB"))
    }
    try self.init(bytes: [UInt8](content), file: name ?? path)
  }

  /// Reads a text that holds one YAML document.
  ///
  /// Anchors and aliases are expanded; at most 100 000 nodes, 64 levels deep. Duplicate keys, keys that are no plain text,
  /// cyclic aliases, tags other than YAML's own and further documents are refused.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, or UTF-16 with a byte order mark.
  ///   - file: How messages call the text.
  /// - Throws: ``ConfigurationErrors`` when it is no valid document.
  public init(bytes: [UInt8], file: String) throws {
    self = try bytes.withUnsafeBufferPointer { buffer in
      var parser = try YAMLParser(buffer, file: file)
      defer { parser.release() }
      return try parser.document()
    }
  }

  /// Reads a text that holds one YAML document.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: How messages call the text.
  /// - Throws: ``ConfigurationErrors`` when it is no valid document.
  public init(text: String, file: String) throws {
    try self.init(bytes: Array(text.utf8), file: file)
  }
}

/// Builds nodes from libyaml's events.
private struct YAMLParser {
  private static let deepest = 64
  private static let mostNodes = 100_000
  private let handle: OpaquePointer
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private var anchors: [String: YAMLNode] = [:]
  private var openAnchors: Set<String> = []
  private var expanded = 0

  /// An event with its texts copied out of the parser's memory.
  private struct Event {
    var kind: cyaml_event_kind
    var position: SourcePosition
    var isPlain: Bool
    var anchor: String?
    var tag: String?
    var text: String
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws {
    var made: OpaquePointer?
    guard cyaml_parser_create(bytes.baseAddress, bytes.count, &made) == CYAML_OK, let made else {
      throw ConfigurationErrors(
        ConfigurationError(at: SourcePosition(file: file), "out of memory while reading YAML"))
    }
    handle = made
    self.bytes = bytes
    self.file = file
  }

  func release() { cyaml_parser_release(handle) }

  mutating func document() throws -> YAMLNode {
    let start = try next()
    guard start.kind == CYAML_DOCUMENT_START else {
      throw failure("the document is empty", at: SourcePosition(file: file, line: 1, column: 1))
    }
    let root = try node(try next(), depth: 1)
    let end = try next()
    guard end.kind == CYAML_DOCUMENT_END else {
      throw failure("expected the end of the document", at: end.position)
    }
    let after = try next()
    guard after.kind == CYAML_STREAM_END else {
      throw failure(
        "a second document starts here; a file holds one document", at: after.position)
    }
    return root
  }

  private mutating func node(_ event: Event, depth: Int) throws -> YAMLNode {
    guard depth <= Self.deepest else {
      throw failure("nested more than \(Self.deepest) levels deep", at: event.position)
    }
    if event.kind == CYAML_ALIAS { return try alias(event) }
    try checkTag(event)
    if let anchor = event.anchor { openAnchors.insert(anchor) }
    try count(1, at: event.position)
    let made: YAMLNode
    switch event.kind {
    case CYAML_SCALAR: made = scalar(event)
    case CYAML_SEQUENCE_START: made = try sequence(event, depth: depth)
    case CYAML_MAPPING_START: made = try mapping(event, depth: depth)
    default: throw failure("expected a value", at: event.position)
    }
    if let anchor = event.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = made
    }
    return made
  }

  private func scalar(_ event: Event) -> YAMLNode {
    let isText = !event.isPlain || event.tag == "!" || event.tag == "tag:yaml.org,2002:str"
    return YAMLNode(
      .scalar(YAMLScalar(text: event.text, isQuoted: isText)), at: event.position)
  }

  private mutating func sequence(_ event: Event, depth: Int) throws -> YAMLNode {
    var items: [YAMLNode] = []
    while true {
      let inner = try next()
      if inner.kind == CYAML_SEQUENCE_END { break }
      items.append(try node(inner, depth: depth + 1))
    }
    let size = items.reduce(1) { $0 + $1.size }
    return YAMLNode(.sequence(items), at: event.position, size: size)
  }

  private mutating func mapping(_ event: Event, depth: Int) throws -> YAMLNode {
    var entries: [YAMLMapping.Entry] = []
    var lineOfKey: [String: Int] = [:]
    var size = 1
    while true {
      let inner = try next()
      if inner.kind == CYAML_MAPPING_END { break }
      let key = try node(inner, depth: depth + 1)
      guard let text = key.scalar?.text else {
        throw failure("a key must be plain text, not \(key.summary)", at: key.position)
      }
      if text == "<<", key.scalar?.isQuoted == false {
        throw failure("merge keys ('<<') are not supported; write the keys out", at: key.position)
      }
      if let line = lineOfKey[text] {
        throw failure(
          "duplicate key '\(text)': it already appears in line \(line)", at: key.position)
      }
      lineOfKey[text] = key.position.line
      let value = try node(try next(), depth: depth + 1)
      size += key.size + value.size
      entries.append(YAMLMapping.Entry(key: text, keyPosition: key.position, value: value))
    }
    return YAMLNode(
      .mapping(YAMLMapping(entries: entries, position: event.position)), at: event.position,
      size: size)
  }

  private mutating func alias(_ event: Event) throws -> YAMLNode {
    let name = event.anchor ?? ""
    if openAnchors.contains(name) {
      throw failure(
        "alias '*\(name)' lies within its own anchor: the value would contain itself",
        at: event.position)
    }
    guard let target = anchors[name] else {
      throw failure("alias '*\(name)' has no anchor '&\(name)' before it", at: event.position)
    }
    try count(target.size, at: event.position)
    return target
  }

  private mutating func count(_ nodes: Int, at position: SourcePosition) throws {
    expanded += nodes
    guard expanded <= Self.mostNodes else {
      throw failure(
        "the document is too large: more than \(Self.mostNodes) nodes with aliases expanded",
        at: position)
    }
  }

  private func checkTag(_ event: Event) throws {
    guard let tag = event.tag, tag != "!" else { return }
    let own: Bool
    switch event.kind {
    case CYAML_SCALAR: own = ["str", "int", "float", "bool", "null"].contains(suffix(tag))
    case CYAML_SEQUENCE_START: own = suffix(tag) == "seq"
    default: own = suffix(tag) == "map"
    }
    if !own { throw failure("the tag '\(tag)' is not supported; remove it", at: event.position) }
  }

  private func suffix(_ tag: String) -> String {
    let prefix = "tag:yaml.org,2002:"
    return tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : ""
  }

  private func next() throws -> Event {
    var event = cyaml_event()
    let status = cyaml_parser_next(handle, &event)
    guard status == CYAML_OK else { throw parserFailure(status) }
    let text = event.value.map {
      String(decoding: UnsafeBufferPointer(start: $0, count: event.value_length), as: UTF8.self)
    }
    return Event(
      kind: cyaml_event_kind(rawValue: UInt32(event.kind)),
      position: SourcePosition(file: file, line: Int(event.line), column: Int(event.column)),
      isPlain: event.is_plain != 0, anchor: event.anchor.map { String(cString: $0) },
      tag: event.tag.map { String(cString: $0) }, text: text ?? "")
  }

  private func parserFailure(_ status: cyaml_status) -> ConfigurationErrors {
    if status == CYAML_OUT_OF_MEMORY {
      return failure("out of memory while reading YAML", at: SourcePosition(file: file))
    }
    var error = cyaml_error()
    cyaml_parser_describe_error(handle, &error)
    let problem = error.problem.map { String(cString: $0) } ?? "invalid text"
    if status == CYAML_BAD_ENCODING {
      return failure(
        "the text has an invalid encoding or character: \(problem)", at: place(offset: error.offset)
      )
    }
    let context = error.context.map { " \(String(cString: $0))" } ?? ""
    return failure(
      "invalid YAML: \(problem)\(context)",
      at: SourcePosition(file: file, line: Int(error.line), column: Int(error.column)))
  }

  private func place(offset: UInt64) -> SourcePosition {
    let before = bytes.prefix(Int(min(offset, UInt64(bytes.count))))
    let line = before.reduce(1) { $1 == 10 ? $0 + 1 : $0 }
    let lineStart = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
    return SourcePosition(file: file, line: line, column: before.count - lineStart + 1)
  }

  private func failure(_ problem: String, at position: SourcePosition) -> ConfigurationErrors {
    ConfigurationErrors(ConfigurationError(at: position, problem))
  }
}
