/// Encodes records as CDR through a schema: the inverse of decoding.
struct ROSRecordEncoder {
  let schema: ROSSchema

  /// The CDR bytes of a record; `seq`, which ROS 2 headers lack, is left out by the schema.
  ///
  /// - Throws: ``FormatProblem`` when a field is missing or has another kind of value.
  func encode(_ record: Record) throws -> [UInt8] {
    var writer = CDRWriter()
    try message(0, record, &writer)
    return writer.bytes
  }

  private func message(_ index: Int, _ record: Record, _ writer: inout CDRWriter) throws {
    let type = schema.types[index]
    if type.fields.isEmpty { writer.integer(UInt8(0)) }
    // The fields of a decoded record stand in the schema's order; only then is a search needed.
    for (position, field) in type.fields.enumerated() {
      let value: RecordValue?
      if position < record.fields.count, record.fields[position].name == field.name {
        value = record.fields[position].value
      } else {
        value = record[field.name]
      }
      guard let value else {
        throw FormatProblem("the record lacks the field '\(field.name)' of \(type.name)")
      }
      try write(field, value, &writer)
    }
  }

  private func write(
    _ field: ROSSchema.Field, _ value: RecordValue, _ writer: inout CDRWriter
  ) throws {
    if field.arity == .one {
      return try one(field.element, value, field.name, &writer)
    }
    let count: Int
    switch value {
    case .bytes(let bytes): count = bytes.count
    case .list(let values): count = values.count
    default: throw FormatProblem("the field '\(field.name)' is not a list")
    }
    switch field.arity {
    case .fixed(let wanted) where wanted != count:
      throw FormatProblem("the field '\(field.name)' has \(count) elements, not \(wanted)")
    case .sequence(let bound):
      if let bound, count > bound {
        throw FormatProblem("the field '\(field.name)' has \(count) elements, more than \(bound)")
      }
      writer.integer(UInt32(truncatingIfNeeded: count))
    default: break
    }
    switch value {
    case .bytes(let bytes):
      if case .primitive(.uint8) = field.element { return writer.append(bytes) }
      for byte in bytes { try one(field.element, .unsigned(UInt64(byte)), field.name, &writer) }
    case .list(let values):
      for value in values { try one(field.element, value, field.name, &writer) }
    default: break
    }
  }

  private func one(
    _ element: ROSSchema.Element, _ value: RecordValue, _ name: String, _ writer: inout CDRWriter
  ) throws {
    guard case .primitive(let primitive) = element else {
      guard case .message(let index) = element else { return }
      switch value {
      case .record(let record): return try message(index, record, &writer)
      case .time(let time) where schema.types[index].role == .time: return writer.time(time)
      default: throw FormatProblem("the field '\(name)' is not a \(schema.types[index].name)")
      }
    }
    switch primitive {
    case .bool: writer.bool(try integer(value, name, as: UInt8.self) != 0)
    case .int8: writer.integer(try integer(value, name, as: Int8.self))
    case .uint8: writer.integer(try integer(value, name, as: UInt8.self))
    case .int16: writer.integer(try integer(value, name, as: Int16.self))
    case .uint16: writer.integer(try integer(value, name, as: UInt16.self))
    case .int32: writer.integer(try integer(value, name, as: Int32.self))
    case .uint32: writer.integer(try integer(value, name, as: UInt32.self))
    case .int64: writer.integer(try integer(value, name, as: Int64.self))
    case .uint64: writer.integer(try integer(value, name, as: UInt64.self))
    case .float32: writer.float(Float(try real(value, name)))
    case .float64: writer.double(try real(value, name))
    case .string:
      guard case .text(let text) = value else {
        throw FormatProblem("the field '\(name)' is not a text")
      }
      writer.text(text)
    case .time, .duration:
      guard case .time(let time) = value else {
        throw FormatProblem("the field '\(name)' is not a time")
      }
      writer.time(time)
    }
  }

  private func integer<Value: FixedWidthInteger>(
    _ value: RecordValue, _ name: String, as type: Value.Type
  ) throws -> Value {
    let exact: Value? =
      switch value {
      case .integer(let number): Value(exactly: number)
      case .unsigned(let number): Value(exactly: number)
      case .bool(let flag): flag ? 1 : 0
      default: nil
      }
    guard let exact else {
      throw FormatProblem("the field '\(name)' is no number that fits \(Value.self)")
    }
    return exact
  }

  private func real(_ value: RecordValue, _ name: String) throws -> Double {
    switch value {
    case .real(let number): number
    case .integer(let number): Double(number)
    case .unsigned(let number): Double(number)
    default: throw FormatProblem("the field '\(name)' is not a number")
    }
  }
}
