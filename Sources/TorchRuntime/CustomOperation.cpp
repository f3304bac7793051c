// libtorch 1.13 uses std::iterator, which newer standard libraries call deprecated.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "Internal/Guard.h"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

namespace parallax {
namespace {

using torch::autograd::Node;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

/// One node of the graph whose backward pass is a closure of the caller.
class CustomNode : public Node {
 public:
  CustomNode(std::string name, ctorch_backward backward, Closure closure)
      : name_(std::move(name)), backward_(backward), closure_(std::move(closure)) {}

  std::string name() const override { return name_; }

  void save(const variable_list &inputs, const variable_list &outputs) {
    for (const at::Tensor &input : inputs) inputs_.emplace_back(input, /*is_output=*/false);
    for (const at::Tensor &output : outputs) outputs_.emplace_back(output, /*is_output=*/true);
  }

  void release_variables() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    inputs_.clear();
    outputs_.clear();
    released_ = true;
  }

  variable_list apply(variable_list &&gradients) override {
    variable_list inputs, outputs;
    unpack(inputs, outputs);
    for (size_t i = 0; i < gradients.size(); i++)
      if (gradients[i].defined())
        gradients[i] = materialised(std::move(gradients[i]));
      else
        gradients[i] = differentiable_[i] ? input_metadata(i).zeros_like() : zeros_of(outputs[i]);

    std::vector<uint8_t> needed;
    for (size_t i = 0; i < inputs.size(); i++)
      needed.push_back(task_should_compute_output(i) ? 1 : 0);
    std::vector<ctorch_tensor> results(inputs.size(), nullptr);
    const ctorch_status status = backward_(
        closure_.context(), handles(inputs).data(), static_cast<int64_t>(inputs.size()),
        handles(outputs).data(), handles(gradients).data(), static_cast<int64_t>(outputs.size()),
        needed.data(), results.data());
    variable_list found;
    for (ctorch_tensor result : results) found.push_back(take(result));
    TORCH_CHECK(status == CTORCH_OK, name_, ": the backward closure failed");
    return found;
  }

  std::vector<bool> differentiable_;

 private:
  /// The lock ends here: the closure may differentiate through this node again.
  void unpack(variable_list &inputs, variable_list &outputs) {
    const std::lock_guard<std::mutex> lock(mutex_);
    TORCH_CHECK(
        !released_, name_, ": the graph of a result was used twice; keep it for the second use");
    for (const SavedVariable &saved : inputs_) inputs.push_back(saved.unpack());
    for (const SavedVariable &saved : outputs_) outputs.push_back(saved.unpack(shared_from_this()));
  }

  static at::Tensor zeros_of(const at::Tensor &tensor) { return at::zeros_like(tensor); }

  /// Borrowed handles, valid as long as `tensors`.
  static std::vector<ctorch_tensor> handles(const variable_list &tensors) {
    std::vector<ctorch_tensor> borrowed;
    for (const at::Tensor &tensor : tensors)
      borrowed.push_back(reinterpret_cast<ctorch_tensor>(tensor.unsafeGetTensorImpl()));
    return borrowed;
  }

  std::string name_;
  ctorch_backward backward_;
  Closure closure_;
  std::vector<SavedVariable> inputs_, outputs_;
  bool released_ = false;
  std::mutex mutex_;
};

ctorch_status custom_operation(
    const char *name, const ctorch_tensor *inputs, int64_t input_count,
    const ctorch_tensor *outputs, int64_t output_count, ctorch_backward backward,
    ctorch_release release, void *context, ctorch_tensor *results) {
  for (int64_t i = 0; i < output_count; i++) results[i] = nullptr;
  Closure closure(release, context);
  return guarded([&] {
    const variable_list given = borrow_all(inputs, input_count);
    variable_list made;
    // New handles: the history must not reach tensors that the closure may hold.
    for (const at::Tensor &output : borrow_all(outputs, output_count))
      made.push_back(output.detach());
    const bool records =
        c10::GradMode::is_enabled() && torch::autograd::any_variable_requires_grad(given);
    if (records) {
      std::shared_ptr<CustomNode> node(
          new CustomNode(name, backward, std::move(closure)), torch::autograd::deleteNode);
      node->set_next_edges(torch::autograd::collect_next_edges(given));
      for (at::Tensor &output : made) {
        const bool differentiable =
            c10::isFloatingType(output.scalar_type()) || c10::isComplexType(output.scalar_type());
        node->differentiable_.push_back(differentiable);
        if (differentiable)
          torch::autograd::set_history(output, node);
        else
          node->add_input_metadata(Node::undefined_input());
      }
      node->save(given, made);
    }
    give_all(std::move(made), results);
  });
}

}  // namespace

void fill_custom_operation(ctorch_table &table) { table.custom_operation = custom_operation; }

}  // namespace parallax
