/// The SHA-256 hash of bytes that come in pieces.
///
/// - Note: Source: NIST, "Secure Hash Standard", FIPS 180-4, 2015, sections 5 and 6.2.
struct SHA256 {
  private static let constants: [UInt32] = {
    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    var primes: [UInt64] = []
    var candidate: UInt64 = 2
    while primes.count < 64 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes.map { UInt32(truncatingIfNeeded: root(of: $0, power: 3)) }
  }()
  private static let start: [UInt32] = [2, 3, 5, 7, 11, 13, 17, 19].map {
    UInt32(truncatingIfNeeded: root(of: $0, power: 2))
  }
  private var state = SHA256.start
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// `floor(2^32 * prime^(1/power))`, by bisection in whole numbers.
  private static func root(of prime: UInt64, power: Int) -> UInt64 {
    var low: UInt64 = 0
    var high: UInt64 = 1 << 36
    while high - low > 1 {
      let middle = (low + high) / 2
      if isAtMost(middle, power: power, prime: prime) { low = middle } else { high = middle }
    }
    return low
  }

  /// Whether `value^power <= prime * 2^(32 * power)`.
  private static func isAtMost(_ value: UInt64, power: Int, prime: UInt64) -> Bool {
    let square = value.multipliedFullWidth(by: value)
    if power == 2 { return square.high < prime }
    // value^3 = (square.high * value) * 2^64 + square.low * value, compared with prime * 2^96; value is below 2^36.
    let upper = square.high * value + square.low.multipliedFullWidth(by: value).high
    return upper >> 32 < prime
  }

  /// Adds bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var offset = 0
    if !pending.isEmpty {
      offset = min(64 - pending.count, bytes.count)
      pending.append(contentsOf: bytes[..<offset])
      guard pending.count == 64 else { return }
      let block = pending
      block.withUnsafeBytes { compress($0, blocks: 1) }
      pending.removeAll(keepingCapacity: true)
    }
    let blocks = (bytes.count - offset) / 64
    if blocks > 0 {
      compress(UnsafeRawBufferPointer(rebasing: bytes[offset...]), blocks: blocks)
    }
    pending.append(contentsOf: bytes[(offset + blocks * 64)...])
  }

  /// Adds bytes.
  mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The hash of everything added, as 64 hexadecimal digits.
  consuming func hexDigest() -> String {
    let bitCount = byteCount &* 8
    var tail: [UInt8] = [0x80]
    tail += [UInt8](repeating: 0, count: (119 - Int(byteCount % 64)) % 64)
    tail += (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> (56 - 8 * UInt64($0))) }
    update(tail)
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// The hash of some bytes, as 64 hexadecimal digits.
  static func hexDigest(_ bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.hexDigest()
  }

  private mutating func compress(_ bytes: UnsafeRawBufferPointer, blocks: Int) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      SHA256.constants.withUnsafeBufferPointer { constants in
        for block in 0..<blocks {
          for word in 0..<16 {
            schedule[word] = UInt32(
              bigEndian: bytes.loadUnaligned(fromByteOffset: block * 64 + word * 4, as: UInt32.self)
            )
          }
          for word in 16..<64 {
            let a = schedule[word - 15]
            let b = schedule[word - 2]
            let low = Self.rotate(a, 7) ^ Self.rotate(a, 18) ^ (a >> 3)
            let high = Self.rotate(b, 17) ^ Self.rotate(b, 19) ^ (b >> 10)
            schedule[word] = schedule[word - 16] &+ low &+ schedule[word - 7] &+ high
          }
          rounds(schedule, constants)
        }
      }
    }
  }

  private mutating func rounds(
    _ schedule: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>
  ) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for round in 0..<64 {
      let sum1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ sum1 &+ choice &+ constants[round] &+ schedule[round]
      let sum0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ sum0 &+ majority)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  @inline(__always)
  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }
}
