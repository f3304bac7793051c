import CCeres

/// A non-linear least-squares problem over blocks of parameters, solved by Ceres.
///
/// Minimises half the sum of `loss(|residual|²)` over all residual blocks. With one thread, the default, the residuals are
/// evaluated in the order in which they were added and results are the same in every run.
///
/// ```swift
/// let problem = try LeastSquaresProblem()
/// let x = try problem.addBlock([3])
/// try problem.addResidual(count: 1, of: [x]) { parameters, residuals, jacobians in
///   residuals[0] = 10 - parameters[0][0]
///   jacobians[0]?[0] = -1
///   return true
/// }
/// try problem.solve()
/// problem.values(of: x)  // [10]
/// ```
public final class LeastSquaresProblem {
  /// A block of parameters of one problem.
  public struct Block: Sendable, Hashable {
    /// Its number, from 0 in the order in which the blocks were added.
    public let index: Int
    /// Number of parameters.
    public let size: Int
    /// Degrees of freedom.
    public let freedom: Int
  }

  /// The space that the parameters of a block live in.
  public enum Manifold: Sendable, Equatable {
    /// All values.
    case euclidean
    /// Unit quaternions w x y z; three degrees of freedom. Steps are half rotation vectors, applied from the left.
    case unitQuaternion
    /// A unit quaternion w x y z and a translation x y z; six degrees of freedom.
    case pose
  }

  /// How the squared length s of a residual vector enters the sum.
  public enum Loss: Sendable, Equatable {
    /// As it is.
    case none
    /// Up to `scale`² as it is, beyond in proportion to the length.
    case huber(scale: Double)
    /// scale² · log(1 + s / scale²).
    case cauchy(scale: Double)
  }

  /// The parameters of the blocks of a residual, in the order in which they were named.
  public struct Parameters {
    let pointers: UnsafePointer<UnsafePointer<Double>>

    /// The parameters of one block; valid during the call.
    ///
    /// - Parameter block: Place of the block among those of the residual.
    public subscript(block: Int) -> UnsafePointer<Double> { pointers[block] }
  }

  /// Where the Jacobians of a residual go: one row-major matrix for each block, residuals by parameters.
  public struct Jacobians {
    let pointers: UnsafePointer<UnsafeMutablePointer<Double>?>?

    /// Whether no Jacobian is wanted.
    public var areUnwanted: Bool { pointers == nil }

    /// The matrix of one block, to be filled; nil where it is not wanted.
    ///
    /// - Parameter block: Place of the block among those of the residual.
    public subscript(block: Int) -> UnsafeMutablePointer<Double>? { pointers?[block] }
  }

  /// Computes residuals and those Jacobians that are wanted; false where there is no value.
  public typealias Evaluation = (
    _ parameters: Parameters, _ residuals: UnsafeMutablePointer<Double>, _ jacobians: Jacobians
  ) -> Bool

  /// Keeps a closure at a place in memory that C can name.
  private final class Residual {
    let evaluate: Evaluation
    init(_ evaluate: @escaping Evaluation) { self.evaluate = evaluate }
  }

  let handle: OpaquePointer
  private let functions: cceres_table
  private var residuals: [Residual] = []
  private var blockCount = 0

  /// A problem without parameters.
  ///
  /// - Throws: ``SolverError`` when Ceres cannot be opened.
  public init() throws {
    var made: OpaquePointer?
    try Ceres.call("making a problem") { $0.problem_create(&made) }
    guard let made else { throw SolverError.failed(operation: "making a problem", reason: "none") }
    handle = made
    functions = try Ceres.functions().pointee
  }

  deinit { functions.problem_release(handle) }

  /// Adds parameters.
  ///
  /// - Parameters:
  ///   - values: Start values; finite.
  ///   - manifold: The space that they live in.
  ///   - fixed: Elements that keep their values; rising, not all.
  /// - Returns: The block.
  /// - Throws: ``SolverError`` when values and manifold do not agree.
  public func addBlock(
    _ values: [Double], manifold: Manifold = .euclidean, fixed: [Int] = []
  ) throws -> Block {
    let code: Int32
    let freedom: Int
    switch manifold {
    case .euclidean: (code, freedom) = (Int32(cceres_euclidean), values.count - fixed.count)
    case .unitQuaternion: (code, freedom) = (Int32(cceres_unit_quaternion), 3)
    case .pose: (code, freedom) = (Int32(cceres_pose), 6)
    }
    var number: Int32 = 0
    let held = fixed.map { Int32(clamping: $0) }
    try Ceres.call("adding parameters") {
      $0.add_block(handle, values, Int32(clamping: values.count), code, held, held.count, &number)
    }
    blockCount += 1
    return Block(index: Int(number), size: values.count, freedom: freedom)
  }

  /// Holds all parameters of a block at their values, or frees them again.
  ///
  /// - Parameters:
  ///   - isConstant: Whether they are held.
  ///   - block: The block.
  /// - Throws: ``SolverError`` for a block of another problem.
  public func setConstant(_ isConstant: Bool, for block: Block) throws {
    try Ceres.call("holding parameters") {
      $0.set_constant(handle, Int32(block.index), isConstant ? 1 : 0)
    }
  }

  /// The present values of a block of this problem.
  ///
  /// - Parameter block: The block.
  /// - Returns: As many values as the block has parameters.
  public func values(of block: Block) -> [Double] {
    precondition(block.index < blockCount, "block \(block.index) of \(blockCount)")
    return [Double](unsafeUninitializedCapacity: block.size) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: block.size)
      _ = functions.get_values(handle, Int32(block.index), base)
      count = block.size
    }
  }

  /// Replaces the values of a block.
  ///
  /// - Parameters:
  ///   - values: As many finite values as the block has parameters.
  ///   - block: The block.
  /// - Throws: ``SolverError`` when a value is not finite or a quaternion not of length 1.
  public func setValues(_ values: [Double], of block: Block) throws {
    precondition(values.count == block.size, "\(values.count) values for \(block.size) parameters")
    try Ceres.call("setting parameters") { $0.set_values(handle, Int32(block.index), values) }
  }

  /// Adds a residual block.
  ///
  /// - Parameters:
  ///   - count: Number of residuals.
  ///   - blocks: The parameters that they depend on; no block twice.
  ///   - loss: How the squared length of the residuals enters the sum.
  ///   - evaluate: Computes the residuals; kept as long as the problem.
  /// - Throws: ``SolverError`` when a block is unknown or named twice, or the loss has no scale above 0.
  public func addResidual(
    count: Int, of blocks: [Block], loss: Loss = .none, evaluate: @escaping Evaluation
  ) throws {
    let (code, scale): (Int32, Double) =
      switch loss {
      case .none: (Int32(cceres_no_loss), 1)
      case .huber(let scale): (Int32(cceres_huber), scale)
      case .cauchy(let scale): (Int32(cceres_cauchy), scale)
      }
    let residual = Residual(evaluate)
    let numbers = blocks.map { Int32($0.index) }
    let context = Unmanaged.passUnretained(residual).toOpaque()
    try Ceres.call("adding residuals") {
      $0.add_residual(
        handle, Self.callback, context, Int32(clamping: count), numbers, numbers.count, code, scale)
    }
    residuals.append(residual)
  }

  private static let callback: cceres_evaluator = { context, parameters, residuals, jacobians in
    guard let context else { return 0 }
    let residual = Unmanaged<Residual>.fromOpaque(context).takeUnretainedValue()
    let isDone = residual.evaluate(
      Parameters(pointers: parameters), residuals, Jacobians(pointers: jacobians))
    return isDone ? 1 : 0
  }
}
