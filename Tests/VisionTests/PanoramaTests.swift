import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct PanoramaTests {
  static func picture(_ name: String) throws -> Image {
    try ImageCodec.decode(
      [UInt8](Data(contentsOf: URL(fileURLWithPath: SharedData.path("images/" + name)))),
      named: name)
  }

  /// A part of a picture, as it is or turned about its middle by some degrees.
  static func crop(_ image: Image, x: Int, y: Int, width: Int, height: Int, degrees: Double = 0)
    throws -> Image
  {
    if degrees == 0 {
      let pixels = image.pixels.withUnsafeElements(of: UInt8.self) { source in
        Tensor(shape: [height, width, 3], of: UInt8.self) { target in
          for row in 0..<height {
            let first = ((row + y) * image.width + x) * 3
            let part = UnsafeBufferPointer(rebasing: source[first..<first + 3 * width])
            let place = target[3 * row * width..<3 * (row + 1) * width]
            _ = UnsafeMutableBufferPointer(rebasing: place).update(fromContentsOf: part)
          }
        }
      }
      return Image(pixels: pixels)
    }
    let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    let middle = Vector2(Double(width - 1), Double(height - 1)) / 2
    let pixels = image.pixels.withUnsafeElements(of: UInt8.self) { source in
      Tensor(shape: [height, width, 3], of: UInt8.self) { target in
        for row in 0..<height {
          for column in 0..<width {
            let p = Vector2(Double(column), Double(row)) - middle
            let u = c * p.x - s * p.y + middle.x + Double(x)
            let v = s * p.x + c * p.y + middle.y + Double(y)
            let u0 = min(max(Int(u), 0), image.width - 2)
            let v0 = min(max(Int(v), 0), image.height - 2)
            let (a, b) = (min(max(u - Double(u0), 0), 1), min(max(v - Double(v0), 0), 1))
            for channel in 0..<3 {
              func at(_ dx: Int, _ dy: Int) -> Double {
                Double(source[((v0 + dy) * image.width + u0 + dx) * 3 + channel])
              }
              let value =
                (1 - b) * ((1 - a) * at(0, 0) + a * at(1, 0))
                + b * ((1 - a) * at(0, 1) + a * at(1, 1))
              target[(row * width + column) * 3 + channel] = UInt8(value.rounded())
            }
          }
        }
      }
    }
    return Image(pixels: pixels)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `turned and shifted scans give the whole picture back, the same each time`() throws {
    let whole = try Self.picture("graf1.png")
    let parts = try [(60, 0.0), (200, 3), (340, -2)].map {
      try Self.crop(whole, x: $0.0, y: 150, width: 280, height: 320, degrees: $0.1)
    }
    let joined = try Panorama(mode: .scans).stitch(parts)
    // The outer edges are 560 apart; turning by up to 5 degrees adds up to 49 across.
    #expect(joined.width > 540 && joined.width < 620, "\(joined.width)")
    #expect(joined.height > 310 && joined.height < 400, "\(joined.height)")
    let again = try Panorama(mode: .scans).stitch(parts)
    #expect(again.pixels.shape == joined.pixels.shape)
    let same = again.pixels.withUnsafeElements(of: UInt8.self) { a in
      joined.pixels.withUnsafeElements(of: UInt8.self) { b in
        guard let first = a.baseAddress, let second = b.baseAddress else { return false }
        return a.count == b.count && memcmp(first, second, a.count) == 0
      }
    }
    #expect(same)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `shifted crops overlap where they should`() throws {
    let whole = try Self.picture("graf1.png")
    let parts = try [0, 250].map {
      try Self.crop(whole, x: $0, y: 0, width: 500, height: 640)
    }
    let joined = try Panorama(mode: .scans).stitch(parts)
    #expect(abs(joined.width - 750) <= 6 && abs(joined.height - 640) <= 6)
    // Compared with the picture itself at the best shift of a few pixels: the middle of the join.
    var best = Double.infinity
    for dy in -3...3 {
      for dx in -3...3 {
        var (sum, count) = (0.0, 0)
        whole.pixels.withUnsafeElements(of: UInt8.self) { a in
          joined.pixels.withUnsafeElements(of: UInt8.self) { b in
            for row in stride(from: 100, to: 540, by: 40) {
              for column in stride(from: 100, to: 650, by: 15) {
                let (r, c) = (row + dy, column + dx)
                guard r < joined.height, c < joined.width else { continue }
                let other = Double(b[(r * joined.width + c) * 3 + 1])
                sum += abs(Double(a[(row * whole.width + column) * 3 + 1]) - other)
                count += 1
              }
            }
          }
        }
        best = min(best, sum / Double(max(count, 1)))
      }
    }
    #expect(best < 8, "mean grey difference \(best)")
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a picture of something else is named`() throws {
    let whole = try Self.picture("graf1.png")
    let parts = try [0, 250].map { try Self.crop(whole, x: $0, y: 0, width: 500, height: 640) }
    let stranger = try Self.crop(
      Self.picture("fruits.jpg"), x: 0, y: 0, width: 400, height: 400)
    do {
      _ = try Panorama(mode: .scans).stitch([parts[0], stranger, parts[1]])
      Issue.record("joined pictures of different things")
    } catch let error as PanoramaError {
      #expect(error == .insufficientOverlap(pictures: [1]))
      #expect(error.description(names: ["a", "b.png", "c"]).contains("b.png"))
    }
  }

  @Test func `pictures without features or too few are refused`() {
    let flat = Image(pixels: Tensor(repeating: 128 as UInt8, shape: [200, 200, 1]))
    #expect(throws: PanoramaError.insufficientOverlap(pictures: [0, 1])) {
      try Panorama().stitch([flat, flat])
    }
    #expect(throws: PanoramaError.tooFewPictures(1)) { try Panorama().stitch([flat]) }
  }
}
