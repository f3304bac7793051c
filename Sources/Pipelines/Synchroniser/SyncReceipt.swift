import Configuration

/// What became of the messages of one input.
public struct SyncReceipt: Sendable, Equatable {
  /// Why a message belongs to no frame.
  public enum DropReason: String, CaseIterable, Sendable {
    /// No message of another input lies within the tolerance.
    case noPartner = "no_partner"
    /// Its partner was taken by a nearer message, or lacked another input.
    case surplus
    /// A later message of the same topic had already been used.
    case outOfOrder = "out_of_order"
  }

  /// A message that belongs to no frame.
  public struct Drop: Sendable, Equatable {
    /// Its timestamp, nanoseconds.
    public var timestamp: Int64
    /// Why.
    public var reason: DropReason
    /// For the input that forms the frames: the input that had no message near enough.
    public var missing: String?
  }

  /// Upper ends of the bins of ``skewHistogram``, nanoseconds; the last bin holds the rest.
  public static let skewBins: [Int64] = [
    0, 100_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000, 100_000_000,
    1_000_000_000,
  ]
  /// Named drops are kept for so many messages of an input.
  public static let listedDrops = 20

  /// The input's name.
  public let input: String
  /// Its topic.
  public let topic: String
  /// Messages read.
  public private(set) var read = 0
  /// Messages that belong to a frame.
  public private(set) var matched = 0
  /// Messages that belong to none, by reason, in the order of ``DropReason/allCases``.
  public private(set) var dropped = [Int](repeating: 0, count: DropReason.allCases.count)
  /// The first dropped messages.
  public private(set) var drops: [Drop] = []
  /// Matched messages by the difference of their timestamp to the frame's.
  public private(set) var skewHistogram = [Int](repeating: 0, count: SyncReceipt.skewBins.count + 1)
  /// Largest difference, nanoseconds.
  public private(set) var largestSkew: Int64 = 0

  init(input: String, topic: String) {
    self.input = input
    self.topic = topic
  }

  mutating func noteRead() { read += 1 }

  mutating func noteMatch(skew: Int64) {
    matched += 1
    let size = skew.magnitude > UInt64(Int64.max) ? Int64.max : Int64(skew.magnitude)
    largestSkew = max(largestSkew, size)
    let bin = Self.skewBins.firstIndex { size <= $0 } ?? Self.skewBins.count
    skewHistogram[bin] += 1
  }

  mutating func noteDrop(_ timestamp: Int64, _ reason: DropReason, missing: String? = nil) {
    dropped[DropReason.allCases.firstIndex(of: reason) ?? 0] += 1
    if drops.count < Self.listedDrops {
      drops.append(Drop(timestamp: timestamp, reason: reason, missing: missing))
    }
  }

  /// The receipt for `run.json`.
  var json: JSONValue {
    .object([
      .init("input", .text(input)), .init("topic", .text(topic)),
      .init("read", .integer(read)), .init("matched", .integer(matched)),
      .init(
        "dropped",
        .object(
          zip(DropReason.allCases, dropped).map { .init($0.rawValue, .integer($1)) })),
      .init(
        "first_drops",
        .list(
          drops.map { drop in
            var members: [JSONValue.Member] = [
              .init("timestamp_ns", .integer(Int(drop.timestamp))),
              .init("reason", .text(drop.reason.rawValue)),
            ]
            if let missing = drop.missing { members.append(.init("missing", .text(missing))) }
            return .object(members)
          })),
      .init("largest_skew_ns", .integer(Int(largestSkew))),
      .init(
        "skew_histogram",
        .list(
          skewHistogram.enumerated().map { index, count in
            let end =
              index < Self.skewBins.count ? JSONValue.integer(Int(Self.skewBins[index])) : .null
            return .object([.init("up_to_ns", end), .init("messages", .integer(count))])
          })),
    ])
  }
}
