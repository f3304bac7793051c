/// A decoded message whose byte arrays are still ranges of the message: the step before value types and records.
struct ROSTree {
  /// A value in the tree.
  indirect enum Value {
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case real(Double)
    case text(String)
    /// Where the bytes of a `uint8` array lie in the message.
    case bytes(Range<Int>)
    case reals([Double])
    case list([Value])
    case message(ROSTree)
    case time(Timestamp)
  }

  /// The short name of the type.
  let typeName: String
  /// The fields in the order of the schema.
  let fields: [(name: String, value: Value)]

  init(schema: ROSSchema, type: Int, reader: inout ROSByteReader, depth: Int) throws {
    guard depth < 64 else { throw FormatProblem("messages are nested more than 64 deep") }
    try reader.spend()
    let message = schema.types[type]
    typeName = message.name
    var read: [(name: String, value: Value)] = []
    read.reserveCapacity(message.fields.count)
    for field in message.fields {
      do {
        let value = try Self.value(of: field, schema: schema, reader: &reader, depth: depth)
        read.append((field.name, value))
      } catch let problem as FormatProblem {
        throw FormatProblem("field '\(field.name)': \(problem.text)")
      }
    }
    // An empty message takes one byte in CDR, since C++ and IDL know no empty struct.
    if message.fields.isEmpty, reader.encoding == .cdr, reader.remaining > 0 {
      _ = try reader.integer(UInt8.self)
    }
    fields = read
  }

  private static func value(
    of field: ROSSchema.Field, schema: ROSSchema, reader: inout ROSByteReader, depth: Int
  ) throws -> Value {
    let least: Int
    switch field.element {
    case .primitive(let primitive): least = primitive.byteCount
    case .message(let index): least = schema.types[index].leastByteCount
    }
    let count: Int
    switch field.arity {
    case .one:
      return try one(field.element, schema: schema, reader: &reader, depth: depth)
    case .fixed(let fixed):
      try reader.check(fixed, least: least)
      count = fixed
    case .sequence(let bound):
      count = try reader.count(least: least, bound: bound)
    }
    switch field.element {
    case .primitive(.uint8): return .bytes(try reader.range(count))
    case .primitive(.float32):
      var values: [Double] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(Double(try reader.float())) }
      return .reals(values)
    case .primitive(.float64):
      var values: [Double] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(try reader.double()) }
      return .reals(values)
    default:
      var values: [Value] = []
      values.reserveCapacity(min(count, 1 << 20))
      for _ in 0..<count {
        values.append(try one(field.element, schema: schema, reader: &reader, depth: depth))
      }
      return .list(values)
    }
  }

  private static func one(
    _ element: ROSSchema.Element, schema: ROSSchema, reader: inout ROSByteReader, depth: Int
  ) throws -> Value {
    switch element {
    case .message(let index):
      if schema.types[index].role == .time { return .time(try reader.time(signed: true)) }
      return .message(
        try ROSTree(schema: schema, type: index, reader: &reader, depth: depth + 1))
    case .primitive(let primitive):
      switch primitive {
      case .bool: return .bool(try reader.integer(UInt8.self) != 0)
      case .int8: return .integer(Int64(try reader.integer(Int8.self)))
      case .uint8: return .unsigned(UInt64(try reader.integer(UInt8.self)))
      case .int16: return .integer(Int64(try reader.integer(Int16.self)))
      case .uint16: return .unsigned(UInt64(try reader.integer(UInt16.self)))
      case .int32: return .integer(Int64(try reader.integer(Int32.self)))
      case .uint32: return .unsigned(UInt64(try reader.integer(UInt32.self)))
      case .int64: return .integer(try reader.integer(Int64.self))
      case .uint64: return .unsigned(try reader.integer(UInt64.self))
      case .float32: return .real(Double(try reader.float()))
      case .float64: return .real(try reader.double())
      case .string: return .text(try reader.text())
      case .time: return .time(try reader.time(signed: reader.encoding == .cdr))
      case .duration: return .time(try reader.time(signed: true))
      }
    }
  }
}

extension ROSTree {
  subscript(name: String) -> Value? { fields.first { $0.name == name }?.value }

  private func need<Result>(_ name: String, _ convert: (Value) -> Result?) throws -> Result {
    guard let value = self[name] else {
      throw FormatProblem("\(typeName) has no field '\(name)' in the log's schema")
    }
    guard let result = convert(value) else {
      throw FormatProblem("the field '\(name)' of \(typeName) has another type than expected")
    }
    return result
  }

  func text(_ name: String) throws -> String {
    try need(name) { if case .text(let value) = $0 { value } else { nil } }
  }
  func message(_ name: String) throws -> ROSTree {
    try need(name) { if case .message(let value) = $0 { value } else { nil } }
  }
  func bytes(_ name: String) throws -> Range<Int> {
    try need(name) { if case .bytes(let value) = $0 { value } else { nil } }
  }
  func reals(_ name: String) throws -> [Double] {
    try need(name) { if case .reals(let value) = $0 { value } else { nil } }
  }
  func integer(_ name: String) throws -> Int {
    try need(name) { $0.asInteger }
  }
  func real(_ name: String) throws -> Double {
    try need(name) { if case .real(let value) = $0 { value } else { nil } }
  }
  func bool(_ name: String) throws -> Bool {
    try need(name) {
      if case .bool(let value) = $0 { value } else { $0.asInteger.map { $0 != 0 } }
    }
  }
  func messages(_ name: String) throws -> [ROSTree] {
    try need(name) { value in
      guard case .list(let values) = value else { return nil }
      var all: [ROSTree] = []
      for value in values {
        guard case .message(let message) = value else { return nil }
        all.append(message)
      }
      return all
    }
  }

  /// The record of the whole tree; byte arrays are copied out of the message.
  func record(named name: String? = nil, bytes: UnsafeRawBufferPointer) throws -> Record {
    Record(
      schemaName: name ?? typeName,
      fields: try fields.map { ($0.name, try $0.value.recorded(bytes)) })
  }
}

extension ROSTree.Value {
  var asInteger: Int? {
    switch self {
    case .integer(let value): Int(exactly: value)
    case .unsigned(let value): Int(exactly: value)
    default: nil
    }
  }

  fileprivate func recorded(_ bytes: UnsafeRawBufferPointer) throws -> RecordValue {
    switch self {
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .unsigned(let value): .unsigned(value)
    case .real(let value): .real(value)
    case .text(let value): .text(value)
    case .bytes(let range): .bytes([UInt8](bytes[range]))
    case .reals(let values): .list(values.map { .real($0) })
    case .list(let values): .list(try values.map { try $0.recorded(bytes) })
    case .message(let tree): .record(try tree.record(bytes: bytes))
    case .time(let value): .time(value)
    }
  }
}
