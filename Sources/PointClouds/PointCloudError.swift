/// Why an operation on a cloud cannot be done.
public enum PointCloudError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A cloud that spans 2^21 voxels or more along an axis; the coordinate is the one farthest from the origin.
  case gridTooFine(voxelSize: Double, coordinate: Double)
  /// An operation needs more points than there are.
  case tooFewPoints(operation: String, found: Int, needed: Int)
  /// The input of an operation has another form than it takes, or values it cannot work with.
  case unsuitableInput(operation: String, reason: String)
  /// A library failed.
  case libraryFailed(operation: String, reason: String)

  /// The error in words.
  public var description: String {
    switch self {
    case .gridTooFine(let size, let coordinate):
      "voxels of \(size) m are too small for a cloud that reaches \(coordinate) m (at most 2^21 along an axis)"
    case .tooFewPoints(let operation, let found, let needed):
      "\(operation) needs \(needed) valid points, found \(found)"
    case .unsuitableInput(let operation, let reason): "\(operation): \(reason)"
    case .libraryFailed(let operation, let reason): "\(operation): \(reason)"
    }
  }
}
