/// Why a least-squares problem could not be set up or solved.
public enum SolverError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The library `libparallax-ceres.so` could not be opened.
  case libraryUnavailable(reason: String)
  /// Ceres, or the check before it, refused an operation.
  case failed(operation: String, reason: String)

  /// The error in words.
  public var description: String {
    switch self {
    case .libraryUnavailable(let reason):
      "Ceres could not be opened: \(reason) (libparallax-ceres.so belongs beside the program; "
        + "PARALLAX_CERES_LIBRARY names another place)"
    case .failed(let operation, let reason): "\(operation) failed: \(reason)"
    }
  }
}
