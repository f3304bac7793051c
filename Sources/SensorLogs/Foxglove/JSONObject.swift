/// An object of a JSON message with access by name.
struct JSONObject {
  let members: [(name: String, value: JSONParser.Value)]
  /// The whole message, which plain texts are ranges of.
  let bytes: UnsafeRawBufferPointer
  let typeName: String

  /// Parses a message.
  init(_ bytes: UnsafeRawBufferPointer, typeName: String) throws {
    guard case .object(let members) = try JSONParser.parse(bytes) else {
      throw FormatProblem("the JSON message is not an object")
    }
    (self.members, self.bytes, self.typeName) = (members, bytes, typeName)
  }

  init(
    members: [(name: String, value: JSONParser.Value)], bytes: UnsafeRawBufferPointer,
    typeName: String
  ) {
    (self.members, self.bytes, self.typeName) = (members, bytes, typeName)
  }

  subscript(name: String) -> JSONParser.Value? { members.first { $0.name == name }?.value }

  private func need<Result>(_ name: String, _ convert: (JSONParser.Value) throws -> Result?)
    throws -> Result
  {
    guard let value = self[name] else {
      throw FormatProblem("\(typeName) has no member '\(name)'")
    }
    guard let result = try convert(value) else {
      throw FormatProblem("the member '\(name)' of \(typeName) has another type than expected")
    }
    return result
  }

  func text(_ name: String) throws -> String {
    try need(name) { value in
      switch value {
      case .plain(let range): String(decoding: bytes[range], as: UTF8.self)
      case .text(let text): text
      default: nil
      }
    }
  }

  func integer(_ name: String) throws -> Int {
    try need(name) { value in
      switch value {
      case .integer(let value): Int(value)
      case .real(let value): Int(exactly: value)
      default: nil
      }
    }
  }

  func real(_ name: String) throws -> Double { try need(name, \.asReal) }

  func reals(_ name: String) throws -> [Double] {
    try need(name) { value in
      guard case .list(let values) = value else { return nil }
      let reals = values.compactMap(\.asReal)
      return reals.count == values.count ? reals : nil
    }
  }

  func object(_ name: String) throws -> JSONObject {
    try need(name) { value in
      guard case .object(let members) = value else { return nil }
      return JSONObject(members: members, bytes: bytes, typeName: name)
    }
  }

  func objects(_ name: String) throws -> [JSONObject] {
    try need(name) { value in
      guard case .list(let values) = value else { return nil }
      var all: [JSONObject] = []
      for value in values {
        guard case .object(let members) = value else { return nil }
        all.append(JSONObject(members: members, bytes: bytes, typeName: name))
      }
      return all
    }
  }

  /// Bytes that are written as base64.
  func base64(_ name: String) throws -> [UInt8] {
    try need(name) { value in
      switch value {
      case .plain(let range):
        return try Base64.decode(UnsafeRawBufferPointer(rebasing: bytes[range]))
      case .text(let text):
        return try [UInt8](text.utf8).withUnsafeBytes { try Base64.decode($0) }
      default: return nil
      }
    }
  }

  /// Seconds and nanoseconds.
  func time(_ name: String) throws -> Timestamp {
    let time = try object(name)
    let (seconds, nanoseconds) = (try time.integer("sec"), try time.integer("nsec"))
    let (whole, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, beyond) = whole.addingReportingOverflow(Int64(nanoseconds))
    guard !overflow, !beyond else { throw FormatProblem("the time '\(name)' is out of range") }
    return Timestamp(nanoseconds: sum)
  }

  /// The whole object as a record.
  func record(named name: String) -> Record {
    Record(schemaName: name, fields: members.map { ($0.name, recorded($0.value)) })
  }

  private func recorded(_ value: JSONParser.Value) -> RecordValue {
    switch value {
    case .null: .list([])
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .real(let value): .real(value)
    case .plain(let range): .text(String(decoding: bytes[range], as: UTF8.self))
    case .text(let text): .text(text)
    case .list(let values): .list(values.map { recorded($0) })
    case .object(let members):
      .record(JSONObject(members: members, bytes: bytes, typeName: "").record(named: ""))
    }
  }
}

extension JSONParser.Value {
  fileprivate var asReal: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }
}

/// Bytes as printable text.
///
/// - Note: Source: RFC 4648, section 4.
enum Base64 {
  private static let alphabet = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 255, count: 256)
    for (value, letter) in alphabet.enumerated() { table[Int(letter)] = UInt8(value) }
    return table
  }()

  static func decode(_ text: UnsafeRawBufferPointer) throws -> [UInt8] {
    var count = text.count
    while count > 0, text[count - 1] == UInt8(ascii: "="), text.count - count < 2 { count -= 1 }
    guard count % 4 != 1 else { throw FormatProblem("the base64 text has an impossible length") }
    var invalid: UInt8 = 0
    let size = count / 4 * 3 + [0, 0, 1, 2][count % 4]
    let bytes = values.withUnsafeBufferPointer { table in
      [UInt8](unsafeUninitializedCapacity: size) { out, filled in
        var (source, target) = (0, 0)
        while source &+ 4 <= count {
          let a = table[Int(text[source])]
          let b = table[Int(text[source &+ 1])]
          let c = table[Int(text[source &+ 2])]
          let d = table[Int(text[source &+ 3])]
          invalid |= a | b | c | d
          out[target] = a << 2 | b >> 4
          out[target &+ 1] = b << 4 | c >> 2
          out[target &+ 2] = c << 6 | d
          source &+= 4
          target &+= 3
        }
        if count - source >= 2 {
          let (a, b) = (table[Int(text[source])], table[Int(text[source + 1])])
          invalid |= a | b
          out[target] = a << 2 | b >> 4
          if count - source == 3 {
            let c = table[Int(text[source + 2])]
            invalid |= c
            out[target + 1] = b << 4 | c >> 2
          }
        }
        filled = size
      }
    }
    guard invalid & 0x80 == 0 else { throw FormatProblem("the base64 text holds other characters") }
    return bytes
  }
}
