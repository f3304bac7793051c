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
    cceres_problem::Block made{problem->values.size(), size, manifold, {}, false};
    for (size_t i = 0; i < fixed_count; i++) {
      require(fixed[i] >= 0 && fixed[i] < size && (made.fixed.empty() || made.fixed.back() < fixed[i]),
              "fixed elements must be inside the block and rise");
      made.fixed.push_back(fixed[i]);
    }
    check_values(values, static_cast<size_t>(size), manifold);
    problem->built.reset();
    problem->blocks.reserve(problem->blocks.size() + 1);
    problem->values.insert(problem->values.end(), values, values + size);
    problem->blocks.push_back(std::move(made));
    *block = static_cast<int32_t>(problem->blocks.size() - 1);
  });
}

cceres_status set_constant(cceres_problem *problem, int32_t index, int32_t is_constant) {
  return guarded([&] {
    problem->block(index);
    problem->built.reset();
    problem->blocks[static_cast<size_t>(index)].is_constant = is_constant != 0;
  });
}

cceres_status get_values(const cceres_problem *problem, int32_t index, double *values) {
  return guarded([&] {
    const auto &block = problem->block(index);
    std::copy_n(problem->values.data() + block.offset, block.size, values);
  });
}

cceres_status set_values(cceres_problem *problem, int32_t index, const double *values) {
  return guarded([&] {
    const auto &block = problem->block(index);
    check_values(values, static_cast<size_t>(block.size), block.manifold);
    std::copy_n(values, block.size, problem->start(index));
  });
}

cceres_status add_residual(cceres_problem *problem, cceres_evaluator evaluate, void *context, int32_t residual_count,
                           const int32_t *blocks, size_t block_count, int32_t loss, double loss_scale) {
  return guarded([&] {
    require(residual_count > 0 && residual_count <= 1000000, "a residual block has 1 to 1000000 residuals");
    require(block_count > 0, "a residual needs a parameter block");
    require(loss >= cceres_no_loss && loss <= cceres_cauchy, "an unknown loss");
    require(loss == cceres_no_loss || (loss_scale > 0 && std::isfinite(loss_scale)), "a loss needs a scale above 0");
    cceres_problem::Residual made{evaluate, context, residual_count, loss, loss_scale, {}};
    for (size_t i = 0; i < block_count; i++) {
      problem->block(blocks[i]);
      require(std::find(made.blocks.begin(), made.blocks.end(), blocks[i]) == made.blocks.end(), "a block occurs twice");
      made.blocks.push_back(blocks[i]);
    }
    problem->built.reset();
    problem->residuals.push_back(std::move(made));
  });
}

static std::unique_ptr<ceres::Manifold> manifold(const cceres_problem::Block &block) {
  if (block.manifold == cceres_unit_quaternion) return std::make_unique<ceres::QuaternionManifold>();
  if (block.manifold == cceres_pose) return std::make_unique<PoseManifold>();
  if (!block.fixed.empty()) return std::make_unique<ceres::SubsetManifold>(block.size, block.fixed);
  return nullptr;
}

static std::unique_ptr<ceres::LossFunction> loss(const cceres_problem::Residual &residual) {
  if (residual.loss == cceres_huber) return std::make_unique<ceres::HuberLoss>(residual.scale);
  if (residual.loss == cceres_cauchy) return std::make_unique<ceres::CauchyLoss>(residual.scale);
  return nullptr;
}

}  // namespace cceres

ceres::Problem &cceres_problem::ceres() {
  if (built) return *built;
  auto made = std::make_unique<ceres::Problem>();
  for (const auto &block : blocks) {
    double *start = values.data() + block.offset;
    auto space = cceres::manifold(block);
    if (space) {
      made->AddParameterBlock(start, block.size, space.release());
    } else {
      made->AddParameterBlock(start, block.size);
    }
    if (block.is_constant) made->SetParameterBlockConstant(start);
  }
  std::vector<double *> pointers;
  std::vector<int32_t> sizes;
  for (const auto &residual : residuals) {
    pointers.clear();
    sizes.clear();
    for (const int32_t index : residual.blocks) {
      pointers.push_back(start(index));
      sizes.push_back(block(index).size);
    }
    auto cost = std::make_unique<cceres::CallbackCost>(residual.evaluate, residual.context, residual.count, sizes);
    auto robust = cceres::loss(residual);
    made->AddResidualBlock(cost.release(), robust.release(), pointers);
  }
  built = std::move(made);
  return *built;
}
