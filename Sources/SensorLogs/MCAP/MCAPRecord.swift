/// A record of an MCAP file.
///
/// - Note: Source: the MCAP specification, version 0, https://mcap.dev/spec.
public enum MCAPRecord: Sendable, Equatable {
  case header(profile: String, library: String)
  case footer(MCAPFooter)
  case schema(MCAPSchema)
  case channel(MCAPChannel)
  case message(MCAPMessage)
  case chunk(MCAPChunk)
  case messageIndex(MCAPMessageIndex)
  case chunkIndex(MCAPChunkIndex)
  case attachment(MCAPAttachment)
  case attachmentIndex(MCAPAttachmentIndex)
  case statistics(MCAPStatistics)
  case metadata(MCAPMetadata)
  case metadataIndex(MCAPMetadataIndex)
  case summaryOffset(MCAPSummaryOffset)
  case dataEnd(dataSectionCRC: UInt32)
  /// A record that this version of the format does not define; to be passed over.
  case other(opcode: UInt8, byteCount: Int)
}

/// The numbers that name the kinds of records.
enum MCAPOpcode {
  static let header: UInt8 = 0x01
  static let footer: UInt8 = 0x02
  static let schema: UInt8 = 0x03
  static let channel: UInt8 = 0x04
  static let message: UInt8 = 0x05
  static let chunk: UInt8 = 0x06
  static let messageIndex: UInt8 = 0x07
  static let chunkIndex: UInt8 = 0x08
  static let attachment: UInt8 = 0x09
  static let attachmentIndex: UInt8 = 0x0A
  static let statistics: UInt8 = 0x0B
  static let metadata: UInt8 = 0x0C
  static let metadataIndex: UInt8 = 0x0D
  static let summaryOffset: UInt8 = 0x0E
  static let dataEnd: UInt8 = 0x0F

  static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
  /// Bytes of opcode and length before each record's content.
  static let prefixByteCount = 9

  /// The length that the bytes at the start of a record give for its content; at least ``prefixByteCount`` bytes.
  static func contentByteCount(_ record: ArraySlice<UInt8>) -> UInt64 {
    record.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
    }
  }

  static func name(_ opcode: UInt8) -> String {
    let names = [
      "header", "footer", "schema", "channel", "message", "chunk", "message index", "chunk index",
      "attachment", "attachment index", "statistics", "metadata", "metadata index",
      "summary offset", "data end",
    ]
    return opcode >= 1 && Int(opcode) <= names.count
      ? names[Int(opcode) - 1] : "opcode \(opcode)"
  }
}

/// The type of the messages of one or more channels.
public struct MCAPSchema: Sendable, Equatable {
  /// Its number, not 0.
  public var id: UInt16
  /// The type's name.
  public var name: String
  /// How `data` is written: `ros2msg`, `ros1msg`, `jsonschema`, `protobuf`; empty for none.
  public var encoding: String
  /// The definition.
  public var data: [UInt8]

  /// A schema from its parts.
  public init(id: UInt16, name: String, encoding: String, data: [UInt8]) {
    (self.id, self.name, self.encoding, self.data) = (id, name, encoding, data)
  }
}

/// A stream of messages of one type.
public struct MCAPChannel: Sendable, Equatable {
  /// Its number.
  public var id: UInt16
  /// The schema's number, 0 for none.
  public var schemaID: UInt16
  /// The topic.
  public var topic: String
  /// How messages are encoded: `cdr`, `ros1`, `json`, `protobuf`.
  public var messageEncoding: String
  /// Free text by name.
  public var metadata: [String: String]

  /// A channel from its parts.
  public init(
    id: UInt16, schemaID: UInt16, topic: String, messageEncoding: String,
    metadata: [String: String] = [:]
  ) {
    (self.id, self.schemaID, self.topic) = (id, schemaID, topic)
    (self.messageEncoding, self.metadata) = (messageEncoding, metadata)
  }
}

/// A message of a channel.
public struct MCAPMessage: Sendable, Equatable {
  /// The channel's number.
  public var channelID: UInt16
  /// Running number given by whoever published it; 0 when unknown.
  public var sequence: UInt32
  /// When it was recorded, nanoseconds.
  public var logTime: UInt64
  /// When it was published, nanoseconds.
  public var publishTime: UInt64
  /// Its content.
  public var data: ArraySlice<UInt8>

  /// A message from its parts.
  public init(
    channelID: UInt16, sequence: UInt32, logTime: UInt64, publishTime: UInt64,
    data: ArraySlice<UInt8>
  ) {
    (self.channelID, self.sequence, self.logTime) = (channelID, sequence, logTime)
    (self.publishTime, self.data) = (publishTime, data)
  }
}

