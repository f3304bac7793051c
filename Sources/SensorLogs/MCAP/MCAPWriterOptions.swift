/// What an MCAP file shall hold beside its messages.
public struct MCAPWriterOptions: Sendable {
  /// How chunks are compressed.
  public enum Compression: Sendable, Equatable {
    case none
    case lz4
    /// Levels from 1 (fast) to 19 (small).
    case zstd(level: Int)
  }

  /// Which software's conventions the log follows, for example `ros2`.
  public var profile = "ros2"
  /// What wrote the file.
  public var library = "parallax"
  /// Bytes of records after which a chunk is closed; nil writes messages outside of chunks.
  public var chunkByteCount: Int? = 4 << 20
  /// How chunks are compressed.
  public var compression = Compression.zstd(level: 1)
  /// Whether each chunk is followed by the places of its messages.
  public var hasMessageIndex = true
  /// Whether the summary holds counts.
  public var hasStatistics = true
  /// Whether the summary repeats the schemas.
  public var repeatsSchemas = true
  /// Whether the summary repeats the channels.
  public var repeatsChannels = true
  /// Whether the summary lists the attachments.
  public var hasAttachmentIndex = true
  /// Whether the summary lists the metadata records.
  public var hasMetadataIndex = true
  /// Whether the summary lists the chunks.
  public var hasChunkIndex = true
  /// Whether the summary says where its groups start.
  public var hasSummaryOffsets = true
  /// Whether checksums are written.
  public var hasCRCs = true
  /// Bytes behind the known fields of records that may have such, to try readers.
  public var padding: [UInt8] = []

  /// Indexed, zstd-compressed chunks with checksums.
  public init() {}

  /// The compression's name in a chunk.
  var compressionName: String {
    switch compression {
    case .none: ""
    case .lz4: "lz4"
    case .zstd: "zstd"
    }
  }
}
