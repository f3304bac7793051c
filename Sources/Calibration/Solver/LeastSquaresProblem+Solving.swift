import CCeres

extension LeastSquaresProblem {
  /// How the linear system of a step is solved.
  public enum LinearSolver: Sendable, Equatable {
    /// By orthogonal factorisation: slowest, most exact.
    case denseQR
    /// By eliminating blocks that share no residual, then a Cholesky factorisation of what is left.
    case denseSchur
    /// By a Cholesky factorisation of the normal equations.
    case denseNormal
  }

  /// When and how to stop.
  public struct Options: Sendable, Equatable {
    /// Steps at most, successful or not.
    public var maxIterations = 100
    /// Stops when a step changes the cost by less than this part of it.
    public var functionTolerance = 1e-16
    /// Stops when no element of the gradient is larger.
    public var gradientTolerance = 1e-14
    /// Stops when a step changes the parameters by less than this part of them.
    public var parameterTolerance = 1e-13
    /// How the linear system of a step is solved.
    public var linearSolver = LinearSolver.denseSchur
    /// Blocks that `denseSchur` eliminates first; chosen by Ceres where empty.
    ///
    /// No two of them may share a residual.
    public var eliminated: [Block] = []
    /// Threads that evaluate residuals at a time; with more than 1 the closures must allow that.
    public var threads = 1

    /// Tight tolerances, one thread.
    public init() {}
  }

  /// Why a solution ended.
  public enum Termination: Sendable, Equatable {
    /// A tolerance was met.
    case converged
    /// The steps were used up.
    case iterationLimit
    /// No step lowered the cost any more although no tolerance was met.
    case noProgress
  }

  /// What a solution did.
  public struct Summary: Sendable, Equatable {
    /// Half the sum of the squared residuals, with losses, at the start.
    public var initialCost: Double
    /// The same at the end.
    public var finalCost: Double
    /// Steps tried, and the evaluation of the start.
    public var iterations: Int
    /// Why it ended.
    public var termination: Termination
    /// Ceres's own words for it.
    public var message: String
  }

  /// Moves the parameters to the nearest minimum.
  ///
  /// - Parameter options: When and how to stop.
  /// - Returns: What was done.
  /// - Throws: ``SolverError`` when the residuals have no value at the start or the problem is unusable.
  @discardableResult
  public func solve(_ options: Options = Options()) throws -> Summary {
    let eliminated = options.eliminated.map { Int32($0.index) }
    var summary = cceres_summary()
    let solver: Int32 =
      switch options.linearSolver {
      case .denseQR: Int32(cceres_dense_qr)
      case .denseSchur: Int32(cceres_dense_schur)
      case .denseNormal: Int32(cceres_dense_normal)
      }
    try eliminated.withUnsafeBufferPointer { numbers in
      var given = cceres_options(
        max_iterations: Int32(clamping: options.maxIterations), linear_solver: solver,
        threads: Int32(clamping: options.threads), function_tolerance: options.functionTolerance,
        gradient_tolerance: options.gradientTolerance,
        parameter_tolerance: options.parameterTolerance,
        eliminated: numbers.isEmpty ? nil : numbers.baseAddress, eliminated_count: numbers.count)
      try Ceres.call("solving") { $0.solve(handle, &given, &summary) }
    }
    let message = withUnsafeBytes(of: summary.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let termination: Termination =
      switch Int(summary.termination) {
      case Int(cceres_converged): .converged
      case Int(cceres_iteration_limit): .iterationLimit
      default: .noProgress
      }
    return Summary(
      initialCost: summary.initial_cost, finalCost: summary.final_cost,
      iterations: Int(summary.iterations), termination: termination, message: message)
  }

  /// The inverse of JᵀJ at the present values, losses applied.
  ///
  /// Times the variance of the residuals it is the covariance of the parameters.
  ///
  /// - Parameter blocks: The blocks of interest, not held; the others are marginalised.
  /// - Returns: A row-major matrix over the degrees of freedom of the blocks, one block after the other.
  /// - Throws: ``SolverError`` when the residuals do not determine the parameters.
  public func covariance(of blocks: [Block]) throws -> [Double] {
    let side = blocks.reduce(0) { $0 + $1.freedom }
    let numbers = blocks.map { Int32($0.index) }
    var matrix = [Double](repeating: 0, count: side * side)
    try Ceres.call("computing a covariance") {
      $0.covariance(handle, numbers, numbers.count, &matrix, side)
    }
    return matrix
  }
}
