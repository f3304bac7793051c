#include "Program.hpp"

#include <dlfcn.h>

#include <cstdint>

namespace cdnn {

std::string &error_text() {
  thread_local std::string text;
  return text;
}

namespace {

/// OpenMP as oneDNN uses it; a compiler with OpenMP is not needed for that.
struct OpenMP {
  int (*get)() = nullptr;
  void (*set)(int) = nullptr;

  OpenMP() {
    if (void *library = dlopen("libgomp.so.1", RTLD_NOW)) {
      get = reinterpret_cast<int (*)()>(dlsym(library, "omp_get_max_threads"));
      set = reinterpret_cast<void (*)(int)>(dlsym(library, "omp_set_num_threads"));
    }
  }
};

const OpenMP &openmp() {
  static const OpenMP found;
  return found;
}

}  // namespace

Threads::Threads(int count) {
  const OpenMP &library = openmp();
  if (!library.get || !library.set) return;
  before_ = library.get();
  if (before_ == count)
    before_ = 0;
  else
    library.set(count);
}

Threads::~Threads() {
  if (before_) openmp().set(before_);
}

const dnnl::engine &cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::memory::data_type element_type(const cdnn_tensor &tensor) {
  return tensor.element_type == cdnn_bfloat16 ? dnnl::memory::data_type::bf16
                                              : dnnl::memory::data_type::f32;
}

dnnl::memory::dims sizes(const cdnn_tensor &tensor) {
  return dnnl::memory::dims(tensor.sizes, tensor.sizes + tensor.rank);
}

dnnl::memory::desc description(const cdnn_tensor &tensor) {
  using tag = dnnl::memory::format_tag;
  static const tag tags[] = {tag::undef, tag::a, tag::ab, tag::nwc, tag::nhwc, tag::ndhwc};
  return {sizes(tensor), element_type(tensor), tags[tensor.rank]};
}

dnnl::memory::desc vector_description(int64_t count) {
  return {{count}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::a};
}

dnnl::memory lent(const cdnn_tensor &tensor, const dnnl::memory::desc &description) {
  return dnnl::memory(description, cpu(), tensor.data);
}

dnnl::memory lent(const cdnn_tensor &tensor) { return lent(tensor, description(tensor)); }

dnnl::post_ops post_operations(const cdnn_post_operation *post, size_t count) {
  using dnnl::algorithm;
  dnnl::post_ops result;
  for (size_t i = 0; i < count; i++) {
    const cdnn_post_operation &p = post[i];
    switch (p.kind) {
      case cdnn_sum: result.append_sum(1); break;
      case cdnn_leaky_relu: result.append_eltwise(1, algorithm::eltwise_relu, p.alpha, 0); break;
      case cdnn_clip: result.append_eltwise(1, algorithm::eltwise_clip, p.alpha, p.beta); break;
      case cdnn_sigmoid: result.append_eltwise(1, algorithm::eltwise_logistic, 0, 0); break;
      case cdnn_tanh: result.append_eltwise(1, algorithm::eltwise_tanh, 0, 0); break;
      case cdnn_silu: result.append_eltwise(1, algorithm::eltwise_swish, 1, 0); break;
      case cdnn_gelu: result.append_eltwise(1, algorithm::eltwise_gelu_erf, 0, 0); break;
      case cdnn_gelu_tanh: result.append_eltwise(1, algorithm::eltwise_gelu_tanh, 0, 0); break;
      case cdnn_elu: result.append_eltwise(1, algorithm::eltwise_elu, p.alpha, 0); break;
      default: throw std::invalid_argument("unknown post operation");
    }
  }
  return result;
}

}  // namespace cdnn

dnnl::memory cdnn_program::packed(
    const float *values, const dnnl::memory::desc &from, const dnnl::memory::desc &to) {
  dnnl::memory result(to, cdnn::cpu());
  dnnl::memory source(from, cdnn::cpu(), const_cast<float *>(values));
  dnnl::reorder(source, result).execute(stream, source, result);
  stream.wait();
  packed_size += to.get_size();
  return result;
}

void cdnn_program::run(size_t first, size_t count) {
  if (first > steps.size() || count > steps.size() - first)
    throw std::out_of_range("the program has no such steps");
  const cdnn::Threads guard(threads);
  if (scratch.size() < scratch_size) {
    scratch.resize(scratch_size + 64);
    auto *start = reinterpret_cast<void *>(
        (reinterpret_cast<std::uintptr_t>(scratch.data()) + 63) & ~std::uintptr_t(63));
    for (Step &step : steps) {
      const auto found = step.arguments.find(DNNL_ARG_SCRATCHPAD);
      if (found != step.arguments.end()) found->second.set_data_handle(start);
    }
  }
  for (size_t i = first; i < first + count; i++)
    steps[i].primitive.execute(stream, steps[i].arguments);
  stream.wait();
}
