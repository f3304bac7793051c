// What every function of the table shares: exceptions become status codes, C descriptions become oneDNN's.
#pragma once
#include "CDNN.h"

#include <oneapi/dnnl/dnnl.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace cdnn {

/// The calling thread's last error.
std::string &error_text();

/// Runs `body`, which may throw anything.
template <typename Body>
cdnn_status guarded(Body &&body) noexcept {
  try {
    try {
      body();
      return cdnn_ok;
    } catch (const dnnl::error &error) {
      error_text() = error.what();
      if (error.status == dnnl_unimplemented) error_text() += " (this processor or this oneDNN cannot do it)";
    } catch (const std::exception &error) {
      error_text() = error.what();
    } catch (...) {
      error_text() = "an exception of unknown type";
    }
  } catch (...) {
    // Not even the message could be kept; the status says enough.
  }
  return cdnn_failed;
}

/// Sets OpenMP's number of threads for calls from this thread, and restores it.
class Threads {
 public:
  explicit Threads(int count);
  ~Threads();
  Threads(const Threads &) = delete;
  Threads &operator=(const Threads &) = delete;

 private:
  int before_ = 0;
};

const dnnl::engine &cpu();

dnnl::memory::data_type element_type(const cdnn_tensor &tensor);
dnnl::memory::dims sizes(const cdnn_tensor &tensor);
dnnl::memory::desc description(const cdnn_tensor &tensor);
dnnl::memory::desc vector_description(int64_t count);
dnnl::memory lent(const cdnn_tensor &tensor);
dnnl::memory lent(const cdnn_tensor &tensor, const dnnl::memory::desc &description);
dnnl::post_ops post_operations(const cdnn_post_operation *post, size_t count);

}  // namespace cdnn

struct cdnn_program {
  using Arguments = std::unordered_map<int, dnnl::memory>;

  struct Step {
    dnnl::primitive primitive;
    Arguments arguments;
    std::string description;
  };

  explicit cdnn_program(int threads) : threads(threads), stream(cdnn::cpu()) {}

  /// Adds a step, with working memory that all steps share.
  template <typename Primitive>
  void add(const typename Primitive::primitive_desc &description, Arguments arguments) {
    const dnnl::memory::desc scratch = description.scratchpad_desc();
    if (scratch.get_size() > 0) {
      arguments.emplace(DNNL_ARG_SCRATCHPAD, dnnl::memory(scratch, cdnn::cpu(), nullptr));
      scratch_size = std::max(scratch_size, scratch.get_size());
    }
    steps.push_back({Primitive(description), std::move(arguments), description.impl_info_str()});
  }

  /// The program's own copy of constants in the order that a step wants.
  dnnl::memory packed(
      const float *values, const dnnl::memory::desc &from, const dnnl::memory::desc &to);

  void run(size_t first, size_t count);

  const int threads;
  dnnl::stream stream;
  std::vector<Step> steps;
  /// Results between the steps of one operation.
  std::vector<dnnl::memory> kept;
  std::vector<unsigned char> scratch;
  size_t scratch_size = 0, packed_size = 0;
};

namespace cdnn {
cdnn_status add_convolution(
    cdnn_program *, const cdnn_tensor *, const cdnn_weights *, const cdnn_window *,
    const cdnn_post_operation *, size_t, const cdnn_tensor *);
cdnn_status add_linear(
    cdnn_program *, const cdnn_tensor *, const cdnn_weights *, const cdnn_post_operation *, size_t,
    const cdnn_tensor *);
cdnn_status add_pooling(
    cdnn_program *, const cdnn_tensor *, int32_t, const cdnn_window *, const cdnn_tensor *);
cdnn_status add_normalisation(
    cdnn_program *, const cdnn_tensor *, const float *, const float *, const float *, const float *,
    float, int32_t, const cdnn_tensor *);
cdnn_status add_elementwise(
    cdnn_program *, const cdnn_tensor *, const cdnn_tensor *, const cdnn_post_operation *, size_t,
    const cdnn_tensor *);
cdnn_status add_concatenation(
    cdnn_program *, const cdnn_tensor *, size_t, const cdnn_tensor *);
cdnn_status recurrence_create(const cdnn_recurrence_form *, cdnn_recurrence **);
void recurrence_release(cdnn_recurrence *);
size_t recurrence_bytes(const cdnn_recurrence *);
cdnn_status recurrence_run(
    cdnn_recurrence *, const float *, const float *, const float *, float *, float *, float *);
}  // namespace cdnn
