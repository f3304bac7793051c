// libtorch 1.13 uses std::iterator, which newer standard libraries call deprecated.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "Internal/Guard.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

namespace parallax {
namespace {

using torch::autograd::variable_list;

ctorch_status gradients(
    const ctorch_tensor *outputs, const ctorch_tensor *output_gradients, int64_t output_count,
    const ctorch_tensor *inputs, int64_t input_count, int32_t keep_graph, int32_t create_graph,
    int32_t allow_unused, ctorch_tensor *results) {
  for (int64_t i = 0; i < input_count; i++) results[i] = nullptr;
  return guarded([&] {
    variable_list found = torch::autograd::grad(
        borrow_all(outputs, output_count), borrow_all(inputs, input_count),
        output_gradients ? borrow_all(output_gradients, output_count) : variable_list(),
        keep_graph != 0, create_graph != 0, allow_unused != 0);
    for (at::Tensor &gradient : found) gradient = materialised(std::move(gradient));
    give_all(std::move(found), results);
  });
}

ctorch_status backward(
    ctorch_tensor output, ctorch_tensor gradient, int32_t keep_graph, int32_t create_graph) {
  return guarded([&] {
    torch::autograd::backward(
        {borrow(output)}, gradient ? variable_list{borrow(gradient)} : variable_list(),
        keep_graph != 0, create_graph != 0);
  });
}

ctorch_status set_requires_gradient(ctorch_tensor tensor, int32_t on) {
  return guarded([&] { borrow(tensor).requires_grad_(on != 0); });
}

ctorch_status detach(ctorch_tensor tensor, ctorch_tensor *result) {
  *result = nullptr;
  return guarded([&] { *result = give(borrow(tensor).detach()); });
}

ctorch_status gradient(ctorch_tensor tensor, ctorch_tensor *result) {
  *result = nullptr;
  return guarded([&] { *result = give(materialised(borrow(tensor).grad())); });
}

ctorch_status set_gradient(ctorch_tensor tensor, ctorch_tensor gradient) {
  return guarded([&] {
    borrow(tensor).mutable_grad() = gradient ? borrow(gradient) : at::Tensor();
  });
}

ctorch_status add_hook(
    ctorch_tensor tensor, ctorch_hook hook, ctorch_release release, void *context) {
  Closure closure(release, context);
  return guarded([&] {
    auto shared = std::make_shared<Closure>(std::move(closure));
    borrow(tensor).register_hook([hook, shared](const at::Tensor &gradient) -> at::Tensor {
      at::Tensor seen = materialised(gradient);
      ctorch_tensor handle = give(std::move(seen));
      ctorch_tensor replacement = nullptr;
      const ctorch_status status = hook(shared->context(), handle, &replacement);
      take(handle);
      at::Tensor result = take(replacement);
      TORCH_CHECK(status == CTORCH_OK, "a gradient hook failed");
      return result.defined() ? result : gradient;
    });
  });
}

void *enter_inference_mode() {
  void *guard = nullptr;
  guarded([&] { guard = new c10::InferenceMode(true); });
  return guard;
}

void leave_inference_mode(void *guard) {
  guarded([&] { delete static_cast<c10::InferenceMode *>(guard); });
}

}  // namespace

void fill_gradient_functions(ctorch_table &table) {
  table.tensor_set_requires_gradient = set_requires_gradient;
  table.tensor_detach = detach;
  table.gradients = gradients;
  table.backward = backward;
  table.tensor_gradient = gradient;
  table.tensor_set_gradient = set_gradient;
  table.tensor_add_hook = add_hook;
  table.gradient_mode = [] { return static_cast<int32_t>(c10::GradMode::is_enabled()); };
  table.set_gradient_mode = [](int32_t on) { c10::GradMode::set_enabled(on != 0); };
  table.inference_mode_enter = enter_inference_mode;
  table.inference_mode_leave = leave_inference_mode;
}

}  // namespace parallax
