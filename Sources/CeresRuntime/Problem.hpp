// The problem behind the C interface: a description, from which a problem of Ceres is built when it is solved.
//
// Ceres orders blocks by the addresses of their values. So that results do not depend on the heap, all values lie in one array
// in the order of the blocks.
#pragma once
#include <CCeres.h>
#include <ceres/ceres.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct cceres_problem {
  struct Block {
    size_t offset;
    int32_t size, manifold;
    std::vector<int> fixed;
    bool is_constant;
  };
  struct Residual {
    cceres_evaluator evaluate;
    void *context;
    int32_t count, loss;
    double scale;
    std::vector<int32_t> blocks;
  };
  std::vector<Block> blocks;
  std::vector<Residual> residuals;
  std::vector<double> values;
  /// Declared after the values that it refers to.
  std::unique_ptr<ceres::Problem> built;

  const Block &block(int32_t index) const {
    if (index < 0 || static_cast<size_t>(index) >= blocks.size()) throw std::invalid_argument("no such parameter block");
    return blocks[static_cast<size_t>(index)];
  }
  double *start(int32_t index) { return values.data() + block(index).offset; }
  /// The problem of Ceres for the present description.
  ceres::Problem &ceres();
};

// Only the table goes out of the library.
namespace [[gnu::visibility("hidden")]] cceres {

std::string &error_text();

/// Runs body; whatever it throws becomes a status and a text.
template <typename Body> cceres_status guarded(Body body) noexcept {
  try {
    body();
    return cceres_ok;
  } catch (const std::exception &error) {
    try {
      error_text() = error.what();
    } catch (...) {
    }
  } catch (...) {
    try {
      error_text() = "an unknown C++ exception";
    } catch (...) {
    }
  }
  return cceres_failed;
}

inline void require(bool condition, const char *text) {
  if (!condition) throw std::invalid_argument(text);
}

/// A unit quaternion and a translation.
class PoseManifold final : public ceres::Manifold {
public:
  int AmbientSize() const override { return 7; }
  int TangentSize() const override { return 6; }
  bool Plus(const double *x, const double *delta, double *x_plus_delta) const override;
  bool PlusJacobian(const double *x, double *jacobian) const override;
  bool Minus(const double *y, const double *x, double *y_minus_x) const override;
  bool MinusJacobian(const double *x, double *jacobian) const override;

private:
  ceres::QuaternionManifold rotation_;
};

/// Calls back into the owner of the context.
class CallbackCost final : public ceres::CostFunction {
public:
  CallbackCost(cceres_evaluator evaluate, void *context, int32_t residual_count, const std::vector<int32_t> &sizes)
      : evaluate_(evaluate), context_(context) {
    set_num_residuals(residual_count);
    *mutable_parameter_block_sizes() = sizes;
  }
  bool Evaluate(double const *const *parameters, double *residuals, double **jacobians) const override {
    return evaluate_(context_, parameters, residuals, jacobians) != 0;
  }

private:
  cceres_evaluator evaluate_;
  void *context_;
};

cceres_status problem_create(cceres_problem **out);
void problem_release(cceres_problem *problem);
cceres_status add_block(cceres_problem *problem, const double *values, int32_t size, int32_t manifold,
                        const int32_t *fixed, size_t fixed_count, int32_t *block);
cceres_status set_constant(cceres_problem *problem, int32_t block, int32_t is_constant);
cceres_status get_values(const cceres_problem *problem, int32_t block, double *values);
cceres_status set_values(cceres_problem *problem, int32_t block, const double *values);
cceres_status add_residual(cceres_problem *problem, cceres_evaluator evaluate, void *context, int32_t residual_count,
                           const int32_t *blocks, size_t block_count, int32_t loss, double loss_scale);
cceres_status solve(cceres_problem *problem, const cceres_options *options, cceres_summary *summary);
cceres_status covariance(cceres_problem *problem, const int32_t *blocks, size_t count, double *matrix, size_t side);

}  // namespace cceres
