import Configuration
import SensorLogs

/// The messages of one instant, not yet decoded.
struct FrameMessages: Sendable {
  /// Number of the frame within the log, from 0.
  var index: Int
  /// Its instant: the timestamp of the first input's message.
  var timestamp: Timestamp
  /// One message for each input, nil where an optional input has none.
  var messages: [SharedMessage?]
}

/// Forms frames from the messages of a log.
///
/// The first input with `match: each` that is not optional is the pivot: each of its messages may become a frame, with its
/// timestamp. Every other such input gives the frame one message with the same timestamp (`exact`) or, one to one and with the
/// smallest sum of differences, one within the tolerance (`nearest`). Look-ahead is bounded in time, messages and bytes, so
/// memory does not depend on the length of the log; what it does depends on the log alone.
final class Synchroniser {
  /// A pivot waits for partners until the log is so far ahead of it, nanoseconds of log time.
  static let horizon: Int64 = 5_000_000_000
  /// No input holds more messages.
  static let mostMessages = 1024
  /// No input holds more encoded bytes, as long as it holds more than ``fewMessages``.
  static let mostBytes = 128 << 20
  /// So many messages are held whatever their size.
  static let fewMessages = 8
  /// Pivots looked at when partners are chosen.
  static let lookAhead = 16

  private var lanes: [Lane]
  private let pivot: Int
  private let tolerance: Int64
  private let cursor: any LogCursor
  private var lanesOfTopic: [String: [Int]] = [:]
  private var ready: [FrameMessages] = []
  private var nextIndex = 0
  private var now: Int64?
  private var isAtEnd = false

  /// Frames formed so far.
  var frameCount: Int { nextIndex }
  /// What became of the messages so far.
  var receipts: [SyncReceipt] { lanes.map(\.receipt) }
  /// Damage that the reader met so far.
  var damage: [LogDamage] { cursor.damage }

  /// A synchroniser at the start of a log.
  init(definition: PipelineDefinition, log: any RecordedLog) throws {
    let inputs = definition.inputs
    guard let pivot = inputs.firstIndex(where: { $0.match == .each && !$0.isOptional }) else {
      throw PipelineError(.definition, "no input forms frames")
    }
    self.pivot = pivot
    tolerance = definition.sync.policy == .exact ? 0 : definition.sync.toleranceNanoseconds
    lanes = inputs.map { Lane(input: $0, receipt: SyncReceipt(input: $0.name, topic: $0.topic)) }
    for (index, input) in inputs.enumerated() {
      lanesOfTopic[input.topic, default: []].append(index)
    }
    for index in lanes.indices {
      let topic = inputs[index].topic
      let stream = log.streams.first { $0.topic == topic }
      if stream == nil { lanes[index].watermark = .max }
      lanes[index].end = stream?.last?.nanoseconds
    }
    for index in lanes.indices where lanes[index].input.match == .latest {
      let topic = lanes[index].input.topic
      guard log.streams.contains(where: { $0.topic == topic }) else { continue }
      lanes[index].current = try log.messages(LogSelection(topics: [topic])).next()
        .map(SharedMessage.init)
    }
    cursor = try log.messages(LogSelection(topics: Set(inputs.map(\.topic))))
  }

  /// The next frame.
  ///
  /// - Returns: The frame, or nil at the end of the log.
  /// - Throws: ``LogError`` when reading cannot go on.
  func next() throws -> FrameMessages? {
    while ready.isEmpty, !isAtEnd {
      try readMessage()
      while decideFirstPivot() {}
    }
    return ready.isEmpty ? nil : ready.removeFirst()
  }

  // MARK: Reading

  private func readMessage() throws {
    if let message = try cursor.next() {
      now = max(now ?? .min, message.logTime.nanoseconds)
      for index in lanesOfTopic[message.header.topic] ?? [] {
        lanes[index].receipt.noteRead()
        lanes[index].reorder.add(message)
      }
    } else {
      isAtEnd = true
    }
    for index in lanes.indices { release(index) }
  }

  private func release(_ index: Int) {
    let time = isAtEnd ? nil : now
    while let (message, isLate) = lanes[index].reorder.release(now: time) {
      let stamp = message.header.timestamp.nanoseconds
      if isLate {
        lanes[index].receipt.noteDrop(stamp, .outOfOrder)
        continue
      }
      let waiting = Waiting(
        message: SharedMessage(message), stamp: stamp, logTime: message.logTime.nanoseconds,
        byteCount: message.encoded?.data.count ?? 0)
      lanes[index].waiting.append(waiting)
      lanes[index].byteCount += waiting.byteCount
      lanes[index].watermark = stamp
    }
    if let end = lanes[index].end, let now, now > end, lanes[index].reorder.isEmpty {
      lanes[index].watermark = .max
    }
    // Without a pivot to match, the oldest messages make room.
    guard index != pivot, lanes[pivot].waiting.isEmpty else { return }
    while lanes[index].isFull {
      if lanes[index].input.match == .latest, let first = lanes[index].waiting.first {
        lanes[index].current = first.message
      }
      dropFirst(index)
    }
  }

  private func remove(_ index: Int, at place: Int) -> Waiting {
    let taken = lanes[index].waiting.remove(at: place)
    lanes[index].byteCount -= taken.byteCount
    return taken
  }

  private func dropFirst(_ index: Int) {
    let dropped = remove(index, at: 0)
    lanes[index].receipt.noteDrop(dropped.stamp, dropped.wasNear ? .surplus : .noPartner)
  }

