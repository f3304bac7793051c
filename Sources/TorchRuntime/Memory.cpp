#include "Internal/Guard.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <mutex>
#include <unordered_set>

namespace parallax {
namespace {

void *(*take_block)(size_t) = nullptr;
void (*give_block)(void *) = nullptr;
c10::Allocator *usual = nullptr;
c10::DeleterFnPtr free_usual = nullptr;

std::mutex taken_lock;

/// The program's blocks that libtorch uses; never destroyed, since tensors may outlive everything.
std::unordered_set<void *> &taken() {
  static auto *blocks = new std::unordered_set<void *>;
  return *blocks;
}

/// All memory has one deleter, which libtorch's interface without contexts demands.
void release(void *bytes) {
  bool is_block = false;
  // The program's blocks begin 64 bytes behind a huge page: few others need a search.
  if (reinterpret_cast<uintptr_t>(bytes) % 4096 == 64) {
    const std::lock_guard<std::mutex> guard(taken_lock);
    is_block = taken().erase(bytes) == 1;
  }
  is_block ? give_block(bytes) : free_usual(bytes);
}

/// Large blocks from the program's store of used ones; all others, and all while it is off, from libtorch.
class KeptMemory final : public c10::Allocator {
 public:
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
  c10::DataPtr allocate(size_t count) override { return block(count); }
  void copy_data(void *target, const void *source, size_t count) const override {
    default_copy_data(target, source, count);
  }
#else
  c10::DataPtr allocate(size_t count) const override { return block(count); }
#endif
  c10::DeleterFnPtr raw_deleter() const override { return release; }

 private:
  static c10::DataPtr block(size_t count) {
    void *bytes = count >= CTORCH_LEAST_KEPT_BLOCK ? take_block(count) : nullptr;
    if (bytes) {
      const std::lock_guard<std::mutex> guard(taken_lock);
      taken().insert(bytes);
    } else {
      bytes = usual->raw_allocate(count);
    }
    return {bytes, bytes, release, c10::Device(c10::DeviceType::CPU)};
  }
};

ctorch_status use_memory(void *(*take)(size_t), void (*give)(void *)) {
  return guarded([&] {
    take_block = take;
    give_block = give;
    if (usual) return;
    c10::Allocator *present = c10::GetAllocator(c10::DeviceType::CPU);
    free_usual = present->raw_deleter();
    if (!free_usual) return;
    usual = present;
    static KeptMemory memory;
    c10::SetCPUAllocator(&memory, 1);
  });
}

}  // namespace

void fill_memory_functions(ctorch_table &table) { table.use_memory = use_memory; }

}  // namespace parallax
