import Foundation
import Tensors
import Testing

@testable import PointClouds

struct NumberTextTests {
  private func real(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      switch NumberText.parse(bytes) {
      case .integer(let magnitude, let isNegative):
        isNegative ? -Double(magnitude) : Double(magnitude)
      case .real(let value): value
      case .invalid: nil
      }
    }
  }

  @Test(arguments: [
    ("0", 0.0), ("-12", -12), ("+3.5", 3.5), (".5", 0.5), ("5.", 5), ("1e3", 1000),
    ("-2.5E-3", -0.0025), ("0.1", 0.1), ("123456789012345678901234567890", 1.2345678901234568e29),
    ("4.9406564584124654e-324", .leastNonzeroMagnitude), ("1e400", .infinity), ("inf", .infinity),
    ("-Infinity", -.infinity), ("9007199254740993", 9007199254740992),
    ("0.30000001", 0.30000001),
  ])
  func `text becomes the nearest number`(text: String, value: Double) {
    #expect(real(text) == value)
  }

  @Test(arguments: ["", "-", ".", "five", "1.2.3", "1e", "1e+", "0x10", "1 ", "nano", "--1", "1,5"])
  func `what is no number is refused`(text: String) {
    #expect(real(text) == nil)
  }

  @Test func `nan is read as not a number`() { #expect(real("NaN")?.isNaN == true) }

  @Test func `random numbers agree with the standard library`() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<2000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let texts = [
        "\(value)", String(format: "%.17g", value), String(format: "%.3f", generator.normal()),
      ]
      for text in texts { #expect(real(text) == Double(text)) }
    }
  }

  @Test func `whole numbers beyond their type are refused`() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
    defer { memory.deallocate() }
    func fits(_ text: String, _ type: CloudScalarType) -> Bool {
      Array(text.utf8).withUnsafeBufferPointer {
        NumberText.store(NumberText.parse($0), as: type, at: memory)
      }
    }
    #expect(fits("255", .uint8) && !fits("256", .uint8) && !fits("-1", .uint8))
    #expect(fits("-128", .int8) && !fits("-129", .int8))
    #expect(fits("-9223372036854775808", .int64) && !fits("9223372036854775808", .int64))
    #expect(memory.load(as: Int64.self) == .min)
    #expect(fits("18446744073709551615", .uint64) && fits("7.0", .int32) && !fits("7.5", .int32))
    #expect(!fits("nan", .int32) && fits("nan", .float32))
  }
}

struct LZFTests {
  @Test(arguments: [0, 1, 2, 3, 31, 32, 33, 500, 20_000])
  func `decompression undoes compression`(count: Int) throws {
    var generator = SeededGenerator(seed: 7)
    let inputs: [[UInt8]] = [
      [UInt8](repeating: 9, count: count), (0..<count).map { UInt8($0 / 7 % 256) },
      (0..<count).map { _ in UInt8(generator.uniform(below: 256)) },
      (0..<count).map { _ in UInt8(generator.uniform(below: 2)) },
    ]
    for input in inputs {
      let stream = LZF.compress(input)
      #expect(stream.count <= count + count / 32 + 1)
      #expect(stream.withUnsafeBufferPointer { LZF.decompress($0, count: count) } == input)
    }
  }

  @Test func `commands do what the format says`() {
    // Three literals, then 5 bytes from 3 back (overlapping), then 7 + 2 + 2 bytes from 1 back.
    let stream: [UInt8] = [2, 10, 20, 30, 3 << 5, 2, 7 << 5, 2, 0]
    let expected: [UInt8] = [10, 20, 30, 10, 20, 30, 10, 20] + [UInt8](repeating: 20, count: 11)
    #expect(stream.withUnsafeBufferPointer { LZF.decompress($0, count: 19) } == expected)
    #expect(stream.withUnsafeBufferPointer { LZF.decompress($0, count: 18) } == nil)
    #expect(stream.withUnsafeBufferPointer { LZF.decompress($0, count: 20) } == nil)
    #expect([UInt8]([1 << 5, 0]).withUnsafeBufferPointer { LZF.decompress($0, count: 3) } == nil)
  }
}
