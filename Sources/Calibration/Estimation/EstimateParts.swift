public import Geometry

/// What leaving out one view at a time shows.
public struct Jackknife: Sendable, Equatable {
  /// The estimated parameters without each view, in the order of the views; nil for a view without use.
  public var withoutView: [[Double]?]
  /// Standard deviation of each parameter: √((n − 1)/n Σ(θᵢ − θ̄)²).
  public var deviations: [Double]
  /// What ``deviations`` would be on average if the noise of the corners were the only error.
  ///
  /// Larger than the formal standard deviations, since a view that alone determines something is missed the more.
  public var expectedDeviations: [Double]
  /// How many times larger the disagreement of the views is than the noise of the corners explains, all parameters together.
  ///
  /// The root of Σ gᵢᵀ S⁻¹ gᵢ over its expectation, with S the information of all views and gᵢ what view i pulls at the
  /// parameters; 1 on average if noise is the only error.
  public var ratio: Double
}

/// What calibrating with every other view shows: two cameras, and how far apart they place distant points.
///
/// The two cameras may differ by a rotation without being wrong, since the views' poses take it up. The rotation that brings
/// them together in the central region is therefore taken out first.
public struct CrossValidation: Sendable, Equatable {
  /// The camera by the views at even places.
  public var even: CameraModel
  /// The camera by the views at odd places.
  public var odd: CameraModel
  /// The differences on the grid of ``UncertaintyMap``, row by row, even to odd; not a number where the lens has no inverse.
  public var differences: [Vector2]
  /// Root of the mean squared difference over the image.
  public var rms: Double
  /// The median difference.
  public var median: Double
  /// The largest difference.
  public var maximum: Double
  /// The root mean square that the noise of the corners leads one to expect, from both halves' covariances.
  public var predictedRms: Double
  /// How many times larger the differences are than expected.
  ///
  /// The root mean square of the difference at each place of the grid over its own expectation, so that the far corners of the
  /// image, where little is known, do not decide alone.
  public var ratio: Double
}

/// How exactly a camera says where a distant point appears, over the image.
///
/// The error of the camera's parameters moves the projections of all points. As far as that motion is a rotation of the camera
/// it harms nobody, because the camera's pose is found with the same parameters; so the rotation that fits best in the central
/// region is taken out, as mrcal does.
public struct UncertaintyMap: Sendable, Equatable {
  /// Columns of the grid.
  public var columns: Int
  /// Rows of the grid.
  public var rows: Int
  /// Image width, pixels.
  public var width: Int
  /// Image height, pixels.
  public var height: Int
  /// Radius of the central region about the image's centre, pixels.
  public var centralRadius: Double
  /// What the standard deviations that follow from the noise of the corners were multiplied by.
  public var inflation: Double
  /// Standard deviation of a projection, root of the larger eigenvalue of its covariance, pixels; row by row; not a number
  /// where the lens has no inverse.
  public var deviations: [Double]

  /// The pixel of a place of the grid, which spans the image from the first to the last pixel.
  ///
  /// - Parameters:
  ///   - column: Column of the grid.
  ///   - row: Row of the grid.
  /// - Returns: The pixel.
  public func pixel(column: Int, row: Int) -> Vector2 {
    Vector2(
      Double(column) * Double(width - 1) / Double(max(columns - 1, 1)),
      Double(row) * Double(height - 1) / Double(max(rows - 1, 1)))
  }

  /// The standard deviation in the middle of the image.
  public var centre: Double { deviations[(rows / 2) * columns + columns / 2] }

  /// The largest standard deviation of the four corners of the image; not a number when one has no inverse.
  public var corner: Double {
    let places = [0, columns - 1, (rows - 1) * columns, rows * columns - 1]
    let values = places.map { deviations[$0] }
    return values.contains { $0.isNaN } ? .nan : values.reduce(0, max)
  }

  /// The largest standard deviation.
  public var maximum: Double { deviations.reduce(0) { $1 > $0 ? $1 : $0 } }

  /// Root of the mean squared standard deviation.
  public var rms: Double {
    let usable = deviations.filter(\.isFinite)
    guard !usable.isEmpty else { return .nan }
    return (usable.reduce(0) { $0 + $1 * $1 } / Double(usable.count)).squareRoot()
  }
}

/// Which part of the image the target has covered.
public struct ImageCoverage: Sendable, Equatable {
  /// Columns of the grid.
  public var columns: Int
  /// Rows of the grid.
  public var rows: Int
  /// In how many views the convex hull of the corners covers the middle of each cell, row by row.
  public var counts: [Int]

  /// Part of the cells that some view covers, 0 to 1.
  public var fraction: Double {
    counts.isEmpty ? 0 : Double(counts.filter { $0 > 0 }.count) / Double(counts.count)
  }
}

/// A pose of the target that would make a calibration better.
public struct NextPose: Sendable, Equatable {
  /// The pose in words, for example "a view with the target near the left edge, its left side turned away by 35 degrees".
  public var words: String
  /// Target coordinates to camera coordinates, metres.
  public var cameraFromTarget: Pose
  /// The expected error of projections over the image, root mean square, after adding the view divided by that before.
  public var remaining: Double
}
