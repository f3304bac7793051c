extension ROSSchema {
  /// Parses the text that logs carry: the top type's definition and, after lines of `=` and `MSG: name`, those it uses.
  ///
  /// - Parameters:
  ///   - name: The top type's name, `sensor_msgs/msg/Image` or `sensor_msgs/Image`.
  ///   - text: Definitions in the `.msg` language of ROS 1 or ROS 2.
  /// - Throws: ``LogError`` of kind `undecodable` when the text is malformed, lacks a type or needs `wstring`.
  public init(name: String, text: String) throws {
    do {
      try self.init(parsing: text, top: Self.shortName(name))
    } catch let problem as FormatProblem {
      throw problem.asLogError(file: "", place: "schema \(name)")
    }
  }

  init(parsing text: String, top: String) throws {
    var definitions = DefinitionTable(text: text, top: top)
    types = []
    try definitions.resolve(top, inside: top, into: &types, depth: 0)
    for index in types.indices { types[index].role = role(of: types[index]) }
    try measure()
  }

  private func role(of type: MessageType) -> Role {
    let names = type.fields.map(\.name)
    let plain = type.fields.map { $0.arity == .one }.allSatisfy { $0 }
    if ["builtin_interfaces/Time", "builtin_interfaces/Duration"].contains(type.name),
      names == ["sec", "nanosec"], plain
    {
      return .time
    }
    if type.name == "std_msgs/Header", names.suffix(2) == ["stamp", "frame_id"], plain,
      names.count == 2 || names == ["seq", "stamp", "frame_id"]
    {
      return .header
    }
    return .plain
  }

  /// Finds the least size of every type, which bounds the counts that a message may claim, and refuses endless types.
  private mutating func measure() throws {
    var known = [Int?](repeating: nil, count: types.count)
    func least(_ index: Int, _ open: Set<Int>) throws -> Int {
      if let value = known[index] { return value }
      guard !open.contains(index) else {
        throw FormatProblem("the type \(types[index].name) contains itself")
      }
      var sum = 0
      for field in types[index].fields {
        let one: Int
        switch field.element {
        case .primitive(let primitive): one = primitive.byteCount
        case .message(let inner):
          if case .sequence = field.arity {
            one = 0
          } else {
            one = try least(inner, open.union([index]))
          }
        }
        let size: Int
        switch field.arity {
        case .one: size = one
        case .fixed(let count):
          let product = one.multipliedReportingOverflow(by: count)
          size = product.overflow ? Int.max : product.partialValue
        case .sequence: size = 4
        }
        let (total, overflow) = sum.addingReportingOverflow(size)
        sum = overflow ? Int.max : total
      }
      known[index] = sum
      return sum
    }
    for index in types.indices { types[index].leastByteCount = try least(index, []) }
  }
}

extension ROSSchema.Primitive {
  /// Bytes in a message; for a string those of its length.
  var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32, .string: 4
    case .int64, .uint64, .float64, .time, .duration: 8
    }
  }
}

/// The definitions of a schema text by short name, resolved on demand.
private struct DefinitionTable {
  private var texts: [String: Substring] = [
    "builtin_interfaces/Time": "int32 sec\nuint32 nanosec",
    "builtin_interfaces/Duration": "int32 sec\nuint32 nanosec",
  ]
  private var indices: [String: Int] = [:]

  init(text: String, top: String) {
    var name = top
    var body: [Substring] = []
    var found: Set<String> = []
    func keep(_ texts: inout [String: Substring]) {
      if found.insert(name).inserted { texts[name] = Substring(body.joined(separator: "\n")) }
    }
    var afterRule = false
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let trimmed = line.trimmingBlanks
      if trimmed.count >= 3, trimmed.allSatisfy({ $0 == "=" }) {
        afterRule = true
      } else if afterRule, trimmed.hasPrefix("MSG:") {
        keep(&texts)
        name = ROSSchema.shortName(String(trimmed.dropFirst(4).trimmingBlanks))
        body = []
        afterRule = false
      } else {
        body.append(line)
        if !trimmed.isEmpty { afterRule = false }
      }
    }
    keep(&texts)
  }

  /// The index of a type in `types`, which receives it and all that it contains.
  @discardableResult
  mutating func resolve(
    _ name: String, inside outer: String, into types: inout [ROSSchema.MessageType], depth: Int
  ) throws -> Int {
    guard depth < 64 else { throw FormatProblem("types are nested more than 64 deep") }
    guard let full = fullName(name, inside: outer), let text = texts[full] else {
      throw FormatProblem("the schema text does not define the type \(name), which \(outer) uses")
    }
    if let index = indices[full] { return index }
    let index = types.count
    indices[full] = index
    types.append(ROSSchema.MessageType(name: full, fields: [], constants: []))
    for line in text.split(separator: "\n") {
      switch try DefinitionLine(line) {
      case nil: continue
      case .constant(let constant): types[index].constants.append(constant)
      case .field(let type, let arity, let fieldName, let value):
        let element: ROSSchema.Element
        if let primitive = DefinitionLine.primitive(type) {
          element = .primitive(primitive)
        } else {
          element = .message(try resolve(type, inside: full, into: &types, depth: depth + 1))
        }
        types[index].fields.append(
          ROSSchema.Field(name: fieldName, element: element, arity: arity, defaultValue: value))
      }
    }
    return index
  }

  private func fullName(_ name: String, inside outer: String) -> String? {
    let short = ROSSchema.shortName(name)
    if short.contains("/") || texts[short] != nil { return short }
    if let package = outer.split(separator: "/").first {
      let sibling = "\(package)/\(short)"
      if texts[sibling] != nil { return sibling }
    }
    if short == "Header" { return "std_msgs/Header" }
    return texts.keys.filter { $0.hasSuffix("/" + short) }.min()
  }
}
