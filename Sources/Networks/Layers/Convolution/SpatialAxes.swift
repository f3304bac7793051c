/// How many axes a layer slides over: ``Line``, ``Plane`` or ``Volume``.
public protocol SpatialAxes: Sendable {
  /// Number of axes.
  static var count: Int { get }
}

/// One axis: sequences, `[B, C, L]`.
public enum Line: SpatialAxes {
  /// Number of axes.
  public static let count = 1
}

/// Two axes: images, `[B, C, H, W]`.
public enum Plane: SpatialAxes {
  /// Number of axes.
  public static let count = 2
}

/// Three axes: volumes and clips, `[B, C, D, H, W]`.
public enum Volume: SpatialAxes {
  /// Number of axes.
  public static let count = 3
}

extension SpatialAxes {
  /// The shape of an input with a number of channels, for messages: `[B, 64, H, W]`.
  static func pattern(channels: String) -> String {
    let names = [["L"], ["H", "W"], ["D", "H", "W"]][count - 1]
    return "[\((["B", channels] + names).joined(separator: ", "))]"
  }
}

/// Numbers for one setting of a layer: `3` when they are all alike, `3x5` otherwise.
func sizeText(_ numbers: [Int]) -> String {
  Set(numbers).count == 1 ? "\(numbers[0])" : numbers.map(String.init).joined(separator: "x")
}
