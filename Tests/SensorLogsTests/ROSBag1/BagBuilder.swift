/// Builds ROS 1 bags for tests.
struct BagBuilder {
  struct Message {
    var connection: UInt32
    var nanoseconds: Int
    var text: String
  }

  /// Topic of each connection; all carry `std_msgs/String`.
  var topics: [String]
  var chunks: [[Message]]
  var hasIndex = true
  /// Whether each chunk begins with the connections that it uses first, as recorders write them.
  var connectionsInChunks = true

  func bytes() -> [UInt8] {
    var body: [UInt8] = []
    var infos: [UInt8] = []
    var seen = Set<UInt32>()
    let start = 13 + 4096
    for chunk in chunks {
      var inner: [UInt8] = []
      for message in chunk {
        if connectionsInChunks, seen.insert(message.connection).inserted {
          inner += connection(message.connection)
        }
        inner += Self.record(
          [
            ("op", [2]), ("conn", Self.u32(message.connection)),
            ("time", Self.time(message.nanoseconds)),
          ],
          Self.string(message.text))
      }
      let position = start + body.count
      body += Self.record(
        [
          ("op", [5]), ("compression", Array("none".utf8)), ("size", Self.u32(UInt32(inner.count))),
        ],
        inner)
      var counts: [UInt8] = []
      for number in Set(chunk.map(\.connection)).sorted() {
        let mine = chunk.filter { $0.connection == number }
        counts += Self.u32(number) + Self.u32(UInt32(mine.count))
      }
      let times = chunk.map(\.nanoseconds)
      infos += Self.record(
        [
          ("op", [6]), ("ver", Self.u32(1)), ("chunk_pos", Self.u64(UInt64(position))),
          ("start_time", Self.time(times.min() ?? 0)), ("end_time", Self.time(times.max() ?? 0)),
          ("count", Self.u32(UInt32(counts.count / 8))),
        ], counts)
    }
    let indexPosition = hasIndex ? start + body.count : 0
    var header = Self.record(
      [
        ("op", [3]), ("index_pos", Self.u64(UInt64(indexPosition))),
        ("conn_count", Self.u32(UInt32(topics.count))),
        ("chunk_count", Self.u32(UInt32(chunks.count))),
      ], [])
    // The record is padded to 4096 bytes with spaces as its data.
    header.removeLast(4)
    header += Self.u32(UInt32(4096 - header.count - 4))
    header += [UInt8](repeating: 32, count: 4096 - header.count)
    var all = Array("#ROSBAG V2.0\n".utf8) + header + body
    if hasIndex {
      for number in topics.indices { all += connection(UInt32(number)) }
      all += infos
    }
    return all
  }

  private func connection(_ number: UInt32) -> [UInt8] {
    let topic = Array(topics[Int(number)].utf8)
    return Self.record(
      [("op", [7]), ("conn", Self.u32(number)), ("topic", topic)],
      Self.fields([
        ("topic", topic), ("type", Array("std_msgs/String".utf8)),
        ("md5sum", Array("992ce8a1687cec8c8bd883ec73ca41d1".utf8)),
        ("message_definition", Array("string data\n".utf8)),
      ]))
  }

  static func record(_ header: [(String, [UInt8])], _ data: [UInt8]) -> [UInt8] {
    let fields = fields(header)
    return u32(UInt32(fields.count)) + fields + u32(UInt32(data.count)) + data
  }

  static func fields(_ fields: [(String, [UInt8])]) -> [UInt8] {
    fields.flatMap { name, value in
      let field = Array(name.utf8) + [UInt8(ascii: "=")] + value
      return u32(UInt32(field.count)) + field
    }
  }

  static func u32(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
  static func u64(_ value: UInt64) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
  static func time(_ nanoseconds: Int) -> [UInt8] {
    u32(UInt32(nanoseconds / 1_000_000_000)) + u32(UInt32(nanoseconds % 1_000_000_000))
  }
  static func string(_ text: String) -> [UInt8] { u32(UInt32(text.utf8.count)) + Array(text.utf8) }
}
