/// Thread-safe, except that one cceres_problem may be used by one thread at a time.
///
/// The C interface to Ceres: non-linear least squares over blocks of parameters. The functions live in libparallax-ceres.so
/// (target CeresRuntime), which is opened at the first use. Every function returns 0 (cceres_ok) or another status; the text of
/// the calling thread's last failure is then in `last_error`. No C++ exception crosses. Nothing is printed.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma clang assume_nonnull begin

typedef int32_t cceres_status;
enum { cceres_ok = 0, cceres_failed = 1 };

/// A problem with its blocks, residuals and values.
typedef struct cceres_problem cceres_problem;

/// Spaces that parameter blocks live in. unit_quaternion: w x y z, size 4, three degrees of freedom; pose: a unit quaternion
/// and a translation, size 7, six degrees of freedom. Steps of a quaternion are half rotation vectors applied from the left.
enum { cceres_euclidean = 0, cceres_unit_quaternion = 1, cceres_pose = 2 };

/// Robust losses rho(s) of the squared length s of a residual vector. huber: s to scale^2, then 2 scale sqrt(s) - scale^2;
/// cauchy: scale^2 log(1 + s / scale^2).
enum { cceres_no_loss = 0, cceres_huber = 1, cceres_cauchy = 2 };

enum { cceres_dense_qr = 0, cceres_dense_schur = 1, cceres_dense_normal = 2 };

enum { cceres_converged = 0, cceres_iteration_limit = 1, cceres_no_progress = 2 };

/// Computes residuals and, where the pointer is not NULL, Jacobians: row-major, residuals x size of the block (not of its
/// tangent space). jacobians itself may be NULL. Returns 0 where the residuals have no value (the step is then not taken).
typedef int32_t (*cceres_evaluator)(void *_Nullable context, const double *_Nonnull const *_Nonnull parameters,
                                    double *residuals, double *_Nullable const *_Nullable jacobians);

typedef struct cceres_options {
  int32_t max_iterations, linear_solver, threads;
  double function_tolerance, gradient_tolerance, parameter_tolerance;
  /// Blocks that dense_schur eliminates first; no two of them may share a residual. NULL: chosen by Ceres.
  const int32_t *_Nullable eliminated;
  size_t eliminated_count;
} cceres_options;

/// Costs are half the sums of the (robust) squared residuals.
typedef struct cceres_summary {
  double initial_cost, final_cost;
  int32_t iterations, termination;
  char message[256];
} cceres_summary;

typedef struct cceres_table {
  /// Equals sizeof(cceres_table): a library built from another version of this header is refused.
  size_t size;

  const char *_Nonnull (*_Nonnull version)(void);
  /// Text of the calling thread's last failure; valid until its next call.
  const char *_Nonnull (*_Nonnull last_error)(void);

  cceres_status (*problem_create)(cceres_problem *_Nullable *_Nonnull out);
  void (*problem_release)(cceres_problem *_Nullable problem);

  /// Copies the start values; blocks are numbered from 0 in the order of the calls. fixed: elements held at their values
  /// (euclidean blocks only), rising, fewer than size.
  cceres_status (*add_block)(cceres_problem *problem, const double *values, int32_t size, int32_t manifold,
                             const int32_t *_Nullable fixed, size_t fixed_count, int32_t *block);
  cceres_status (*set_constant)(cceres_problem *problem, int32_t block, int32_t is_constant);
  cceres_status (*get_values)(const cceres_problem *problem, int32_t block, double *values);
  cceres_status (*set_values)(cceres_problem *problem, int32_t block, const double *values);

  /// evaluate and context must outlive the problem. No block may occur twice.
  cceres_status (*add_residual)(cceres_problem *problem, cceres_evaluator evaluate, void *_Nullable context,
                                int32_t residual_count, const int32_t *blocks, size_t block_count, int32_t loss,
                                double loss_scale);

  /// Fails when the start cannot be evaluated or the problem is unusable; the values are then unchanged.
  cceres_status (*solve)(cceres_problem *problem, const cceres_options *options, cceres_summary *summary);
  /// Inverse of J^T J at the present values (losses applied) for the given blocks: row-major, over the concatenated tangent
  /// spaces of the blocks, `side` rows. Fails when J has no full rank.
  cceres_status (*covariance)(cceres_problem *problem, const int32_t *blocks, size_t count, double *matrix, size_t side);
} cceres_table;

/// The table of functions, opened at the first call. override_path: a library to use instead of the one beside the binary, or
/// NULL. Returns NULL on failure and writes the reason into `error` (always terminated).
const cceres_table *_Nullable cceres_open(const char *_Nullable override_path, char *error, size_t error_capacity);

#pragma clang assume_nonnull end
#ifdef __cplusplus
}
#endif
