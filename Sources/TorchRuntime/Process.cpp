#include "Internal/Guard.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/Generator.h>

#include <dlfcn.h>

namespace parallax {
namespace {

thread_local bool thread_is_prepared = false;

/// libtorch leaves OpenBLAS alone when OpenBLAS runs its own threads; its count is one for the
/// process.
void set_openblas_count(int count) {
  using setter = void (*)(int);
  static const auto set_openblas =
      reinterpret_cast<setter>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (set_openblas) set_openblas(count);
}

ctorch_status set_thread_count(int32_t count) {
  return guarded([&] {
    TORCH_CHECK(count >= 1, "an operator cannot use ", count, " threads");
    at::set_num_threads(count);
    set_openblas_count(count);
  });
}

int32_t cuda_device_count() {
  int32_t count = 0;
  guarded([&] {
    static const bool opened = [] {
      if (!at::hasCUDA()) dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL);
      return at::hasCUDA();
    }();
    if (opened) count = static_cast<int32_t>(at::detail::getCUDAHooks().getNumGPUs());
  });
  return count;
}

at::Generator generator(ctorch_generator handle) {
  return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(
      reinterpret_cast<c10::GeneratorImpl *>(handle)));
}

void seed_generator(at::Generator random, uint64_t seed) {
  const std::lock_guard<std::mutex> lock(random.mutex());
  random.set_current_seed(seed);
}

ctorch_status create_generator(
    int32_t kind, int32_t index, uint64_t seed, ctorch_generator *result) {
  *result = nullptr;
  return guarded([&] {
    const c10::Device device(
        static_cast<c10::DeviceType>(kind), static_cast<c10::DeviceIndex>(kind ? index : -1));
    at::Generator random =
        device.is_cpu() ? at::detail::createCPUGenerator(seed)
                        : at::globalContext().defaultGenerator(device).clone();
    seed_generator(random, seed);
    *result = reinterpret_cast<ctorch_generator>(
        c10::intrusive_ptr<c10::GeneratorImpl>(random.getIntrusivePtr()).release());
  });
}

void release_generator(ctorch_generator handle) {
  guarded([&] {
    c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(
        reinterpret_cast<c10::GeneratorImpl *>(handle));
  });
}

ctorch_status set_seed(ctorch_generator handle, uint64_t seed) {
  return guarded([&] { seed_generator(generator(handle), seed); });
}

ctorch_status get_state(ctorch_generator handle, ctorch_tensor *result) {
  *result = nullptr;
  return guarded([&] {
    at::Generator random = generator(handle);
    const std::lock_guard<std::mutex> lock(random.mutex());
    *result = give(random.get_state());
  });
}

ctorch_status set_state(ctorch_generator handle, ctorch_tensor state) {
  return guarded([&] {
    at::Generator random = generator(handle);
    const std::lock_guard<std::mutex> lock(random.mutex());
    random.set_state(borrow(state));
  });
}

}  // namespace

void prepare_thread() {
  if (thread_is_prepared) return;
  thread_is_prepared = true;
  at::set_num_threads(1);
  static const bool openblas_is_prepared = (set_openblas_count(1), true);
  (void)openblas_is_prepared;
}

void fill_process_functions(ctorch_table &table) {
  table.generator_create = create_generator;
  table.generator_release = release_generator;
  table.generator_set_seed = set_seed;
  table.generator_state = get_state;
  table.generator_set_state = set_state;
  table.thread_count = [] {
    int32_t count = 1;
    guarded([&] { count = static_cast<int32_t>(at::get_num_threads()); });
    return count;
  };
  table.set_thread_count = set_thread_count;
  table.cuda_device_count = cuda_device_count;
}

}  // namespace parallax
