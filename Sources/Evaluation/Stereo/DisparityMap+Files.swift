import Foundation
import Tensors
import Vision

extension DisparityMap {
  /// Reads a map: PFM (pixels), 16-bit PNG (KITTI: pixels times 256) or 8-bit grey (pixels times `scale`).
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: What to call it in errors.
  ///   - scale: Units of the file for a pixel; by default 256 in files of 16 bits and 1 in all others. PFM files hold pixels.
  /// - Throws: ``StereoEvaluationError/unreadable(name:reason:)``.
  public init(file bytes: [UInt8], named name: String, scale: Double? = nil) throws {
    if bytes.starts(with: [0x50, 0x66]) {
      self = try Self.portableFloatMap(bytes, named: name)
      return
    }
    do {
      let numbers = try ImageCodec.decodeGrey16(bytes, named: name)
      let factor = scale ?? (Self.is16BitPNG(bytes) ? 256 : 1)
      guard factor > 0, factor.isFinite else {
        throw StereoEvaluationError.unreadable(name: name, reason: "a scale of \(factor)")
      }
      let values = numbers.withUnsafeElements(of: Float.self) { numbers in
        numbers.map { $0 > 0 ? Float(Double($0) / factor) : 0 }
      }
      self.init(width: numbers.shape[1], height: numbers.shape[0], values: values)
    } catch let error as StereoEvaluationError {
      throw error
    } catch {
      throw StereoEvaluationError.unreadable(name: name, reason: "\(error)")
    }
  }

  /// Whether these are the first bytes of a PNG whose samples have 16 bits.
  private static func is16BitPNG(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) && bytes.count > 24 && bytes[24] == 16
  }

  /// "Pf", width, height and scale as text, then rows of 32-bit numbers from the bottom; a negative scale: little-endian.
  private static func portableFloatMap(_ bytes: [UInt8], named name: String) throws -> DisparityMap
  {
    func refuse(_ reason: String) -> StereoEvaluationError {
      .unreadable(name: name, reason: reason)
    }
    var position = 2
    func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    func word() throws -> String {
      while position < bytes.count, isSpace(bytes[position]) { position += 1 }
      let start = position
      while position < bytes.count, !isSpace(bytes[position]), position - start < 32 {
        position += 1
      }
      guard position > start, position < bytes.count, isSpace(bytes[position]) else {
        throw refuse("the header of the PFM file is cut or too long")
      }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    guard let width = Int(try word()), let height = Int(try word()), width > 0, height > 0,
      let scale = Double(try word()), scale != 0, scale.isFinite
    else { throw refuse("the header of the PFM file has no size and scale") }
    position += 1
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= (bytes.count - position) / 4 else {
      throw refuse("the PFM file is shorter than \(width) x \(height) numbers")
    }
    var values = [Float](repeating: 0, count: pixels)
    for row in 0..<height {
      for column in 0..<width {
        let at = position + 4 * ((height - 1 - row) * width + column)
        var bits = UInt32(0)
        for k in 0..<4 {
          bits |= UInt32(bytes[at + k]) << UInt32(scale < 0 ? 8 * k : 24 - 8 * k)
        }
        let value = Float(bitPattern: bits)
        values[row * width + column] = isKnown(value) ? value : 0
      }
    }
    return DisparityMap(width: width, height: height, values: values)
  }
}
