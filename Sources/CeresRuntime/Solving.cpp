// Solving and the covariance of a solution.
#include "Problem.hpp"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace cceres {

static ceres::LinearSolverType linear_solver(int32_t code) {
  switch (code) {
  case cceres_dense_qr: return ceres::DENSE_QR;
  case cceres_dense_schur: return ceres::DENSE_SCHUR;
  case cceres_dense_normal: return ceres::DENSE_NORMAL_CHOLESKY;
  default: throw std::invalid_argument("an unknown linear solver");
  }
}

/// Blocks that Ceres may not eliminate together make it abort, so they are checked.
static void check_independent(const cceres_problem &problem, const std::set<int32_t> &eliminated) {
  for (const auto &residual : problem.residuals) {
    const auto shared = std::count_if(residual.blocks.begin(), residual.blocks.end(),
                                      [&](int32_t block) { return eliminated.count(block) > 0; });
    require(shared <= 1, "two eliminated blocks share a residual");
  }
}

cceres_status solve(cceres_problem *problem, const cceres_options *options, cceres_summary *summary) {
  return guarded([&] {
    *summary = cceres_summary{};
    require(options->max_iterations >= 0, "the number of iterations is below 0");
    require(options->threads >= 1 && options->threads <= 1024, "1 to 1024 threads");
    ceres::Solver::Options given;
    given.linear_solver_type = linear_solver(options->linear_solver);
    given.max_num_iterations = options->max_iterations;
    given.num_threads = options->threads;
    given.function_tolerance = options->function_tolerance;
    given.gradient_tolerance = options->gradient_tolerance;
    given.parameter_tolerance = options->parameter_tolerance;
    given.logging_type = ceres::SILENT;
    given.minimizer_progress_to_stdout = false;
    if (given.linear_solver_type == ceres::DENSE_SCHUR && options->eliminated && options->eliminated_count) {
      std::set<int32_t> first;
      for (size_t i = 0; i < options->eliminated_count; i++) {
        problem->block(options->eliminated[i]);
        first.insert(options->eliminated[i]);
      }
      check_independent(*problem, first);
      auto ordering = std::make_shared<ceres::ParameterBlockOrdering>();
      for (int32_t block = 0; block < static_cast<int32_t>(problem->blocks.size()); block++) {
        ordering->AddElementToGroup(problem->start(block), first.count(block) ? 0 : 1);
      }
      given.linear_solver_ordering = ordering;
    }
    std::string reason;
    if (!given.IsValid(&reason)) throw std::invalid_argument(reason);
    ceres::Solver::Summary result;
    ceres::Solve(given, &problem->ceres(), &result);
    summary->initial_cost = result.initial_cost;
    summary->final_cost = result.final_cost;
    summary->iterations = static_cast<int32_t>(result.iterations.size());
    std::snprintf(summary->message, sizeof summary->message, "%s", result.message.c_str());
    switch (result.termination_type) {
    case ceres::CONVERGENCE: summary->termination = cceres_converged; break;
    case ceres::NO_CONVERGENCE:
      summary->termination =
          summary->iterations > options->max_iterations ? cceres_iteration_limit : cceres_no_progress;
      break;
    default: throw std::runtime_error(result.message);
    }
  });
}

cceres_status covariance(cceres_problem *problem, const int32_t *blocks, size_t count, double *matrix, size_t side) {
  return guarded([&] {
    require(count > 0, "a covariance needs a block");
    std::vector<const double *> pointers;
    size_t expected = 0;
    for (size_t i = 0; i < count; i++) {
      require(!problem->block(blocks[i]).is_constant, "a constant block has no covariance");
      const double *start = problem->start(blocks[i]);
      require(std::find(pointers.begin(), pointers.end(), start) == pointers.end(), "a block occurs twice");
      pointers.push_back(start);
      expected += static_cast<size_t>(problem->ceres().ParameterBlockTangentSize(start));
    }
    require(expected == side, "the matrix has another size");
    ceres::Covariance::Options options;
    options.algorithm_type = ceres::SPARSE_QR;
    options.sparse_linear_algebra_library_type = ceres::EIGEN_SPARSE;
    options.num_threads = 1;
    ceres::Covariance result(options);
    if (!result.Compute(pointers, &problem->ceres()) ||
        !result.GetCovarianceMatrixInTangentSpace(pointers, matrix)) {
      throw std::runtime_error("the parameters are not determined: the Jacobian has no full rank");
    }
    require(std::all_of(matrix, matrix + side * side, [](double v) { return std::isfinite(v); }),
            "the covariance is not finite");
  });
}

}  // namespace cceres
