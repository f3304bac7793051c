import Foundation
import Geometry

/// Boxes as a `foxglove.SceneUpdate` in JSON: one entity with one cube each.
enum FoxgloveSceneEncoder {
  static let typeName = "foxglove.SceneUpdate"

  static func encode(_ detections: Detections3D, _ header: MessageHeader) throws -> [UInt8] {
    var json = JSONText()
    json.raw("{\"deletions\":[{\"timestamp\":")
    json.time(header.timestamp)
    // Boxes of the instant before shall not stay in a viewer.
    json.raw(",\"type\":1,\"id\":\"\"}],\"entities\":[")
    for (index, box) in detections.boxes.enumerated() {
      if index > 0 { json.raw(",") }
      try entity(box, index, header, &json)
    }
    json.raw("]}")
    return json.bytes
  }

  private static func entity(
    _ box: Box3D, _ index: Int, _ header: MessageHeader, _ json: inout JSONText
  ) throws {
    json.raw("{\"timestamp\":")
    json.time(header.timestamp)
    json.raw(",\"frame_id\":")
    json.text(header.frameName)
    json.raw(",\"id\":\"box-\(index)\",\"lifetime\":{\"sec\":0,\"nsec\":0},\"frame_locked\":false,")
    json.raw("\"metadata\":[{\"key\":\"label\",\"value\":")
    json.text(box.label)
    json.raw("},{\"key\":\"score\",\"value\":\"")
    try json.real(box.score)
    json.raw("\"},{\"key\":\"yaw\",\"value\":\"")
    try json.real(box.yaw)
    json.raw(
      "\"}],\"arrows\":[],\"spheres\":[],\"cylinders\":[],\"lines\":[],\"triangles\":[],\"texts\":["
    )
    if !box.label.isEmpty { try label(box, &json) }
    json.raw("],\"models\":[],\"cubes\":[{")
    try pose(box.center, yaw: box.yaw, &json)
    json.raw(",\"size\":")
    try json.vector(box.size)
    json.raw(",\"color\":")
    try color(box.label, opacity: 0.5, &json)
    json.raw("}]}")
  }

  private static func label(_ box: Box3D, _ json: inout JSONText) throws {
    json.raw("{")
    try pose(box.center + Vector3(0, 0, box.size.z / 2 + 0.3), yaw: 0, &json)
    json.raw(",\"billboard\":true,\"font_size\":12.0,\"scale_invariant\":true,\"color\":")
    try color(box.label, opacity: 1, &json)
    json.raw(",\"text\":")
    json.text(box.label)
    json.raw("}")
  }

  private static func pose(_ position: Vector3, yaw: Double, _ json: inout JSONText) throws {
    json.raw("\"pose\":{\"position\":")
    try json.vector(position)
    json.raw(",\"orientation\":{\"x\":0.0,\"y\":0.0,\"z\":")
    try json.real(sin(yaw / 2))
    json.raw(",\"w\":")
    try json.real(cos(yaw / 2))
    json.raw("}}")
  }

  /// A colour that is the same for equal labels.
  private static func color(_ label: String, opacity: Double, _ json: inout JSONText) throws {
    let palette: [(Double, Double, Double)] = [
      (0.2, 0.6, 1), (0.3, 0.9, 0.3), (1, 0.6, 0.1), (0.9, 0.3, 0.3), (0.7, 0.4, 0.9),
      (0.2, 0.8, 0.8), (0.95, 0.85, 0.2), (0.9, 0.5, 0.7),
    ]
    var sum: UInt32 = 2_166_136_261
    for byte in label.utf8 { sum = (sum ^ UInt32(byte)) &* 16_777_619 }
    let (r, g, b) = palette[Int(sum % UInt32(palette.count))]
    json.raw("{\"r\":\(r),\"g\":\(g),\"b\":\(b),\"a\":\(opacity)}")
  }

  /// The JSON schema of what is written; members that stay empty are arrays of anything.
  static let schema: String = {
    func object(_ members: [(String, String)]) -> String {
      "{\"type\":\"object\",\"properties\":{"
        + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "},\"required\":["
        + members.map { "\"\($0.0)\"" }.joined(separator: ",") + "]}"
    }
    func array(_ items: String) -> String { "{\"type\":\"array\",\"items\":\(items)}" }
    let (number, text, flag) = (
      "{\"type\":\"number\"}", "{\"type\":\"string\"}", "{\"type\":\"boolean\"}"
    )
    let time = object([("sec", "{\"type\":\"integer\"}"), ("nsec", "{\"type\":\"integer\"}")])
    let vector = object([("x", number), ("y", number), ("z", number)])
    let turn = object([("x", number), ("y", number), ("z", number), ("w", number)])
    let pose = object([("position", vector), ("orientation", turn)])
    let color = object([("r", number), ("g", number), ("b", number), ("a", number)])
    let cube = object([("pose", pose), ("size", vector), ("color", color)])
    let label = object([
      ("pose", pose), ("billboard", flag), ("font_size", number), ("scale_invariant", flag),
      ("color", color), ("text", text),
    ])
    let any = array("{\"type\":\"object\"}")
    let entity = object([
      ("timestamp", time), ("frame_id", text), ("id", text), ("lifetime", time),
      ("frame_locked", flag), ("metadata", array(object([("key", text), ("value", text)]))),
      ("arrows", any), ("cubes", array(cube)), ("spheres", any), ("cylinders", any),
      ("lines", any), ("triangles", any), ("texts", array(label)), ("models", any),
    ])
    let deletion = object([("timestamp", time), ("type", "{\"type\":\"integer\"}"), ("id", text)])
    let whole = object([("deletions", array(deletion)), ("entities", array(entity))])
    return "{\"title\":\"\(typeName)\"," + whole.dropFirst()
  }()
}

/// Builds JSON text.
struct JSONText {
  private(set) var bytes: [UInt8] = []

  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// A text in quotes.
  mutating func text(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        raw("\\u00" + (digits.count < 2 ? "0" : "") + digits)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// The shortest text that gives the same number back.
  mutating func real(_ value: Double) throws {
    guard value.isFinite else { throw FormatProblem("JSON cannot hold the number \(value)") }
    raw("\(value)")
  }

  mutating func vector(_ vector: Vector3) throws {
    raw("{\"x\":")
    try real(vector.x)
    raw(",\"y\":")
    try real(vector.y)
    raw(",\"z\":")
    try real(vector.z)
    raw("}")
  }

  mutating func time(_ instant: Timestamp) {
    let (seconds, rest) = instant.floored
    raw("{\"sec\":\(seconds),\"nsec\":\(rest)}")
  }

  /// A record as an object; bytes become lists of numbers.
  mutating func record(_ record: Record) throws {
    raw("{")
    for (index, field) in record.fields.enumerated() {
      if index > 0 { raw(",") }
      text(field.name)
      raw(":")
      try value(field.value)
    }
    raw("}")
  }

  private mutating func value(_ value: RecordValue) throws {
    switch value {
    case .bool(let flag): raw(flag ? "true" : "false")
    case .integer(let number): raw("\(number)")
    case .unsigned(let number): raw("\(number)")
    case .real(let number): try real(number)
    case .text(let string): text(string)
    case .bytes(let bytes): try list(bytes.map { .unsigned(UInt64($0)) })
    case .list(let values): try list(values)
    case .record(let inner): try record(inner)
    case .time(let instant): time(instant)
    }
  }

  private mutating func list(_ values: [RecordValue]) throws {
    raw("[")
    for (index, element) in values.enumerated() {
      if index > 0 { raw(",") }
      try value(element)
    }
    raw("]")
  }
}
