// libtorch 1.13 uses std::iterator, which newer standard libraries call deprecated.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "Internal/Guard.h"

#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/variable.h>

namespace parallax {
namespace {

static_assert(CTORCH_UINT8 == static_cast<int>(c10::ScalarType::Byte));
static_assert(CTORCH_INT8 == static_cast<int>(c10::ScalarType::Char));
static_assert(CTORCH_INT16 == static_cast<int>(c10::ScalarType::Short));
static_assert(CTORCH_INT32 == static_cast<int>(c10::ScalarType::Int));
static_assert(CTORCH_INT64 == static_cast<int>(c10::ScalarType::Long));
static_assert(CTORCH_FLOAT16 == static_cast<int>(c10::ScalarType::Half));
static_assert(CTORCH_FLOAT32 == static_cast<int>(c10::ScalarType::Float));
static_assert(CTORCH_FLOAT64 == static_cast<int>(c10::ScalarType::Double));
static_assert(CTORCH_COMPLEX64 == static_cast<int>(c10::ScalarType::ComplexFloat));
static_assert(CTORCH_COMPLEX128 == static_cast<int>(c10::ScalarType::ComplexDouble));
static_assert(CTORCH_BOOL == static_cast<int>(c10::ScalarType::Bool));
static_assert(CTORCH_BFLOAT16 == static_cast<int>(c10::ScalarType::BFloat16));
static_assert(CTORCH_CPU == static_cast<int>(c10::DeviceType::CPU));
static_assert(CTORCH_CUDA == static_cast<int>(c10::DeviceType::CUDA));

/// Gives memory back that the caller lent; its address marks such memory.
void release_lent(void *closure) { delete static_cast<Closure *>(closure); }

ctorch_status from_memory(
    void *data, const int64_t *sizes, const int64_t *strides, int32_t rank, int32_t element_type,
    ctorch_release release, void *context, ctorch_tensor *result) {
  *result = nullptr;
  Closure owner(release, context);
  return guarded([&] {
    // The caller's own tensors serve recorded operations later, wherever they are first used.
    const c10::InferenceMode not_here(false);
    auto kept = std::make_unique<Closure>(std::move(owner));
    const auto axes = static_cast<size_t>(rank);
    auto maker = at::for_blob(data, at::IntArrayRef(sizes, axes));
    if (strides) maker.strides(at::IntArrayRef(strides, axes));
    maker.options(c10::TensorOptions()
                      .dtype(static_cast<c10::ScalarType>(element_type))
                      .device(c10::kCPU));
    maker.context(kept.release(), release_lent);
    *result = give(maker.make_tensor());
  });
}

void retain(ctorch_tensor tensor) {
  c10::raw::intrusive_ptr::incref(reinterpret_cast<c10::TensorImpl *>(tensor));
}

void release(ctorch_tensor tensor) {
  guarded([&] { take(tensor); });
}

/// Whether a tensor's memory can be changed without anybody else seeing it. Of the references, one
/// is the caller's, one the borrowed `tensor`, and one that of the node that would gather its
/// gradient, which has no use for the elements.
bool is_exclusive(const at::Tensor &tensor) {
  if (!tensor.has_storage() || tensor._is_zerotensor()) return false;
  // Lent memory may be known to the caller in other ways.
  const at::DataPtr &memory = tensor.storage().data_ptr();
  if (tensor.storage().use_count() != 1 || memory.get_deleter() == release_lent) return false;
  const bool gathers = tensor.is_leaf() && tensor.requires_grad() &&
                       torch::autograd::impl::try_get_grad_accumulator(tensor) != nullptr;
  return tensor.use_count() == (gathers ? 3u : 2u);
}

ctorch_status describe(ctorch_tensor handle, ctorch_description *result) {
  return guarded([&] {
    const at::Tensor tensor = borrow(handle);
    const c10::Device device = tensor.device();
    const bool plain = tensor.layout() == c10::kStrided;
    result->sizes = tensor.sizes().data();
    result->rank = static_cast<int32_t>(tensor.dim());
    result->count = tensor.numel();
    result->element_type = static_cast<int32_t>(tensor.scalar_type());
    result->device_kind = static_cast<int32_t>(device.type());
    result->device_index = device.has_index() ? device.index() : 0;
    result->strides = plain ? tensor.strides().data() : nullptr;
    result->data = plain && tensor.has_storage() ? tensor.data_ptr() : nullptr;
    result->is_contiguous =
        plain && tensor.is_contiguous() && !tensor.is_neg() && !tensor.is_conj() &&
        !tensor._is_zerotensor();
    result->requires_gradient = tensor.requires_grad();
    result->is_leaf = tensor.is_leaf();
    result->is_exclusive = is_exclusive(tensor);
  });
}

}  // namespace

void fill_tensor_functions(ctorch_table &table) {
  table.tensor_from_memory = from_memory;
  table.tensor_retain = retain;
  table.tensor_release = release;
  table.tensor_describe = describe;
}

}  // namespace parallax
