public import Configuration

/// Whether centres have neighbourhoods of one size or of several.
public enum PointNet2Scales: String, Sendable, Codable, CaseIterable, ParameterValue {
  /// One size, 'SSG'.
  case single
  /// Several sizes, 'MSG'.
  case multi

  /// The scales of a level: of one size, and of several.
  typealias Choice = (single: AbstractionScale, multi: [AbstractionScale])

  static let shapeFine: Choice = (
    scale(0.2, 32, 64, 64, 128),
    [scale(0.1, 16, 32, 32, 64), scale(0.2, 32, 64, 64, 128), scale(0.4, 128, 64, 96, 128)]
  )
  static let shapeCoarse: Choice = (
    scale(0.4, 64, 128, 128, 256),
    [scale(0.2, 32, 64, 64, 128), scale(0.4, 64, 128, 128, 256), scale(0.8, 128, 128, 128, 256)]
  )
  static let partFine: Choice = (
    scale(0.2, 32, 64, 64, 128),
    [scale(0.1, 32, 32, 32, 64), scale(0.2, 64, 64, 64, 128), scale(0.4, 128, 64, 96, 128)]
  )
  static let partCoarse: Choice = (
    scale(0.4, 64, 128, 128, 256),
    [scale(0.4, 64, 128, 128, 256), scale(0.8, 128, 128, 196, 256)]
  )
  /// Four levels for scenes.
  static let scene: [Choice] = [
    (scale(0.1, 32, 32, 32, 64), [scale(0.05, 16, 16, 16, 32), scale(0.1, 32, 32, 32, 64)]),
    (scale(0.2, 32, 64, 64, 128), [scale(0.1, 16, 64, 64, 128), scale(0.2, 32, 64, 96, 128)]),
    (
      scale(0.4, 32, 128, 128, 256), [scale(0.2, 16, 128, 196, 256), scale(0.4, 32, 128, 196, 256)]
    ),
    (
      scale(0.8, 32, 256, 256, 512), [scale(0.4, 16, 256, 256, 512), scale(0.8, 32, 256, 384, 512)]
    ),
  ]

  private static func scale(_ radius: Float, _ count: Int, _ widths: Int...) -> AbstractionScale {
    AbstractionScale(radius: radius, count: count, widths: widths)
  }

  /// A level of abstraction.
  func level(
    _ choice: Choice, centres: Int, channels: Int, width: Double = 1, radius: Float = 1,
    _ rules: PointNet2Rules
  ) -> any PointAbstraction {
    func sized(_ scale: AbstractionScale) -> AbstractionScale {
      AbstractionScale(
        radius: scale.radius * radius, count: scale.count, widths: scale.widths.widened(width))
    }
    return switch self {
    case .single:
      SetAbstraction(centres: centres, sized(choice.single), channels: channels, rules: rules)
    case .multi:
      MultiScaleSetAbstraction(
        centres: centres, choice.multi.map(sized), channels: channels, rules: rules)
    }
  }
}

extension [Int] {
  /// Widths of layers times a factor.
  func widened(_ factor: Double) -> [Int] {
    factor == 1 ? self : map { Swift.max(4, Int((Double($0) * factor).rounded())) }
  }
}
