import COpenCV
public import Tensors

/// A scale of colours for numbers.
///
/// - Note: The colours are OpenCV's: Turbo by Mikhailov (2019), Viridis by Smith and van der Walt (2015).
public enum ColorMap: String, Sendable, CaseIterable {
  case turbo
  case viridis
  case inferno
  case jet
  case grey

  private var code: Int32? {
    switch self {
    case .jet: 2
    case .inferno: 14
    case .viridis: 16
    case .turbo: 20
    case .grey: nil
    }
  }

  /// The 256 colours of the scale, from the lowest value to the highest.
  ///
  /// - Returns: Shape `[256, 3]`, UInt8.
  /// - Throws: ``VisionError``.
  public func table() throws -> Tensor {
    let levels = Tensor((0...255).map { UInt8($0) }, shape: [1, 256, 1])
    guard let code else {
      return Tensor((0..<768).map { UInt8($0 / 3) }, shape: [256, 3])
    }
    let operation = "colouring"
    let colors = try OpenCV.filled(shape: [1, 256, 3], of: UInt8.self, for: operation) { target in
      try OpenCV.withView(levels, for: operation) { source in
        try OpenCV.call(operation) { $0.color_map(source, target, code) }
      }
    }
    return Tensor(colors.array(of: UInt8.self), shape: [256, 3])
  }

  /// Colours for numbers.
  ///
  /// - Parameters:
  ///   - values: Any shape, Float.
  ///   - range: The values at the two ends of the scale; others are clamped.
  /// - Returns: One colour for each value, row-major; black for values that are not numbers.
  /// - Throws: ``VisionError``.
  public func colors(of values: Tensor, range: ClosedRange<Float>) throws -> [PixelColor] {
    let painted = try paint(values, range: range, shape: [values.count, 3], isNone: .nan)
      .array(of: UInt8.self)
    return (0..<values.count).map {
      PixelColor(painted[3 * $0], painted[3 * $0 + 1], painted[3 * $0 + 2])
    }
  }

  /// A picture of numbers.
  ///
  /// - Parameters:
  ///   - values: Shape `[H, W]`, Float.
  ///   - range: The values at the two ends of the scale; others are clamped.
  ///   - none: Values equal to this one, and those that are not numbers, become black.
  /// - Returns: A picture of three channels of UInt8.
  /// - Throws: ``VisionError``.
  public func image(of values: Tensor, range: ClosedRange<Float>, none: Float = .nan) throws
    -> Image
  {
    precondition(values.rank == 2, "a picture is made of [H, W], not \(values.shape)")
    let shape = [values.shape[0], values.shape[1], 3]
    return Image(pixels: try paint(values, range: range, shape: shape, isNone: none))
  }

  private func paint(
    _ values: Tensor, range: ClosedRange<Float>, shape: [Int], isNone none: Float
  ) throws -> Tensor {
    let table = try table()
    let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
    let scale = span > 0 ? 255 / span : 0
    let count = values.count
    return table.withUnsafeElements(of: UInt8.self) { table in
      values.withUnsafeElements(of: Float.self) { values in
        Tensor(shape: shape, of: UInt8.self) { target in
          for i in 0..<count {
            let value = values[i]
            if value.isNaN || value == none {
              target[3 * i] = 0
              target[3 * i + 1] = 0
              target[3 * i + 2] = 0
            } else {
              let height = (value - low) * scale
              let level = height > 0 ? 3 * Int(min(height, 255).rounded()) : 0
              target[3 * i] = table[level]
              target[3 * i + 1] = table[level + 1]
              target[3 * i + 2] = table[level + 2]
            }
          }
        }
      }
    }
  }
}
