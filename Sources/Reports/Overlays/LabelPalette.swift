public import Vision

/// Colours of labels: the same label has the same colour in every picture and every run.
public enum LabelPalette {
  private static let colors = [
    PixelColor(242, 163, 58), PixelColor(76, 194, 241), PixelColor(126, 224, 129),
    PixelColor(242, 125, 154), PixelColor(199, 155, 242), PixelColor(240, 224, 90),
    PixelColor(87, 217, 195), PixelColor(240, 138, 93), PixelColor(157, 180, 255),
    PixelColor(210, 215, 222),
  ]

  private static let known = [
    "car": 0, "pedestrian": 1, "cyclist": 2, "van": 7, "truck": 5, "bus": 5, "person": 1,
    "bicycle": 2, "": 0,
  ]

  /// The colour of a label.
  ///
  /// - Parameter label: The label; capitals do not matter.
  /// - Returns: Its colour.
  public static func color(of label: String) -> PixelColor {
    let name = label.lowercased()
    if let index = known[name] { return colors[index] }
    // FNV-1a: Swift's own hashes differ from run to run.
    let hash = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return colors[Int(hash % UInt32(colors.count))]
  }
}
