// What every function of the table shares: exceptions become status codes, pointers become tensors.
#pragma once
#include "CTorch.h"

#include <ATen/core/Tensor.h>
#include <c10/util/intrusive_ptr.h>

#include <string>
#include <utility>

#if __has_include(<torch/version.h>)
#include <torch/version.h>
#elif __has_include(<torch/headeronly/version.h>)
#include <torch/headeronly/version.h>
#else
#include <torch/csrc/api/include/torch/version.h>
#endif

namespace parallax {

/// The calling thread's last error.
std::string &last_error();

/// Gives a thread that meets libtorch for the first time its default of one thread for each
/// operator.
void prepare_thread();

/// Keeps the message of the exception being handled; says which status it stands for.
ctorch_status keep_exception() noexcept;

/// Runs `body`, which may throw anything.
template <typename Body>
ctorch_status guarded(Body &&body) noexcept {
  try {
    prepare_thread();
    body();
    return CTORCH_OK;
  } catch (...) {
    return keep_exception();
  }
}

/// A tensor for a handle that the caller keeps.
inline at::Tensor borrow(const void *handle) {
  auto *object = static_cast<c10::TensorImpl *>(const_cast<void *>(handle));
  return at::Tensor(
      c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(object));
}

inline at::Tensor borrow(ctorch_tensor handle) {
  return borrow(static_cast<const void *>(handle));
}

/// Makes `tensor` the caller's; NULL for an undefined tensor.
inline ctorch_tensor give(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  return reinterpret_cast<ctorch_tensor>(tensor.unsafeReleaseIntrusivePtr().release());
}

/// Takes a handle back that was given away; undefined for NULL.
inline at::Tensor take(ctorch_tensor handle) {
  if (!handle) return {};
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(
      reinterpret_cast<c10::TensorImpl *>(handle)));
}

/// A tensor with memory: libtorch may give gradients that it knows to be zero without any.
inline at::Tensor materialised(at::Tensor tensor) {
  return tensor.defined() && tensor._is_zerotensor() ? tensor.clone() : tensor;
}

inline std::vector<at::Tensor> borrow_all(const ctorch_tensor *handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; i++)
    tensors.push_back(handles[i] ? borrow(handles[i]) : at::Tensor());
  return tensors;
}

/// Gives every tensor away, so that either all handles are written or none.
inline void give_all(std::vector<at::Tensor> &&tensors, ctorch_tensor *results) {
  for (size_t i = 0; i < tensors.size(); i++) results[i] = give(std::move(tensors[i]));
}

/// A closure of the caller: released exactly once.
class Closure {
 public:
  Closure(ctorch_release release, void *context) : release_(release), context_(context) {}
  Closure(Closure &&other) noexcept
      : release_(std::exchange(other.release_, nullptr)), context_(other.context_) {}
  Closure(const Closure &) = delete;
  Closure &operator=(const Closure &) = delete;
  ~Closure() {
    if (release_) release_(context_);
  }
  void *context() const { return context_; }
  void *disown() {
    release_ = nullptr;
    return context_;
  }

 private:
  ctorch_release release_;
  void *context_;
};

void fill_tensor_functions(ctorch_table &table);
void fill_operator_functions(ctorch_table &table);
void fill_gradient_functions(ctorch_table &table);
void fill_custom_operation(ctorch_table &table);
void fill_process_functions(ctorch_table &table);
void fill_memory_functions(ctorch_table &table);

}  // namespace parallax
