public import Geometry

/// One line of a KITTI object label or result file.
///
/// Angles and positions are those of the rectified camera 0 frame (x right, y down, z forward).
public struct KITTILabel: Sendable, Equatable {
  /// `Car`, `Pedestrian`, `Cyclist`, … or `DontCare`.
  public var type: String
  /// Part of the object outside the image, 0 to 1; -1 when unknown.
  public var truncated: Double
  /// 0 fully visible, 1 partly occluded, 2 largely occluded, 3 unknown; -1 when not stated.
  public var occluded: Int
  /// Observation angle, -π to π; -10 when not stated.
  public var alpha: Double
  /// Box in the image of camera 2, pixels.
  public var box: Box2D
  /// Height, width and length, metres; -1 when not stated.
  public var height: Double
  /// Width, metres.
  public var width: Double
  /// Length, metres.
  public var length: Double
  /// Centre of the bottom face, metres.
  public var location: Vector3
  /// Turn about the camera's y axis, -π to π; 0 heads along +x.
  public var rotationY: Double
  /// Confidence in a result file; nil in a label file.
  public var score: Double?

  /// A label from its columns.
  ///
  /// - Parameters:
  ///   - type: Class name.
  ///   - truncated: Part outside the image, 0 to 1.
  ///   - occluded: 0 to 3.
  ///   - alpha: Observation angle.
  ///   - box: Box in the image, pixels.
  ///   - height: Metres.
  ///   - width: Metres.
  ///   - length: Metres.
  ///   - location: Centre of the bottom face, rectified camera frame.
  ///   - rotationY: Turn about the camera's y axis.
  ///   - score: Confidence in a result file.
  public init(
    type: String, truncated: Double, occluded: Int, alpha: Double, box: Box2D, height: Double,
    width: Double, length: Double, location: Vector3, rotationY: Double, score: Double? = nil
  ) {
    self.type = type
    self.truncated = truncated
    self.occluded = occluded
    self.alpha = alpha
    self.box = box
    self.height = height
    self.width = width
    self.length = length
    self.location = location
    self.rotationY = rotationY
    self.score = score
  }

  /// Whether the line marks a region without a box in space (`DontCare`).
  public var isRegion: Bool { type == "DontCare" || length <= 0 || width <= 0 || height <= 0 }
}