/// Schemas, channels and messages, compressed together.
public struct MCAPChunk: Sendable, Equatable {
  /// Least log time inside, 0 without messages.
  public var startTime: UInt64
  /// Greatest log time inside, 0 without messages.
  public var endTime: UInt64
  /// Bytes of the records before compression.
  public var uncompressedSize: UInt64
  /// CRC-32 of the records before compression, 0 for none.
  public var uncompressedCRC: UInt32
  /// `zstd`, `lz4` or empty.
  public var compression: String
  /// The records, compressed.
  public var records: ArraySlice<UInt8>
}

/// Where the messages of one channel lie in the chunk before it.
public struct MCAPMessageIndex: Sendable, Equatable {
  /// A message's place.
  public struct Entry: Sendable, Equatable {
    /// Its log time.
    public var logTime: UInt64
    /// Where its record starts in the chunk's records.
    public var offset: UInt64
  }
  /// The channel's number.
  public var channelID: UInt16
  /// The places.
  public var entries: [Entry]
}

/// Where a chunk lies.
public struct MCAPChunkIndex: Sendable, Equatable {
  /// Least log time inside.
  public var startTime: UInt64
  /// Greatest log time inside.
  public var endTime: UInt64
  /// Where its record starts.
  public var chunkStart: UInt64
  /// Bytes of its record with opcode and length.
  public var chunkLength: UInt64
  /// Where the message index record of each channel starts, by channel.
  public var messageIndexOffsets: [UInt16: UInt64]
  /// Bytes of all message index records behind the chunk.
  public var messageIndexLength: UInt64
  /// `zstd`, `lz4` or empty.
  public var compression: String
  /// Bytes of the compressed records.
  public var compressedSize: UInt64
  /// Bytes of the records before compression.
  public var uncompressedSize: UInt64
}

/// A file kept inside the log.
public struct MCAPAttachment: Sendable, Equatable {
  /// When it was recorded.
  public var logTime: UInt64
  /// When it was made, 0 when unknown.
  public var createTime: UInt64
  /// Its name.
  public var name: String
  /// Its media type.
  public var mediaType: String
  /// Its content.
  public var data: ArraySlice<UInt8>
  /// CRC-32 of the record's content before this field, 0 for none.
  public var crc: UInt32

  /// An attachment from its parts; the writer computes its checksum.
  public init(
    logTime: UInt64, createTime: UInt64, name: String, mediaType: String, data: ArraySlice<UInt8>
  ) {
    (self.logTime, self.createTime, self.name) = (logTime, createTime, name)
    (self.mediaType, self.data, self.crc) = (mediaType, data, 0)
  }
}

/// Where an attachment lies.
public struct MCAPAttachmentIndex: Sendable, Equatable {
  /// Where its record starts.
  public var offset: UInt64
  /// Bytes of its record with opcode and length.
  public var length: UInt64
  /// When it was recorded.
  public var logTime: UInt64
  /// When it was made, 0 when unknown.
  public var createTime: UInt64
  /// Bytes of its content.
  public var dataSize: UInt64
  /// Its name.
  public var name: String
  /// Its media type.
  public var mediaType: String
}

/// Counts and times of the whole file.
public struct MCAPStatistics: Sendable, Equatable {
  /// Number of messages.
  public var messageCount: UInt64 = 0
  /// Number of different schemas.
  public var schemaCount: UInt16 = 0
  /// Number of different channels.
  public var channelCount: UInt32 = 0
  /// Number of attachments.
  public var attachmentCount: UInt32 = 0
  /// Number of metadata records.
  public var metadataCount: UInt32 = 0
  /// Number of chunks.
  public var chunkCount: UInt32 = 0
  /// Least log time, 0 without messages.
  public var startTime: UInt64 = 0
  /// Greatest log time, 0 without messages.
  public var endTime: UInt64 = 0
  /// Number of messages by channel.
  public var channelMessageCounts: [UInt16: UInt64] = [:]

  /// Counts of an empty file.
  public init() {}
}

/// Named values that describe the log.
public struct MCAPMetadata: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Values by name.
  public var metadata: [String: String]

  /// Metadata from its parts.
  public init(name: String, metadata: [String: String]) {
    (self.name, self.metadata) = (name, metadata)
  }
}

/// Where a metadata record lies.
public struct MCAPMetadataIndex: Sendable, Equatable {
  /// Where the record starts.
  public var offset: UInt64
  /// Bytes of the record with opcode and length.
  public var length: UInt64
  /// Its name.
  public var name: String
}

/// Where the summary's records of one kind lie.
public struct MCAPSummaryOffset: Sendable, Equatable {
  /// The kind of records.
  public var groupOpcode: UInt8
  /// Where the first starts.
  public var groupStart: UInt64
  /// Bytes of all.
  public var groupLength: UInt64
}

/// Where the summary starts.
public struct MCAPFooter: Sendable, Equatable {
  /// Where the summary starts, 0 for none.
  public var summaryStart: UInt64
  /// Where the summary offsets start, 0 for none.
  public var summaryOffsetStart: UInt64
  /// CRC-32 from the summary's start to this field, 0 for none.
  public var summaryCRC: UInt32
}