  // MARK: Deciding

  /// Decides what becomes of the oldest pivot, if that is known by now.
  private func decideFirstPivot() -> Bool {
    guard let first = lanes[pivot].waiting.first else {
      if isAtEnd { dropRest() }
      return false
    }
    for index in lanes.indices where takesPart(index) { dropBefore(first.stamp, index) }
    let isForced =
      isAtEnd || isOverdue(first) || lanes.contains { $0.input.match == .each && $0.isFull }
    let others = lanes.indices.filter { takesPart($0) }
    guard isForced || others.allSatisfy({ isSettled($0) }) else { return false }
    let partners = others.map { (lane: $0, place: partner(in: $0)) }
    noteNear(first.stamp, others)
    let missing = partners.first { $0.place == nil && !lanes[$0.lane].input.isOptional }?.lane
    let taken = remove(pivot, at: 0)
    if let missing = missing ?? lanes.indices.first(where: { lacksLatest($0) }) {
      lanes[pivot].receipt.noteDrop(taken.stamp, .noPartner, missing: lanes[missing].input.name)
    } else {
      form(taken, partners)
    }
    return true
  }

  private func takesPart(_ index: Int) -> Bool {
    index != pivot && lanes[index].input.match == .each
  }

  private func isOverdue(_ waiting: Waiting) -> Bool {
    guard let now else { return false }
    let (age, overflow) = now.subtractingReportingOverflow(waiting.logTime)
    return overflow || age >= Self.horizon
  }

  /// Messages that no later frame can reach.
  private func dropBefore(_ stamp: Int64, _ index: Int) {
    let (limit, overflow) = stamp.subtractingReportingOverflow(tolerance)
    guard !overflow else { return }
    while let first = lanes[index].waiting.first, first.stamp < limit { dropFirst(index) }
  }

  private func reach(_ stamp: Int64) -> Int64 {
    let (limit, overflow) = stamp.addingReportingOverflow(tolerance)
    return overflow ? .max : limit
  }

  /// Whether nothing still to come can change the first pivot's partner in an input: every chain of pivots and messages within
  /// reach of each other has ended, or is longer than the look-ahead.
  private func isSettled(_ index: Int) -> Bool {
    let pivots = lanes[pivot].waiting
    let others = lanes[index].waiting
    var lastPivot = 0
    var lastOther = -1
    while true {
      guard lastPivot < Self.lookAhead else { return true }
      let pivotReach = reach(pivots[lastPivot].stamp)
      while lastOther + 1 < others.count, others[lastOther + 1].stamp <= pivotReach {
        lastOther += 1
      }
      guard lastOther + 1 < others.count || lanes[index].watermark > pivotReach else {
        return false
      }
      guard lastOther >= 0 else { return true }
      let otherReach = reach(others[lastOther].stamp)
      let before = lastPivot
      while lastPivot + 1 < pivots.count, pivots[lastPivot + 1].stamp <= otherReach {
        lastPivot += 1
      }
      guard lastPivot + 1 < pivots.count || lanes[pivot].watermark > otherReach else {
        return false
      }
      if lastPivot == before { return true }
    }
  }

  private func partner(in index: Int) -> Int? {
    NearestMatching.partnerOfFirst(
      pivots: lanes[pivot].waiting.prefix(Self.lookAhead).map(\.stamp),
      others: lanes[index].waiting.map(\.stamp), tolerance: tolerance)
  }

  private func noteNear(_ stamp: Int64, _ others: [Int]) {
    let limit = reach(stamp)
    for index in others {
      for place in lanes[index].waiting.indices {
        guard lanes[index].waiting[place].stamp <= limit else { break }
        lanes[index].waiting[place].wasNear = true
      }
    }
  }

  private func form(_ taken: Waiting, _ partners: [(lane: Int, place: Int?)]) {
    var messages = [SharedMessage?](repeating: nil, count: lanes.count)
    messages[pivot] = taken.message
    lanes[pivot].receipt.noteMatch(skew: 0)
    for (lane, place) in partners {
      guard let place else { continue }
      for _ in 0..<place { dropFirst(lane) }
      let partner = remove(lane, at: 0)
      lanes[lane].receipt.noteMatch(skew: partner.stamp &- taken.stamp)
      messages[lane] = partner.message
    }
    for index in lanes.indices where lanes[index].input.match == .latest {
      messages[index] = latest(index, at: taken.stamp)
    }
    ready.append(
      FrameMessages(
        index: nextIndex, timestamp: Timestamp(nanoseconds: taken.stamp), messages: messages))
    nextIndex += 1
  }

  private func lacksLatest(_ index: Int) -> Bool {
    let lane = lanes[index]
    return lane.input.match == .latest && !lane.input.isOptional && lane.current == nil
  }

  private func latest(_ index: Int, at stamp: Int64) -> SharedMessage? {
    while let first = lanes[index].waiting.first, first.stamp <= stamp {
      let message = remove(index, at: 0)
      lanes[index].current = message.message
      if let next = lanes[index].waiting.first, next.stamp <= stamp {
        lanes[index].receipt.noteDrop(message.stamp, .surplus)
      } else {
        lanes[index].receipt.noteMatch(skew: message.stamp &- stamp)
      }
    }
    return lanes[index].current
  }

  private func dropRest() {
    for index in lanes.indices {
      while !lanes[index].waiting.isEmpty { dropFirst(index) }
    }
  }
}
