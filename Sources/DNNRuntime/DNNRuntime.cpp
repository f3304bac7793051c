#include "DNNRuntime.h"

#include "Program.hpp"

namespace cdnn {
namespace {

const char *version() {
  static const std::string text = [] {
    const dnnl_version_t *found = dnnl_version();
    return std::to_string(found->major) + "." + std::to_string(found->minor) + "." +
           std::to_string(found->patch);
  }();
  return text.c_str();
}

cdnn_status create(int32_t threads, cdnn_program **out) {
  *out = nullptr;
  return guarded([&] { *out = new cdnn_program(threads); });
}

const cdnn_table table = {
    sizeof(cdnn_table),
    version,
    [] { return static_cast<const char *>(error_text().c_str()); },
    create,
    [](cdnn_program *program) { guarded([&] { delete program; }); },
    add_convolution,
    add_linear,
    add_pooling,
    add_normalisation,
    add_elementwise,
    add_concatenation,
    [](const cdnn_program *program, size_t step) {
      return step < program->steps.size() ? program->steps[step].description.c_str() : "";
    },
    [](const cdnn_program *program) { return program->steps.size(); },
    [](const cdnn_program *program) { return program->packed_size + program->scratch.size(); },
    [](cdnn_program *program, size_t first, size_t count) {
      return guarded([&] { program->run(first, count); });
    },
    recurrence_create,
    recurrence_release,
    recurrence_bytes,
    recurrence_run,
};

}  // namespace
}  // namespace cdnn

const cdnn_table *cdnn_runtime_table(void) { return &cdnn::table; }
