#include "TorchRuntime.h"

#include "Internal/Guard.h"

#include <new>

namespace parallax {

std::string &last_error() {
  thread_local std::string message;
  return message;
}

ctorch_status keep_exception() noexcept {
  ctorch_status status = CTORCH_FAILED;
  try {
    std::string &message = last_error();
    try {
      throw;
    } catch (const c10::OutOfMemoryError &error) {
      message = error.what_without_backtrace();
      status = CTORCH_OUT_OF_MEMORY;
    } catch (const c10::Error &error) {
      message = error.what_without_backtrace();
    } catch (const std::bad_alloc &) {
      message = "out of memory";
      status = CTORCH_OUT_OF_MEMORY;
    } catch (const std::exception &error) {
      message = error.what();
    } catch (...) {
      message = "an exception of unknown type";
    }
    // The CPU allocator of older versions reports plain errors.
    if (message.find("can't allocate memory") != std::string::npos ||
        message.find("not enough memory") != std::string::npos)
      status = CTORCH_OUT_OF_MEMORY;
    while (!message.empty() && (message.back() == '\n' || message.back() == ' '))
      message.pop_back();
  } catch (...) {
    // Not even the message could be kept; the status says enough.
  }
  return status;
}

}  // namespace parallax

extern "C" const ctorch_table *parallax_torch_table(void) {
  static const ctorch_table table = [] {
    ctorch_table functions{};
    functions.abi_version = CTORCH_ABI_VERSION;
    functions.byte_count = static_cast<int32_t>(sizeof(ctorch_table));
    functions.version = [] { return TORCH_VERSION; };
    functions.last_error = [] { return parallax::last_error().c_str(); };
    parallax::fill_tensor_functions(functions);
    parallax::fill_operator_functions(functions);
    parallax::fill_gradient_functions(functions);
    parallax::fill_custom_operation(functions);
    parallax::fill_process_functions(functions);
    parallax::fill_memory_functions(functions);
    return functions;
  }();
  return &table;
}
