public import Geometry
import Tensors

extension PointCloud {
  /// Numbers of the points inside a box, its surface included, ascending.
  ///
  /// - Parameter box: A box in the cloud's frame.
  /// - Returns: Numbers of points.
  public func indices(in box: Box3D) -> [Int32] {
    (try? PointsInBoxes([box], threads: 1).indices(positions))?.first ?? []
  }

  /// Number of points inside a box, its surface included.
  ///
  /// - Parameter box: A box in the cloud's frame.
  /// - Returns: The number of points.
  public func pointCount(in box: Box3D) -> Int { indices(in: box).count }
}
