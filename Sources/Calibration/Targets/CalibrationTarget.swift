public import Geometry

/// A flat pattern with points at known places.
///
/// The target's frame: origin at point 0, x along a row of points, y down the rows, z = 0, pointing away from the viewer
/// (x right, y down, z forward, as a camera that faces the pattern sees it); metres.
public enum CalibrationTarget: Sendable, Equatable {
  /// Inner corners of a checkerboard; `square` is a side, metres. Corners run row by row.
  case checkerboard(columns: Int, rows: Int, square: Double)
  /// OpenCV's asymmetric circle grid; `spacing` is half the distance of two circles of one row, metres. Odd rows are shifted
  /// by one spacing; rows are one spacing apart.
  case asymmetricCircles(columns: Int, rows: Int, spacing: Double)
  /// A ChArUco board of `columns` x `rows` squares with markers of OpenCV's named dictionary; its points are the inner corners.
  case charuco(columns: Int, rows: Int, square: Double, marker: Double, dictionary: String)
  /// Kalibr's AprilGrid of 36h11 tags; `tag` is a tag's side, metres, `gap` the distance of two tags divided by `tag`. Four
  /// points a tag, those of one tag together, tags row by row.
  case aprilGrid(columns: Int, rows: Int, tag: Double, gap: Double)
}

/// How well a corner is located: the covariance of its position, square pixels.
public struct CornerCovariance: Sendable, Equatable {
  /// Variance in x.
  public var xx: Double
  /// Covariance of x and y.
  public var xy: Double
  /// Variance in y.
  public var yy: Double

  /// A covariance from its elements.
  ///
  /// - Parameters:
  ///   - xx: Variance in x, square pixels.
  ///   - xy: Covariance of x and y, square pixels.
  ///   - yy: Variance in y, square pixels.
  public init(xx: Double, xy: Double, yy: Double) {
    self.xx = xx
    self.xy = xy
    self.yy = yy
  }
}

/// One point of a target as an image shows it.
public struct TargetCorner: Sendable, Equatable {
  /// Which of the target's points.
  public var index: Int
  /// Where it lies, pixels.
  public var position: Vector2
  /// How well that is known; nil: as well as any other.
  public var covariance: CornerCovariance?

  /// A corner from its parts.
  ///
  /// - Parameters:
  ///   - index: Which of the target's points.
  ///   - position: Where it lies, pixels.
  ///   - covariance: How well that is known; nil: as well as any other.
  public init(index: Int, position: Vector2, covariance: CornerCovariance? = nil) {
    self.index = index
    self.position = position
    self.covariance = covariance
  }
}

/// A target as one image shows it.
public struct TargetView: Sendable, Equatable {
  /// Name of the image.
  public var name: String
  /// Image width, pixels.
  public var width: Int
  /// Image height, pixels.
  public var height: Int
  /// The points that were found, by rising index.
  public var corners: [TargetCorner]

  /// A view from its parts.
  ///
  /// - Parameters:
  ///   - name: Name of the image.
  ///   - width: Image width, pixels.
  ///   - height: Image height, pixels.
  ///   - corners: The points that were found, by rising index.
  public init(name: String, width: Int, height: Int, corners: [TargetCorner]) {
    self.name = name
    self.width = width
    self.height = height
    self.corners = corners
  }
}
