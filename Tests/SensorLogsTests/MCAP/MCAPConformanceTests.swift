import Foundation
import TestSupport
import Testing

@testable import SensorLogs

/// The official conformance files: what a reader must see in them, what a writer must make of their description.
struct MCAPConformanceTests {
  static let names: [String] = {
    let folder = SharedData.path("mcap/conformance")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"), arguments: names)
  func `records read from a file are those of its description`(_ name: String) throws {
    let expected = try ConformanceCase(name)
    let reader = try MCAPRecordReader(SharedData.path("mcap/conformance/\(name).mcap"))
    var found: [ConformanceRecord] = []
    while let record = try reader.next() {
      if let described = ConformanceRecord(record) { found.append(described) }
    }
    #expect(found == expected.records)
  }

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"), arguments: names)
  func `conformance files have no damage`(_ name: String) throws {
    let log = try MCAPLog(SharedData.path("mcap/conformance/\(name).mcap"))
    #expect(log.damage == [])
    let inspection = try log.inspect()
    #expect(inspection.damage == [])
    let cursor = try log.messages(LogSelection())
    var times: [Int64] = []
    while let message = try cursor.next() { times.append(message.logTime.nanoseconds) }
    #expect(times == times.sorted())
    #expect(times.count == inspection.streams.compactMap(\.messageCount).reduce(0, +))
    let wanted = try ConformanceCase(name).records.filter { $0.type == "Message" }.count
    #expect(times.count == wanted)
  }
}

/// A conformance file's description.
struct ConformanceCase {
  var records: [ConformanceRecord]
  var features: Set<String>
  /// The fields as they are in the file, for writing.
  var raw: [(type: String, fields: [String: Any])]

  init(_ name: String) throws {
    let url = URL(fileURLWithPath: SharedData.path("mcap/conformance/\(name).json"))
    let top = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
    let variant = (top["meta"] as? [String: Any])?["variant"] as? [String: Any]
    features = Set(variant?["features"] as? [String] ?? [])
    raw = (top["records"] as? [[String: Any]] ?? []).map { record in
      var fields: [String: Any] = [:]
      for pair in record["fields"] as? [[Any]] ?? [] where pair.count == 2 {
        fields[pair[0] as? String ?? ""] = pair[1]
      }
      return (record["type"] as? String ?? "", fields)
    }
    records = raw.map { ConformanceRecord(type: $0.type, fields: $0.fields.mapValues(Self.text)) }
  }

  static func text(_ value: Any) -> String {
    switch value {
    case let list as [String]: "[" + list.joined(separator: ",") + "]"
    case let map as [String: String]:
      "{" + map.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
        + "}"
    default: "\(value)"
    }
  }
}

/// A record as the descriptions write it: every field as text.
struct ConformanceRecord: Equatable {
  var type: String
  var fields: [String: String]

  init(type: String, fields: [String: String]) { (self.type, self.fields) = (type, fields) }

  init?(_ record: MCAPRecord) {
    switch record {
    case .header(let profile, let library):
      self.init(type: "Header", fields: ["profile": profile, "library": library])
    case .footer(let footer):
      self.init(
        type: "Footer",
        fields: [
          "summary_start": "\(footer.summaryStart)",
          "summary_offset_start": "\(footer.summaryOffsetStart)",
          "summary_crc": "\(footer.summaryCRC)",
        ])
    case .schema(let schema):
      self.init(
        type: "Schema",
        fields: [
          "id": "\(schema.id)", "name": schema.name, "encoding": schema.encoding,
          "data": Self.list(schema.data[...]),
        ])
    case .channel(let channel):
      self.init(
        type: "Channel",
        fields: [
          "id": "\(channel.id)", "schema_id": "\(channel.schemaID)", "topic": channel.topic,
          "message_encoding": channel.messageEncoding,
          "metadata": ConformanceCase.text(channel.metadata),
        ])
    case .message(let message):
      self.init(
        type: "Message",
        fields: [
          "channel_id": "\(message.channelID)", "sequence": "\(message.sequence)",
          "log_time": "\(message.logTime)", "publish_time": "\(message.publishTime)",
          "data": Self.list(message.data),
        ])
    case .chunkIndex(let index):
      let offsets = Dictionary(
        uniqueKeysWithValues: index.messageIndexOffsets.map { ("\($0.key)", "\($0.value)") })
      self.init(
        type: "ChunkIndex",
        fields: [
          "message_start_time": "\(index.startTime)", "message_end_time": "\(index.endTime)",
          "chunk_start_offset": "\(index.chunkStart)", "chunk_length": "\(index.chunkLength)",
          "message_index_offsets": ConformanceCase.text(offsets),
          "message_index_length": "\(index.messageIndexLength)",
          "compression": index.compression, "compressed_size": "\(index.compressedSize)",
          "uncompressed_size": "\(index.uncompressedSize)",
        ])
    case .attachment(let attachment):
      self.init(
        type: "Attachment",
        fields: [
          "log_time": "\(attachment.logTime)", "create_time": "\(attachment.createTime)",
          "name": attachment.name, "media_type": attachment.mediaType,
          "data": Self.list(attachment.data),
        ])
    case .attachmentIndex(let index):
      self.init(
        type: "AttachmentIndex",
        fields: [
          "offset": "\(index.offset)", "length": "\(index.length)",
          "log_time": "\(index.logTime)", "create_time": "\(index.createTime)",
          "data_size": "\(index.dataSize)", "name": index.name, "media_type": index.mediaType,
        ])
    case .statistics(let statistics):
      let counts = Dictionary(
        uniqueKeysWithValues: statistics.channelMessageCounts.map { ("\($0.key)", "\($0.value)") })
      self.init(
        type: "Statistics",
        fields: [
          "message_count": "\(statistics.messageCount)",
          "schema_count": "\(statistics.schemaCount)",
          "channel_count": "\(statistics.channelCount)",
          "attachment_count": "\(statistics.attachmentCount)",
          "metadata_count": "\(statistics.metadataCount)",
          "chunk_count": "\(statistics.chunkCount)",
          "message_start_time": "\(statistics.startTime)",
          "message_end_time": "\(statistics.endTime)",
          "channel_message_counts": ConformanceCase.text(counts),
        ])
    case .metadata(let metadata):
      self.init(
        type: "Metadata",
        fields: ["name": metadata.name, "metadata": ConformanceCase.text(metadata.metadata)])
    case .metadataIndex(let index):
      self.init(
        type: "MetadataIndex",
        fields: ["offset": "\(index.offset)", "length": "\(index.length)", "name": index.name])
    case .summaryOffset(let offset):
      self.init(
        type: "SummaryOffset",
        fields: [
          "group_opcode": "\(offset.groupOpcode)", "group_start": "\(offset.groupStart)",
          "group_length": "\(offset.groupLength)",
        ])
    case .dataEnd(let crc):
      self.init(type: "DataEnd", fields: ["data_section_crc": "\(crc)"])
    case .chunk, .messageIndex, .other: return nil
    }
  }

  private static func list(_ bytes: ArraySlice<UInt8>) -> String {
    "[" + bytes.map { "\($0)" }.joined(separator: ",") + "]"
  }
}
