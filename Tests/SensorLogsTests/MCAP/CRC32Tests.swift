import Tensors
import Testing

@testable import SensorLogs

struct CRC32Tests {
  /// Bit by bit, as the definition says.
  private func reference(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  @Test func `the check value of the definition holds`() {
    #expect(CRC32(of: [UInt8]("123456789".utf8)).value == 0xCBF4_3926)
    #expect(CRC32(of: []).value == 0)
  }

  @Test func `every length and alignment gives the checksum of the definition`() {
    var generator = SeededGenerator(seed: 3)
    let bytes = (0..<700).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for count in Array(0...200) + [255, 256, 257, 511, 640, 690] {
      for start in [0, 1, 7] {
        let slice = bytes[start..<(start + count)]
        #expect(CRC32().updated(with: slice).value == reference(slice))
      }
    }
  }

  @Test func `parts give the checksum of the whole`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for cut in [0, 1, 63, 64, 65, 500, 999] {
      let parts = CRC32().updated(with: bytes[..<cut]).updated(with: bytes[cut...])
      #expect(parts.value == reference(bytes[...]))
    }
  }
}
