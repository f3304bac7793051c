import COpenCV
import Tensors

extension Image {
  /// How pixels between pixels are found.
  public enum Interpolation: Sendable, CaseIterable {
    case nearest
    case linear
    case cubic
    /// The mean over the area that a target pixel covers; for making images smaller.
    case area

    var code: Int32 {
      switch self {
      case .nearest: Int32(copencv_nearest)
      case .linear: Int32(copencv_linear)
      case .cubic: Int32(copencv_cubic)
      case .area: Int32(copencv_area)
      }
    }
  }

  /// The picture in another size, with its camera scaled along.
  ///
  /// - Parameters:
  ///   - width: New width, pixels.
  ///   - height: New height, pixels.
  ///   - interpolation: How pixels are found; area when left out and both sides shrink, else linear.
  /// - Returns: The resized picture.
  /// - Throws: ``VisionError``.
  public func resized(
    toWidth width: Int, height: Int, interpolation: Interpolation? = nil
  ) throws -> Image {
    let operation = "resizing an image"
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, count <= ImageHeader.largestPixelCount else {
      throw VisionError.unsuitableInput(
        operation: operation, expected: "a size of at most 2^28 pixels",
        actual: "\(width) x \(height)")
    }
    let isSmaller = width <= self.width && height <= self.height
    let code = (interpolation ?? (isSmaller ? .area : .linear)).code
    let shape = [height, width, channels]
    let resized: Tensor
    if pixels.elementType == .float32 {
      resized = try OpenCV.filled(shape: shape, of: Float.self, for: operation) {
        try resize(into: $0, code, operation)
      }
    } else {
      resized = try OpenCV.filled(shape: shape, of: UInt8.self, for: operation) {
        try resize(into: $0, code, operation)
      }
    }
    return Image(pixels: resized, camera: camera?.scaled(toWidth: width, height: height))
  }

  private func resize(into target: copencv_view, _ code: Int32, _ operation: String) throws {
    try OpenCV.withView(pixels, for: operation) { source in
      try OpenCV.call(operation) { $0.resize(source, target, code) }
    }
  }

  /// The picture with three equal channels when it is grey, or as it is.
  ///
  /// - Returns: A picture of three channels.
  public func expandedToColor() -> Image {
    guard channels == 1 else { return self }
    let shape = [height, width, 3]
    let expanded =
      pixels.elementType == .float32
      ? Self.tripled(pixels, shape, of: Float.self) : Self.tripled(pixels, shape, of: UInt8.self)
    return Image(pixels: expanded, camera: camera)
  }

  private static func tripled<Element: TensorElement>(
    _ pixels: Tensor, _ shape: [Int], of type: Element.Type
  ) -> Tensor {
    pixels.withUnsafeElements(of: Element.self) { source in
      Tensor(shape: shape, of: Element.self) { target in
        for i in 0..<source.count {
          let value = source[i]
          target[3 * i] = value
          target[3 * i + 1] = value
          target[3 * i + 2] = value
        }
      }
    }
  }

  /// The picture's brightness in 8 bits, as OpenCV weighs it: 0.299 red, 0.587 green, 0.114 blue.
  ///
  /// - Returns: A picture of one channel of UInt8.
  /// - Throws: ``VisionError``.
  public func grey() throws -> Image {
    let bytes = try bytePixels()
    if channels == 1 { return Image(pixels: bytes, camera: camera) }
    let operation = "converting to grey"
    let grey = try OpenCV.filled(shape: [height, width, 1], of: UInt8.self, for: operation) {
      target in
      try OpenCV.withView(bytes, for: operation) { source in
        try OpenCV.call(operation) { $0.grey(source, target) }
      }
    }
    return Image(pixels: grey, camera: camera)
  }
}
