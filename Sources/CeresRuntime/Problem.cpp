// Blocks and residuals. Ceres aborts the process on misuse, so everything is checked here first.
#include "Problem.hpp"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace cceres {

bool PoseManifold::Plus(const double *x, const double *delta, double *x_plus_delta) const {
  for (int i = 0; i < 3; i++) x_plus_delta[4 + i] = x[4 + i] + delta[3 + i];
  return rotation_.Plus(x, delta, x_plus_delta);
}

bool PoseManifold::Minus(const double *y, const double *x, double *y_minus_x) const {
  for (int i = 0; i < 3; i++) y_minus_x[3 + i] = y[4 + i] - x[4 + i];
  return rotation_.Minus(y, x, y_minus_x);
}

bool PoseManifold::PlusJacobian(const double *x, double *jacobian) const {
  double rotation[12];
  if (!rotation_.PlusJacobian(x, rotation)) return false;
  std::fill(jacobian, jacobian + 42, 0.0);
  for (int row = 0; row < 4; row++) std::copy(rotation + 3 * row, rotation + 3 * row + 3, jacobian + 6 * row);
  for (int i = 0; i < 3; i++) jacobian[6 * (4 + i) + 3 + i] = 1;
  return true;
}

bool PoseManifold::MinusJacobian(const double *x, double *jacobian) const {
  double rotation[12];
  if (!rotation_.MinusJacobian(x, rotation)) return false;
  std::fill(jacobian, jacobian + 42, 0.0);
  for (int row = 0; row < 3; row++) std::copy(rotation + 4 * row, rotation + 4 * row + 4, jacobian + 7 * row);
  for (int i = 0; i < 3; i++) jacobian[7 * (3 + i) + 4 + i] = 1;
  return true;
}

cceres_status problem_create(cceres_problem **out) {
  *out = nullptr;
  return guarded([&] { *out = new cceres_problem; });
}

void problem_release(cceres_problem *problem) {
  guarded([&] { delete problem; });
}

static void check_values(const double *values, size_t size, int32_t manifold) {
  require(std::all_of(values, values + size, [](double v) { return std::isfinite(v); }), "a value is not finite");
  if (manifold == cceres_euclidean) return;
  double squared = 0;
  for (size_t i = 0; i < 4; i++) squared += values[i] * values[i];
  require(std::abs(squared - 1) < 1e-6, "a quaternion has not length 1");
}

cceres_status add_block(cceres_problem *problem, const double *values, int32_t size, int32_t manifold,
                        const int32_t *fixed, size_t fixed_count, int32_t *block) {
  return guarded([&] {
    require(size > 0 && size <= 100000, "a block has 1 to 100000 parameters");
    require(manifold >= cceres_euclidean && manifold <= cceres_pose, "an unknown manifold");
    require(manifold != cceres_unit_quaternion || size == 4, "a quaternion has 4 parameters");
    require(manifold != cceres_pose || size == 7, "a pose has 7 parameters");
    require(fixed_count == 0 || (manifold == cceres_euclidean && fixed), "only euclidean blocks have fixed elements");
    require(fixed_count < static_cast<size_t>(size), "at least one element of a block must be free");
    std::vector<int> held;
    for (size_t i = 0; i < fixed_count; i++) {
      require(fixed[i] >= 0 && fixed[i] < size && (held.empty() || held.back() < fixed[i]),
              "fixed elements must be inside the block and rise");
      held.push_back(fixed[i]);
    }
    const size_t count = static_cast<size_t>(size);
    check_values(values, count, manifold);
    auto made = std::make_unique<cceres_problem::Block>();
    made->values.assign(values, values + count);
    made->manifold = manifold;
    made->is_constant = false;
    std::unique_ptr<ceres::Manifold> space;
    if (manifold == cceres_unit_quaternion) space = std::make_unique<ceres::QuaternionManifold>();
    if (manifold == cceres_pose) space = std::make_unique<PoseManifold>();
    if (!held.empty()) space = std::make_unique<ceres::SubsetManifold>(size, held);
    problem->blocks.push_back(std::move(made));
    double *start = problem->blocks.back()->values.data();
    if (space) {
      problem->ceres.AddParameterBlock(start, size, space.release());
    } else {
      problem->ceres.AddParameterBlock(start, size);
    }
    *block = static_cast<int32_t>(problem->blocks.size() - 1);
  });
}

cceres_status set_constant(cceres_problem *problem, int32_t index, int32_t is_constant) {
  return guarded([&] {
    auto &block = problem->block(index);
    block.is_constant = is_constant != 0;
    if (block.is_constant) {
      problem->ceres.SetParameterBlockConstant(block.values.data());
    } else {
      problem->ceres.SetParameterBlockVariable(block.values.data());
    }
  });
}

cceres_status get_values(const cceres_problem *problem, int32_t index, double *values) {
  return guarded([&] {
    const auto &block = problem->block(index);
    std::copy(block.values.begin(), block.values.end(), values);
  });
}

cceres_status set_values(cceres_problem *problem, int32_t index, const double *values) {
  return guarded([&] {
    auto &block = problem->block(index);
    check_values(values, block.values.size(), block.manifold);
    std::copy(values, values + block.values.size(), block.values.begin());
  });
}

cceres_status add_residual(cceres_problem *problem, cceres_evaluator evaluate, void *context, int32_t residual_count,
                           const int32_t *blocks, size_t block_count, int32_t loss, double loss_scale) {
  return guarded([&] {
    require(residual_count > 0 && residual_count <= 1000000, "a residual block has 1 to 1000000 residuals");
    require(block_count > 0, "a residual needs a parameter block");
    require(loss >= cceres_no_loss && loss <= cceres_cauchy, "an unknown loss");
    require(loss == cceres_no_loss || (loss_scale > 0 && std::isfinite(loss_scale)), "a loss needs a scale above 0");
    std::vector<double *> pointers;
    std::vector<int32_t> sizes;
    for (size_t i = 0; i < block_count; i++) {
      auto &block = problem->block(blocks[i]);
      double *start = block.values.data();
      require(std::find(pointers.begin(), pointers.end(), start) == pointers.end(), "a block occurs twice");
      pointers.push_back(start);
      sizes.push_back(static_cast<int32_t>(block.values.size()));
    }
    // Residuals of one loss share it; Ceres deletes it once.
    ceres::LossFunction *robust = nullptr;
    if (loss != cceres_no_loss) {
      auto &shared = problem->losses[{loss, loss_scale}];
      if (!shared) {
        shared = loss == cceres_huber ? static_cast<ceres::LossFunction *>(new ceres::HuberLoss(loss_scale))
                                      : new ceres::CauchyLoss(loss_scale);
      }
      robust = shared;
    }
    auto cost = std::make_unique<CallbackCost>(evaluate, context, residual_count, sizes);
    problem->ceres.AddResidualBlock(cost.release(), robust, pointers);
  });
}

}  // namespace cceres
