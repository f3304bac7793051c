public import Tensors

/// Whether a stack of flow, the input of a two-stream network, is in the order that the network was trained with.
public struct FlowStackCheck: Sendable, Equatable {
  /// The order of channels.
  public enum Order: String, Sendable, CaseIterable {
    /// u1, v1, u2, v2, …: the order that Parallax uses.
    case interlaced
    /// u1, u2, …, v1, v2, ….
    case componentsApart
    /// v1, u1, v2, u2, ….
    case componentsSwapped
    /// The last field first.
    case timeReversed
    /// As interlaced, with the opposite sign.
    case signChanged

    /// The order in words.
    public var text: String {
      switch self {
      case .interlaced: "u1, v1, u2, v2, …"
      case .componentsApart: "u1, u2, …, v1, v2, … (not interlaced)"
      case .componentsSwapped: "v1, u1, v2, u2, … (u and v swapped)"
      case .timeReversed: "the last field first (wrong order in time)"
      case .signChanged: "u1, v1, u2, v2, … with the wrong sign"
      }
    }

    /// Channels of u and v of field `number` of `count`, and their sign.
    func channels(_ number: Int, of count: Int) -> (u: Int, v: Int, sign: Float) {
      switch self {
      case .interlaced: (2 * number, 2 * number + 1, 1)
      case .componentsApart: (number, count + number, 1)
      case .componentsSwapped: (2 * number + 1, 2 * number, 1)
      case .timeReversed: (2 * (count - 1 - number), 2 * (count - 1 - number) + 1, 1)
      case .signChanged: (2 * number, 2 * number + 1, -1)
      }
    }
  }

  /// The order that explains the frames best, when it is clearly another than interlaced; nil otherwise.
  public let mistake: Order?
  /// What warping leaves of the differences of the frames, 1 = all, by order; nil entries say too little.
  public let residuals: [Order: Double]

  /// Checks a stack.
  ///
  /// - Parameters:
  ///   - stack: Shape `[2L, H, W]`, Float, -1 to 1.
  ///   - bound: What 1 stands for, pixels.
  ///   - frames: The L + 1 frames that the flow lies between, of the stack's size.
  /// - Throws: ``VisionError/unsuitableInput(operation:expected:actual:)`` when sizes or counts differ.
  public init(_ stack: Tensor, bound: Double, frames: [Image]) throws {
    let count = frames.count - 1
    guard count >= 1, stack.elementType == .float32, let first = frames.first,
      stack.shape == [2 * count, first.height, first.width],
      frames.allSatisfy({ $0.height == first.height && $0.width == first.width })
    else {
      throw VisionError.unsuitableInput(
        operation: "checking a stack of flow", expected: "L + 1 frames of the size of [2L, H, W]",
        actual: "\(stack.shape) and \(frames.count) frames")
    }
    let greys = try frames.map { try $0.grey().pixels }
    let measure = FlowResidual(
      width: first.width, height: first.height, FlowConvention(bound: bound))
    var residuals: [Order: Double] = [:]
    // With one field, the components of one order lie where those of the other do, and time has one instant.
    for order in Order.allCases
    where count > 1 || order != .componentsApart && order != .timeReversed {
      var sums = FlowResidual.Sums()
      for number in 0..<count {
        let field = Self.field(order.channels(number, of: count), in: stack, bound: bound)
        sums = sums + measure.sums(field, .asGiven, greys[number], greys[number + 1])
      }
      residuals[order] = sums.ratio
    }
    self.residuals = residuals
    let given = residuals[.interlaced] ?? 1
    let best = Order.allCases.compactMap { order in residuals[order].map { (order, $0) } }
      .min { $0.1 < $1.1 }
    mistake = best.flatMap {
      $0.0 != .interlaced && $0.1 < FlowCheck.clearlyBetter * given && $0.1 < 0.9 ? $0.0 : nil
    }
  }

  /// Refuses a stack in another order.
  ///
  /// - Throws: ``VisionError/unfittingFlow(reason:)``, which says which order it has.
  public func requireOrder() throws {
    guard let mistake else { return }
    throw VisionError.unfittingFlow(
      reason:
        "the channels of the stack are in the order \(mistake.text); \(Order.interlaced.text) is meant"
    )
  }

  private static func field(
    _ channels: (u: Int, v: Int, sign: Float), in stack: Tensor, bound: Double
  ) -> Tensor {
    let (height, width) = (stack.shape[1], stack.shape[2])
    let area = height * width
    let scale = Float(bound) * channels.sign
    return stack.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: [height, width, 2], of: Float.self) { target in
        for i in 0..<area {
          target[2 * i] = source[channels.u * area + i] * scale
          target[2 * i + 1] = source[channels.v * area + i] * scale
        }
      }
    }
  }
}
