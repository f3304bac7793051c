import Foundation
import Tensors
import Vision

/// Pictures as the page holds them: data URLs that a browser shows.
enum ImageBlock {
  /// The colours of 16-bit pictures.
  static let colors = ColorMap.turbo

  /// A picture's file type for the browser, found by content; nil for what browsers do not show.
  static func mediaType(_ header: ImageHeader) -> String? {
    switch header.format {
    case .png where header.bitDepth <= 8: "image/png"
    case .jpeg: "image/jpeg"
    default: nil
    }
  }

  /// A data URL of bytes.
  static func url(_ bytes: [UInt8], mediaType: String) -> String {
    "data:\(mediaType);base64," + Data(bytes).base64EncodedString()
  }

  /// A picture as JPEG within `limit` bytes, made smaller as needed; the smallest that is tried when nothing fits.
  static func jpeg(_ image: Image, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for width in [image.width, 960, 640, 440, 300] where width <= image.width {
      let height = max(1, image.height * width / image.width)
      let scaled = width == image.width ? image : try image.resized(toWidth: width, height: height)
      bytes = try ImageCodec.encode(scaled, as: .jpeg(quality: 82))
      if bytes.count <= limit { break }
    }
    return bytes
  }

  /// The colours from low to high as CSS writes them; none when OpenCV is missing.
  static func ramp() -> [String] {
    guard let table = try? colors.table().array(of: UInt8.self) else { return [] }
    return stride(from: 0, through: 255, by: 15).map { step in
      "rgb(\(table[3 * step]),\(table[3 * step + 1]),\(table[3 * step + 2]))"
    }
  }

  /// The 2nd and 98th percentile of the numbers above 0 in some pictures; nil when there are none.
  ///
  /// 65535 is passed over too: some drivers write it for "no value".
  static func range(of pictures: [Tensor]) -> ClosedRange<Float>? {
    var values: [Float] = []
    for numbers in pictures {
      let step = max(1, numbers.count / 20_000)
      numbers.withUnsafeElements(of: Float.self) { source in
        for k in stride(from: 0, to: source.count, by: step) {
          if source[k] > 0 && source[k] < 65535 { values.append(source[k]) }
        }
      }
    }
    guard !values.isEmpty else { return nil }
    values.sort()
    let low = values[(values.count - 1) * 2 / 100]
    return low...max(values[(values.count - 1) * 98 / 100], low)
  }
}
