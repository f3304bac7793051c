/// A way to read the numbers of a flow field: as they are meant, or with a usual mistake undone.
public enum FlowReading: String, Sendable, CaseIterable {
  /// As they are meant.
  case asGiven
  /// The two pictures change places.
  case picturesSwapped
  /// u and v change their signs.
  case signChanged
  /// u changes its sign: the pictures were flipped left to right without it.
  case uSignChanged
  /// v changes its sign: v was meant upwards.
  case vSignChanged
  /// u and v change places.
  case componentsSwapped
  /// All u come first, then all v.
  case componentsApart

  /// The mistake that this reading undoes, in words.
  public var mistake: String {
    switch self {
    case .asGiven: "nothing is wrong"
    case .picturesSwapped: "the pictures are in the wrong order"
    case .signChanged: "the sign of the vectors is wrong"
    case .uSignChanged: "the sign of u is wrong, as after a flip from left to right"
    case .vSignChanged: "the sign of v is wrong: v counts downwards"
    case .componentsSwapped: "u and v are swapped"
    case .componentsApart:
      "the components are not interlaced: all u lie before all v where u, v, u, v, … is meant"
    }
  }

  /// The vector at a pixel.
  ///
  /// - Parameters:
  ///   - pixel: Number of the pixel, row by row.
  ///   - values: The field's numbers.
  ///   - area: Number of pixels.
  /// - Returns: The vector, pixels.
  @inline(__always)
  func vector(
    at pixel: Int, in values: UnsafeBufferPointer<Float>, area: Int
  ) -> (u: Float, v: Float) {
    switch self {
    case .componentsApart: (values[pixel], values[area + pixel])
    case .componentsSwapped: (values[2 * pixel + 1], values[2 * pixel])
    case .signChanged: (-values[2 * pixel], -values[2 * pixel + 1])
    case .uSignChanged: (-values[2 * pixel], values[2 * pixel + 1])
    case .vSignChanged: (values[2 * pixel], -values[2 * pixel + 1])
    case .asGiven, .picturesSwapped: (values[2 * pixel], values[2 * pixel + 1])
    }
  }
}
