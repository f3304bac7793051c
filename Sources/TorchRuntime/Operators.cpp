// libtorch 1.13 uses std::iterator, which newer standard libraries call deprecated.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "Internal/Guard.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/view_as_complex.h>
#include <ATen/ops/view_as_real.h>

#include <c10/core/InferenceMode.h>

#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace parallax {
namespace {

/// An operator with what its schema says about each argument, looked up once.
struct Operator {
  c10::OperatorHandle handle;
  std::string schema;
  /// Kind of each argument; of `T?` the kind of `T`, of a list the kind of the list.
  std::vector<c10::TypeKind> kinds;
  /// Whether an argument is a list of scalars of any kind.
  std::vector<bool> scalar_lists;
  std::vector<c10::IValue> defaults;
  std::vector<bool> has_default;

  explicit Operator(c10::OperatorHandle found) : handle(std::move(found)) {
    const auto &declared = handle.schema();
    std::ostringstream text;
    text << declared;
    schema = text.str();
    for (const auto &argument : declared.arguments()) {
      auto type = argument.type();
      if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
      const auto list = type->cast<c10::ListType>();
      kinds.push_back(type->kind());
      scalar_lists.push_back(list && list->getElementType()->kind() == c10::TypeKind::NumberType);
      has_default.push_back(argument.default_value().has_value());
      defaults.push_back(argument.default_value().value_or(c10::IValue()));
    }
  }
};

struct Cache {
  std::mutex mutex;
  std::unordered_map<std::string, std::unique_ptr<Operator>> operators;
};

Cache &cache() {
  static Cache *shared = new Cache;  // Never freed: operators are used until the process ends.
  return *shared;
}

Operator *as_operator(ctorch_operator handle) { return reinterpret_cast<Operator *>(handle); }

ctorch_status find(const char *name, const char *overload, ctorch_operator *result) {
  *result = nullptr;
  return guarded([&] {
    Cache &shared = cache();
    const std::lock_guard<std::mutex> lock(shared.mutex);
    auto &entry = shared.operators[std::string(name) + "." + overload];
    if (!entry)
      entry = std::make_unique<Operator>(
          c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
    *result = reinterpret_cast<ctorch_operator>(entry.get());
  });
}

template <typename Element>
at::ArrayRef<Element> list(const ctorch_value &value) {
  return {static_cast<const Element *>(value.pointer), static_cast<size_t>(value.count)};
}

template <typename Element>
c10::IValue scalar_list(const ctorch_value &value) {
  c10::List<at::Scalar> scalars;
  for (const Element element : list<Element>(value)) scalars.push_back(at::Scalar(element));
  return c10::IValue(std::move(scalars));
}

/// A number as a tensor without axes, float32 or float64, that never widens another one's type. The
/// last ones are kept: making one costs as much as the operator itself, and nobody changes them.
at::Tensor number(double value, c10::ScalarType type) {
  struct Entry {
    uint64_t bits;
    c10::ScalarType type;
    at::Tensor tensor;
  };
  thread_local std::array<Entry, 16> entries;
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  Entry &entry = entries[(bits * 0x9e3779b97f4a7c15u) >> 60];
  if (entry.tensor.defined() && entry.bits == bits && entry.type == type) return entry.tensor;
  // Not one of inference mode, which recorded operations would refuse later.
  const c10::InferenceMode guard(false);
  at::Tensor made = at::empty({}, at::TensorOptions().dtype(type));
  if (type == c10::ScalarType::Float)
    *made.data_ptr<float>() = static_cast<float>(value);
  else
    *made.data_ptr<double>() = value;
  made.unsafeGetTensorImpl()->set_wrapped_number(true);
  entry = {bits, type, made};
  return made;
}

/// The complex numbers whose real and imaginary parts lie along the last axis.
at::Tensor complex(const at::Tensor &pairs) { return at::view_as_complex(pairs.contiguous()); }

c10::IValue argument(const ctorch_value &value, c10::TypeKind kind, bool of_scalars) {
  switch (value.tag) {
    case CTORCH_NONE: return {};
    case CTORCH_TENSOR: return borrow(value.pointer);
    case CTORCH_NUMBER:
      return number(value.real, static_cast<c10::ScalarType>(value.integer));
    case CTORCH_COMPLEX_TENSOR: return complex(borrow(value.pointer));
    case CTORCH_INT:
      if (kind == c10::TypeKind::FloatType) return static_cast<double>(value.integer);
      return value.integer;
    case CTORCH_DOUBLE: return value.real;
    case CTORCH_BOOLEAN: return value.integer != 0;
    case CTORCH_STRING:
      return std::string(
          static_cast<const char *>(value.pointer), static_cast<size_t>(value.count));
    case CTORCH_INT_LIST:
      if (of_scalars) return scalar_list<int64_t>(value);
      return list<int64_t>(value);
    case CTORCH_DOUBLE_LIST:
      if (of_scalars) return scalar_list<double>(value);
      return list<double>(value);
    case CTORCH_BOOLEAN_LIST: {
      c10::List<bool> flags;
      for (const uint8_t flag : list<uint8_t>(value)) flags.push_back(flag != 0);
      return flags;
    }
    case CTORCH_TENSOR_LIST: {
      c10::List<at::Tensor> tensors;
      tensors.reserve(static_cast<size_t>(value.count));
      for (void *handle : list<void *>(value)) tensors.push_back(borrow(handle));
      return tensors;
    }
    case CTORCH_OPTIONAL_TENSOR_LIST: {
      c10::List<c10::optional<at::Tensor>> tensors;
      for (void *handle : list<void *>(value))
        tensors.push_back(handle ? c10::optional<at::Tensor>(borrow(handle)) : c10::nullopt);
      return tensors;
    }
    case CTORCH_ELEMENT_TYPE:
    case CTORCH_MEMORY_FORMAT: return value.integer;
    case CTORCH_DEVICE:
      return c10::Device(
          static_cast<c10::DeviceType>(value.integer), static_cast<c10::DeviceIndex>(value.count));
    case CTORCH_GENERATOR:
      return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(
          static_cast<c10::GeneratorImpl *>(const_cast<void *>(value.pointer))));
    default: TORCH_CHECK(false, "an argument has the unknown tag ", value.tag);
  }
}

template <typename Element, typename Elements>
void give_list(const Elements &elements, int32_t tag, ctorch_value &result) {
  const size_t count = elements.size();
  auto *copy = static_cast<Element *>(malloc(sizeof(Element) * (count ? count : 1)));
  if (!copy) throw std::bad_alloc();
  for (size_t i = 0; i < count; i++) copy[i] = static_cast<Element>(elements[i]);
  result = {tag, 0, static_cast<int64_t>(count), 0, 0, copy};
}

void give_result(c10::IValue &&value, ctorch_value &result) {
  result = {CTORCH_NONE, 0, 0, 0, 0, nullptr};
  if (value.isTensor()) {
    at::Tensor tensor = std::move(value).toTensor();
    if (tensor.defined() && tensor.is_complex()) tensor = at::view_as_real(tensor.resolve_conj());
    if (tensor.defined())
      result = {CTORCH_TENSOR, 0, 0, 0, 0, give(std::move(tensor))};
  } else if (value.isInt()) {
    result = {CTORCH_INT, 0, 0, value.toInt(), 0, nullptr};
  } else if (value.isDouble()) {
    result = {CTORCH_DOUBLE, 0, 0, 0, value.toDouble(), nullptr};
  } else if (value.isBool()) {
    result = {CTORCH_BOOLEAN, 0, 0, value.toBool() ? 1 : 0, 0, nullptr};
  } else if (value.isTensorList()) {
    auto tensors = value.toTensorVector();
    give_list<void *>(std::vector<void *>(tensors.size()), CTORCH_TENSOR_LIST, result);
    auto **slots = static_cast<ctorch_tensor *>(const_cast<void *>(result.pointer));
    give_all(std::move(tensors), slots);
  } else if (value.isIntList()) {
    give_list<int64_t>(value.toIntVector(), CTORCH_INT_LIST, result);
  } else if (value.isDoubleList()) {
    give_list<double>(value.toDoubleVector(), CTORCH_DOUBLE_LIST, result);
  } else if (value.isBoolList()) {
    give_list<uint8_t>(value.toBoolList().vec(), CTORCH_BOOLEAN_LIST, result);
  } else if (value.isString()) {
    give_list<char>(value.toStringRef(), CTORCH_STRING, result);
  } else if (!value.isNone()) {
    TORCH_CHECK(false, "a result of type ", value.tagKind(), " cannot be passed on");
  }
}

void release_list(ctorch_value *value) {
  switch (value->tag) {
    case CTORCH_TENSOR_LIST:
    case CTORCH_INT_LIST:
    case CTORCH_DOUBLE_LIST:
    case CTORCH_BOOLEAN_LIST:
    case CTORCH_STRING: free(const_cast<void *>(value->pointer)); break;
    default: break;
  }
  *value = {CTORCH_NONE, 0, 0, 0, 0, nullptr};
}

void release_values(ctorch_value *values, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    ctorch_value &value = values[i];
    guarded([&] {
      if (value.tag == CTORCH_TENSOR)
        take(static_cast<ctorch_tensor>(const_cast<void *>(value.pointer)));
      if (value.tag == CTORCH_TENSOR_LIST)
        for (void *handle : list<void *>(value)) take(static_cast<ctorch_tensor>(handle));
    });
    release_list(&value);
  }
}

