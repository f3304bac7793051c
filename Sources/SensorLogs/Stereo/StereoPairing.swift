/// How file names say which image of a pair they are.
struct StereoPairing: Sendable {
  /// Which image.
  enum Side: Sendable { case left, right }

  /// For people.
  let name: String
  /// The side and the key that both images of a pair share; nil for a name that does not follow the rule.
  let match: @Sendable (_ stem: String) -> (Side, String)?

  /// Rules for files in one folder, most specific first.
  static let rules: [StereoPairing] = [
    prefix("left", "right"), prefix("Left", "Right"), suffix("_left", "_right"), suffix("_l", "_r"),
    suffix("_L", "_R"), suffix("L", "R"), suffix("-left", "-right"), exact("im0", "im1"),
    exact("view1", "view5"), exact("im2", "im6"),
  ]

  /// Pairs of folder names, most specific first.
  static let folders: [(left: String, right: String)] = [
    ("left", "right"), ("Left", "Right"), ("image_left", "image_right"), ("image_l", "image_r"),
    ("left_images", "right_images"), ("image_0", "image_1"), ("image_00", "image_01"),
    ("image_2", "image_3"), ("image_02", "image_03"), ("cam0", "cam1"), ("colored_0", "colored_1"),
  ]

  private static func prefix(_ left: String, _ right: String) -> StereoPairing {
    StereoPairing(name: "\(left)*/\(right)*") { stem in
      if stem.hasPrefix(left) { return (.left, String(stem.dropFirst(left.count))) }
      if stem.hasPrefix(right) { return (.right, String(stem.dropFirst(right.count))) }
      return nil
    }
  }

  private static func suffix(_ left: String, _ right: String) -> StereoPairing {
    StereoPairing(name: "*\(left)/*\(right)") { stem in
      if stem.hasSuffix(left) { return (.left, String(stem.dropLast(left.count))) }
      if stem.hasSuffix(right) { return (.right, String(stem.dropLast(right.count))) }
      return nil
    }
  }

  private static func exact(_ left: String, _ right: String) -> StereoPairing {
    StereoPairing(name: "\(left)/\(right)") { stem in
      stem == left ? (.left, "") : stem == right ? (.right, "") : nil
    }
  }

  /// Whether a name says that the image holds disparities, depths or masks, not a picture.
  static func isTruth(_ stem: String) -> Bool {
    let lower = stem.lowercased()
    let words = ["disp", "groundtruth", "ground_truth", "occl", "mask", "depth", "truedisp"]
    return words.contains { lower.hasPrefix($0) } || lower.contains("groundtruth")
      || stem.hasSuffix("GT") || lower.hasSuffix("_gt") || lower.contains("-disp")
  }
}
