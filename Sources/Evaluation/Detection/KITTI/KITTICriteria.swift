import SensorLogs

/// A class that the KITTI benchmark evaluates, with its neighbour and its smallest overlaps.
public struct KITTIClass: Sendable, Hashable {
  /// Name in label files; case does not count.
  public var name: String
  /// A class whose objects count neither as found nor as missed.
  public var neighbor: String?
  /// Smallest overlap of a hit in the image, on the ground and in space; an overlap must exceed it.
  public var minOverlap: [KITTIMeasure: Double]

  /// Cars; vans do not count.
  public static let car = KITTIClass(
    name: "Car", neighbor: "Van", minOverlap: [.image: 0.7, .ground: 0.7, .space: 0.7])
  /// Pedestrians; sitting persons do not count.
  public static let pedestrian = KITTIClass(
    name: "Pedestrian", neighbor: "Person_sitting",
    minOverlap: [.image: 0.5, .ground: 0.5, .space: 0.5])
  /// Cyclists.
  public static let cyclist = KITTIClass(
    name: "Cyclist", minOverlap: [.image: 0.5, .ground: 0.5, .space: 0.5])

  /// A class.
  ///
  /// - Parameters:
  ///   - name: Name in label files.
  ///   - neighbor: A class whose objects count neither as found nor as missed.
  ///   - minOverlap: Smallest overlap of a hit for each measure.
  public init(name: String, neighbor: String? = nil, minOverlap: [KITTIMeasure: Double]) {
    self.name = name
    self.neighbor = neighbor
    self.minOverlap = minOverlap
  }

  /// The same class with the smaller overlaps in space that toolboxes print besides: 0.5 for cars, 0.25 for others.
  public var loose: KITTIClass {
    var class_ = self
    let overlap = name == "Car" ? 0.5 : 0.25
    class_.minOverlap[.ground] = overlap
    class_.minOverlap[.space] = overlap
    return class_
  }
}

/// Where boxes are compared.
public enum KITTIMeasure: String, Sendable, CaseIterable {
  /// Rectangles in the image.
  case image = "2d"
  /// Turned rectangles on the ground.
  case ground = "bev"
  /// Boxes in space.
  case space = "3d"
}

/// Which true objects count, by their height in the image, occlusion and truncation.
public enum KITTIDifficulty: String, Sendable, CaseIterable {
  /// At least 40 pixels high, fully visible, at most 15 % outside the image.
  case easy
  /// At least 25 pixels, partly occluded, at most 30 % outside.
  case moderate
  /// At least 25 pixels, largely occluded, at most 50 % outside.
  case hard

  /// Smallest height in the image, pixels.
  public var minHeight: Double { self == .easy ? 40 : 25 }
  /// Greatest state of occlusion.
  public var maxOcclusion: Int { self == .easy ? 0 : self == .moderate ? 1 : 2 }
  /// Greatest part outside the image.
  public var maxTruncation: Double { self == .easy ? 0.15 : self == .moderate ? 0.3 : 0.5 }

  /// Whether an object is visible enough to count.
  func admits(_ label: KITTILabel) -> Bool {
    label.box.y2 - label.box.y1 >= minHeight && label.occluded <= maxOcclusion
      && label.truncated <= maxTruncation
  }
}