ctorch_status call(
    ctorch_operator handle, const ctorch_value *arguments, int64_t argument_count,
    ctorch_value *results, int64_t capacity, int64_t *result_count) {
  *result_count = 0;
  int64_t given = 0;
  const ctorch_status status = guarded([&] {
    const Operator &operation = *as_operator(handle);
    const auto expected = static_cast<int64_t>(operation.kinds.size());
    TORCH_CHECK(
        argument_count <= expected, argument_count, " arguments for ", operation.schema);
    torch::jit::Stack stack;
    stack.reserve(static_cast<size_t>(expected));
    for (int64_t i = 0; i < argument_count; i++)
      stack.push_back(argument(arguments[i], operation.kinds[i], operation.scalar_lists[i]));
    for (int64_t i = argument_count; i < expected; i++) {
      TORCH_CHECK(
          operation.has_default[i], "argument ", i + 1, " is missing for ", operation.schema);
      stack.push_back(operation.defaults[i]);
    }
    operation.handle.callBoxed(&stack);
    const auto count = static_cast<int64_t>(stack.size());
    TORCH_CHECK(count <= capacity, count, " results of ", operation.schema);
    for (; given < count; given++) give_result(std::move(stack[given]), results[given]);
    *result_count = count;
  });
  if (status != CTORCH_OK) release_values(results, given);
  return status;
}

}  // namespace

void fill_operator_functions(ctorch_table &table) {
  table.operator_find = find;
  table.operator_schema = [](ctorch_operator handle) {
    return as_operator(handle)->schema.c_str();
  };
  table.operator_call = call;
  table.values_release = release_values;
  table.value_release_list = release_list;
}

}  // namespace parallax
