#include "Internal/Guard.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

namespace parallax {
namespace {

void *(*take_block)(size_t) = nullptr;
void (*give_block)(void *) = nullptr;

/// Large blocks from the program's store of used ones; all others, and all when it is off, from libtorch.
class KeptMemory final : public c10::Allocator {
 public:
  explicit KeptMemory(c10::Allocator *usual) : usual(usual) {}

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
  c10::DataPtr allocate(size_t count) override { return block(count); }
  void copy_data(void *target, const void *source, size_t count) const override {
    default_copy_data(target, source, count);
  }
#else
  c10::DataPtr allocate(size_t count) const override { return block(count); }
#endif

 private:
  c10::Allocator *usual;

  c10::DataPtr block(size_t count) const {
    if (count >= CTORCH_LEAST_KEPT_BLOCK) {
      if (void *bytes = take_block(count))
        return {bytes, bytes, give_block, c10::Device(c10::DeviceType::CPU)};
    }
    return usual->allocate(count);
  }
};

ctorch_status use_memory(void *(*take)(size_t), void (*give)(void *)) {
  return guarded([&] {
    take_block = take;
    give_block = give;
    static KeptMemory memory(c10::GetAllocator(c10::DeviceType::CPU));
    c10::SetCPUAllocator(&memory, 1);
  });
}

}  // namespace

void fill_memory_functions(ctorch_table &table) { table.use_memory = use_memory; }

}  // namespace parallax
