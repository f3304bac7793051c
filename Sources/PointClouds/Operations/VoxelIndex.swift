/// Cells of a regular grid by their packed integer coordinates: an open-addressing hash table that numbers cells in the order
/// in which they are first seen.
struct VoxelIndex {
  /// Largest distance of a cell from the origin, in cells.
  static let reach: Float = 1_048_576

  private(set) var count = 0
  private(set) var keys: [UInt64]
  private(set) var slots: [Int32]
  private var mask: Int

  init(expected: Int) {
    var capacity = 64
    while capacity < expected { capacity *= 2 }
    keys = [UInt64](repeating: 0, count: capacity)
    slots = [Int32](repeating: -1, count: capacity)
    mask = capacity - 1
  }

  /// The key of a cell; each coordinate within 2^20 of 0.
  @inline(__always)
  static func key(_ x: Int32, _ y: Int32, _ z: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: x &+ 1 << 20)) << 42 | UInt64(UInt32(bitPattern: y &+ 1 << 20)) << 21
      | UInt64(UInt32(bitPattern: z &+ 1 << 20))
  }

  @inline(__always)
  static func hash(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }

  /// The number of a cell, which becomes known if it was not.
  @inline(__always)
  mutating func number(of key: UInt64) -> Int32 {
    if (count + 1) * 2 > mask { grow() }
    var slot = Self.hash(key) & mask
    while slots[slot] >= 0 {
      if keys[slot] == key { return slots[slot] }
      slot = (slot + 1) & mask
    }
    keys[slot] = key
    slots[slot] = Int32(truncatingIfNeeded: count)
    count += 1
    return slots[slot]
  }

  /// The number of a cell, or -1.
  @inline(__always)
  func find(_ key: UInt64) -> Int32 {
    var slot = Self.hash(key) & mask
    while slots[slot] >= 0 {
      if keys[slot] == key { return slots[slot] }
      slot = (slot + 1) & mask
    }
    return -1
  }

  private mutating func grow() {
    let (oldKeys, oldSlots) = (keys, slots)
    let capacity = oldKeys.count * 2
    mask = capacity - 1
    keys = [UInt64](repeating: 0, count: capacity)
    slots = [Int32](repeating: -1, count: capacity)
    for i in 0..<oldKeys.count where oldSlots[i] >= 0 {
      var slot = Self.hash(oldKeys[i]) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      keys[slot] = oldKeys[i]
      slots[slot] = oldSlots[i]
    }
  }
}
