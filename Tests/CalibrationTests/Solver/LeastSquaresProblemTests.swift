import CCeres
import Foundation
import Testing

@testable import Calibration

struct LeastSquaresProblemTests {
  @Test func `the library opens and says its version`() throws {
    #expect(try Ceres.version().hasPrefix("2."))
  }

  @Test func `a line through points is found, and its covariance is that of linear least squares`()
    throws
  {
    // y = 1 + 2x with errors; hand values: mean x 1.5, Sxx 5.
    let (x, y) = ([0.0, 1, 2, 3], [1.1, 2.9, 5.2, 6.8])
    let problem = try LeastSquaresProblem()
    let line = try problem.addBlock([0, 0])
    for (x, y) in zip(x, y) {
      try problem.addResidual(count: 1, of: [line]) { parameters, residuals, jacobians in
        residuals[0] = parameters[0][0] + parameters[0][1] * x - y
        if let j = jacobians[0] { (j[0], j[1]) = (1, x) }
        return true
      }
    }
    let summary = try problem.solve()
    #expect(summary.termination == .converged)
    let values = problem.values(of: line)
    #expect(abs(values[1] - 1.94) < 1e-8)
    #expect(abs(values[0] - 1.09) < 1e-8)
    let covariance = try problem.covariance(of: [line])
    let expected = [0.25 + 2.25 / 5, -1.5 / 5, -1.5 / 5, 1.0 / 5]
    for (found, expected) in zip(covariance, expected) { #expect(abs(found - expected) < 1e-9) }
  }

  @Test func `Rosenbrock's valley is followed to its lowest point`() throws {
    let problem = try LeastSquaresProblem()
    let block = try problem.addBlock([-1.2, 1])
    try problem.addResidual(count: 2, of: [block]) { parameters, residuals, jacobians in
      let (x, y) = (parameters[0][0], parameters[0][1])
      (residuals[0], residuals[1]) = (10 * (y - x * x), 1 - x)
      if let j = jacobians[0] { (j[0], j[1], j[2], j[3]) = (-20 * x, 10, -1, 0) }
      return true
    }
    for solver: LeastSquaresProblem.LinearSolver in [.denseQR, .denseNormal, .denseSchur] {
      try problem.setValues([-1.2, 1], of: block)
      var options = LeastSquaresProblem.Options()
      options.linearSolver = solver
      try problem.solve(options)
      let values = problem.values(of: block)
      #expect(abs(values[0] - 1) < 1e-8 && abs(values[1] - 1) < 1e-8)
    }
  }

  @Test func `a robust loss is not moved by one wrong value`() throws {
    func mean(_ loss: LeastSquaresProblem.Loss) throws -> Double {
      let problem = try LeastSquaresProblem()
      let block = try problem.addBlock([0.5])
      for value in [1.0, 1.01, 0.99, 1.02, 0.98, 50] {
        try problem.addResidual(count: 1, of: [block], loss: loss) { parameters, residuals, j in
          residuals[0] = parameters[0][0] - value
          j[0]?[0] = 1
          return true
        }
      }
      try problem.solve()
      return problem.values(of: block)[0]
    }
    #expect(abs(try mean(.none) - 55.0 / 6) < 1e-7)
    // Five inliers balance the outlier's constant pull of one scale.
    #expect(abs(try mean(.huber(scale: 0.1)) - 1.02) < 1e-6)
    #expect(abs(try mean(.cauchy(scale: 0.1)) - 1) < 1e-3)
  }

  @Test func `constant and fixed parameters stay where they are told`() throws {
    let problem = try LeastSquaresProblem()
    let free = try problem.addBlock([1, 2, 3], fixed: [1])
    let held = try problem.addBlock([5])
    try problem.setConstant(true, for: held)
    try problem.addResidual(count: 4, of: [free, held]) { parameters, residuals, jacobians in
      for place in 0..<3 { residuals[place] = parameters[0][place] - 10 }
      residuals[3] = parameters[1][0] - 10
      if let j = jacobians[0] { for place in 0..<12 { j[place] = place % 4 == 0 ? 1 : 0 } }
      if let j = jacobians[1] { for place in 0..<4 { j[place] = place == 3 ? 1 : 0 } }
      return true
    }
    var options = LeastSquaresProblem.Options()
    options.linearSolver = .denseQR
    try problem.solve(options)
    #expect(free.freedom == 2)
    let values = problem.values(of: free)
    // Relative to the cost that stays, 44.5, errors below 1e-7 are rounding.
    #expect(abs(values[0] - 10) < 1e-6 && values[1] == 2 && abs(values[2] - 10) < 1e-6)
    #expect(problem.values(of: held) == [5])
  }

  @Test func `a quaternion stays of length 1 and turns onto its target`() throws {
    let problem = try LeastSquaresProblem()
    let block = try problem.addBlock([1, 0, 0, 0], manifold: .unitQuaternion)
    // (0, 1, 0, 0) turned by q about z by 90 degrees: x axis onto y axis.
    try problem.addResidual(count: 3, of: [block]) { parameters, residuals, jacobians in
      let q = parameters[0]
      let (w, x, y, z) = (q[0], q[1], q[2], q[3])
      residuals[0] = 1 - 2 * (y * y + z * z)
      residuals[1] = 2 * (x * y + w * z) - 1
      residuals[2] = 2 * (x * z - w * y)
      if let j = jacobians[0] {
        let rows = [0, 0, -4 * y, -4 * z, 2 * z, 2 * y, 2 * x, 2 * w, -2 * y, 2 * z, -2 * w, 2 * x]
        for place in 0..<12 { j[place] = rows[place] }
      }
      return true
    }
    try problem.solve()
    let q = problem.values(of: block)
    #expect(abs(q.reduce(0) { $0 + $1 * $1 } - 1) < 1e-14)
    #expect(abs(2 * (q[1] * q[2] + q[0] * q[3]) - 1) < 1e-9)
  }

  @Test func `misuse is an error with a reason, never the end of the process`() throws {
    let problem = try LeastSquaresProblem()
    #expect(throws: SolverError.self) { try problem.addBlock([]) }
    #expect(throws: SolverError.self) { try problem.addBlock([.nan]) }
    #expect(throws: SolverError.self) { try problem.addBlock([1], fixed: [0]) }
    #expect(throws: SolverError.self) { try problem.addBlock([1, 2], fixed: [5]) }
    #expect(throws: SolverError.self) {
      try problem.addBlock([2, 0, 0, 0], manifold: .unitQuaternion)
    }
    #expect(throws: SolverError.self) { try problem.addBlock([1, 0, 0], manifold: .pose) }
    let block = try problem.addBlock([1])
    #expect(
      throws: SolverError.failed(operation: "adding residuals", reason: "a block occurs twice")
    ) {
      try problem.addResidual(count: 1, of: [block, block]) { _, _, _ in true }
    }
    #expect(throws: SolverError.self) {
      try problem.addResidual(count: 1, of: [block], loss: .huber(scale: 0)) { _, _, _ in true }
    }
    try problem.addResidual(count: 1, of: [block]) { _, _, _ in false }
    #expect(throws: SolverError.self) { try problem.solve() }
    #expect(problem.values(of: block) == [1])
  }

  @Test func `undetermined parameters have no covariance`() throws {
    let problem = try LeastSquaresProblem()
    let block = try problem.addBlock([1, 1])
    try problem.addResidual(count: 1, of: [block]) { parameters, residuals, jacobians in
      residuals[0] = parameters[0][0] + parameters[0][1]
      if let j = jacobians[0] { (j[0], j[1]) = (1, 1) }
      return true
    }
    #expect(throws: SolverError.self) { try problem.covariance(of: [block]) }
  }

  @Test func `the C interface alone solves a problem`() throws {
    let table = try Ceres.functions().pointee
    var problem: OpaquePointer?
    #expect(table.problem_create(&problem) == cceres_ok)
    let handle = try #require(problem)
    defer { table.problem_release(handle) }
    var block: Int32 = -1
    #expect(table.add_block(handle, [4.0], 1, Int32(cceres_euclidean), nil, 0, &block) == cceres_ok)
    let status = table.add_residual(
      handle,
      { _, parameters, residuals, jacobians in
        residuals[0] = parameters[0][0] - 7
        jacobians?[0]?[0] = 1
        return 1
      }, nil, 1, [block], 1, Int32(cceres_no_loss), 1)
    #expect(status == cceres_ok)
    var options = cceres_options(
      max_iterations: 10, linear_solver: Int32(cceres_dense_qr), threads: 1,
      function_tolerance: 1e-12, gradient_tolerance: 1e-12, parameter_tolerance: 1e-12,
      eliminated: nil, eliminated_count: 0)
    var summary = cceres_summary()
    #expect(table.solve(handle, &options, &summary) == cceres_ok)
    var value = 0.0
    #expect(table.get_values(handle, block, &value) == cceres_ok)
    #expect(abs(value - 7) < 1e-9 && summary.final_cost < 1e-16)
    #expect(table.get_values(handle, 3, &value) == cceres_failed)
    #expect(String(cString: table.last_error()) == "no such parameter block")
  }
}
