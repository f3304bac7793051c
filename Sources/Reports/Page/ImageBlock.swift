import Foundation
import Tensors
import Vision

/// Pictures as the page holds them: data URLs that a browser shows.
enum ImageBlock {
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

  /// A picture as JPEG within `limit` bytes, made smaller as needed; the smallest size that is tried when nothing fits.
  static func jpeg(_ image: Image, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for width in [image.width, 960, 640, 440, 300] where width <= image.width {
      let scaled = width == image.width ? image : shrink(image, toWidth: width)
      bytes = try ImageCodec.encode(scaled, as: .jpeg(quality: 82))
      if bytes.count <= limit { break }
    }
    return bytes
  }

  /// A smaller picture whose pixels are means over the pixels that they cover.
  static func shrink(_ image: Image, toWidth width: Int) -> Image {
    let height = max(1, image.height * width / image.width)
    let (oldWidth, oldHeight, channels) = (image.width, image.height, image.channels)
    guard image.pixels.elementType == .uint8, width < oldWidth else { return image }
    let pixels = Tensor(shape: [height, width, channels], of: UInt8.self) { target in
      image.pixels.withUnsafeElements(of: UInt8.self) { source in
        for row in 0..<height {
          let (top, bottom) = (row * oldHeight / height, max((row + 1) * oldHeight / height, 1))
          for column in 0..<width {
            let left = column * oldWidth / width
            let right = max((column + 1) * oldWidth / width, left + 1)
            for channel in 0..<channels {
              var sum = 0
              for y in top..<max(bottom, top + 1) {
                for x in left..<right {
                  sum += Int(source[(y * oldWidth + x) * channels + channel])
                }
              }
              let area = (max(bottom, top + 1) - top) * (right - left)
              target[(row * width + column) * channels + channel] = UInt8(sum / area)
            }
          }
        }
      }
    }
    return Image(pixels: pixels)
  }

  /// 16-bit numbers shown in colours between two bounds; 0, "no value", is dark grey.
  static func colored(_ numbers: Tensor, range: ClosedRange<Float>) -> Image {
    let (height, width) = (numbers.shape[0], numbers.shape[1])
    let factor = 1 / max(range.upperBound - range.lowerBound, 1e-6)
    let pixels = Tensor(shape: [height, width, 3], of: UInt8.self) { target in
      numbers.withUnsafeElements(of: Float.self) { source in
        ColorRamp.table.withUnsafeBufferPointer { ramp in
          for k in 0..<source.count {
            let value = source[k]
            guard value > 0 else {
              for channel in 0..<3 { target[3 * k + channel] = 24 }
              continue
            }
            let place = ColorRamp.place((value - range.lowerBound) * factor)
            for channel in 0..<3 { target[3 * k + channel] = ramp[place + channel] }
          }
        }
      }
    }
    return Image(pixels: pixels)
  }

  /// The 2nd and 98th percentile of the numbers above 0 in some pictures; nil when there are none.
  static func range(of pictures: [Tensor]) -> ClosedRange<Float>? {
    var values: [Float] = []
    for numbers in pictures {
      let step = max(1, numbers.count / 20_000)
      numbers.withUnsafeElements(of: Float.self) { source in
        for k in stride(from: 0, to: source.count, by: step) where source[k] > 0 {
          values.append(source[k])
        }
      }
    }
    guard !values.isEmpty else { return nil }
    values.sort()
    let low = values[(values.count - 1) * 2 / 100]
    return low...max(values[(values.count - 1) * 98 / 100], low)
  }
}
