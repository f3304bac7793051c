public import Tensors

extension FlowField {
  /// The input of a network for stacked flow: components of successive fields as channels.
  ///
  /// - Parameters:
  ///   - fields: L successive fields of one size.
  ///   - bound: Components are clipped to this many pixels either way and then divided by it.
  /// - Returns: Shape `[2L, H, W]`, Float, -1 to 1, channels in the order u1, v1, u2, v2, ….
  /// - Note: Source of the order: Simonyan and Zisserman, "Two-stream convolutional networks for action recognition in
  ///   videos", NeurIPS 2014, equation 1.
  public static func stacked(_ fields: [FlowField], bound: Double) -> Tensor {
    precondition(bound > 0, "a bound of \(bound) pixels leaves no motion")
    guard let first = fields.first else { preconditionFailure("a stack needs flow") }
    let (height, width) = (first.height, first.width)
    precondition(
      fields.allSatisfy { $0.height == height && $0.width == width },
      "flow fields of different sizes cannot be stacked")
    let area = height * width
    let (limit, scale) = (Float(bound), 1 / Float(bound))
    return Tensor(shape: [2 * fields.count, height, width], of: Float.self) { target in
      for (number, field) in fields.enumerated() {
        field.vectors.withUnsafeElements(of: Float.self) { source in
          let (u, v) = (2 * number * area, (2 * number + 1) * area)
          for i in 0..<area {
            target[u + i] = Self.clipped(source[2 * i], limit) * scale
            target[v + i] = Self.clipped(source[2 * i + 1], limit) * scale
          }
        }
      }
    }
  }

  /// The fields in a stack.
  ///
  /// - Parameters:
  ///   - stack: What ``stacked(_:bound:)`` gave.
  ///   - bound: Its bound, pixels.
  /// - Returns: The fields, clipped to the bound.
  public static func fields(in stack: Tensor, bound: Double) -> [FlowField] {
    precondition(
      stack.rank == 3 && stack.shape[0] % 2 == 0 && stack.elementType == .float32 && bound > 0,
      "a stack of flow is [2L, H, W] of Float, not \(stack.shape) of \(stack.elementType)")
    let (height, width) = (stack.shape[1], stack.shape[2])
    let (area, scale) = (height * width, Float(bound))
    return stack.withUnsafeElements(of: Float.self) { source in
      (0..<(stack.shape[0] / 2)).map { number in
        let (u, v) = (2 * number * area, (2 * number + 1) * area)
        let vectors = Tensor(shape: [height, width, 2], of: Float.self) { target in
          for i in 0..<area {
            target[2 * i] = source[u + i] * scale
            target[2 * i + 1] = source[v + i] * scale
          }
        }
        return FlowField(vectors: vectors, convention: FlowConvention(bound: bound))
      }
    }
  }

  /// The field in 8 bits, as files of flow for action recognition hold it.
  ///
  /// A component x becomes `255 (x + b) / (2 b)`, rounded, halves to the even number. No motion has no number of its own: it
  /// becomes 128, which decodes to b / 255.
  ///
  /// - Parameter bound: b: components are clipped to this many pixels either way.
  /// - Returns: Shape `[H, W, 2]`, UInt8.
  /// - Note: Source: Wang et al., "Temporal segment networks", ECCV 2016, with b = 20.
  public func bytes(bound: Double) -> Tensor {
    precondition(bound > 0, "a bound of \(bound) pixels leaves no motion")
    let limit = Float(bound)
    return vectors.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: vectors.shape, of: UInt8.self) { target in
        for i in 0..<source.count {
          let share = (Self.clipped(source[i], limit) + limit) * 255 / (2 * limit)
          target[i] = UInt8(min(max(share.rounded(.toNearestOrEven), 0), 255))
        }
      }
    }
  }

  /// A field from its 8-bit form.
  ///
  /// - Parameters:
  ///   - bytes: Shape `[H, W, 2]`, UInt8.
  ///   - bound: The bound that it was encoded with, pixels.
  /// - Returns: The field; exact to half a step, `bound / 255` pixels, where nothing was clipped.
  public static func decoding(_ bytes: Tensor, bound: Double) -> FlowField {
    precondition(
      bytes.rank == 3 && bytes.shape[2] == 2 && bytes.elementType == .uint8 && bound > 0,
      "flow in 8 bits is [H, W, 2] of UInt8, not \(bytes.shape) of \(bytes.elementType)")
    let limit = Float(bound)
    let vectors = bytes.withUnsafeElements(of: UInt8.self) { source in
      Tensor(shape: bytes.shape, of: Float.self) { target in
        for i in 0..<source.count { target[i] = Float(source[i]) * (2 * limit) / 255 - limit }
      }
    }
    return FlowField(vectors: vectors, convention: FlowConvention(bound: bound))
  }

  @inline(__always)
  private static func clipped(_ value: Float, _ limit: Float) -> Float {
    value.isNaN ? 0 : min(max(value, -limit), limit)
  }
}
