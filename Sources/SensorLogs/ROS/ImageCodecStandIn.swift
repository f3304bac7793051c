import Vision

/// Stands in until the vision branch brings the real one.
enum ImageCodec {
  static func decode(_ bytes: [UInt8], named: String) throws -> Image {
    throw FormatProblem("no decoder")
  }
  static func decodeDepth(_ bytes: [UInt8], metresPerUnit: Double, named: String) throws
    -> DepthImage
  { throw FormatProblem("no decoder") }
}
