#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace ckernels {

/// Calls `work(worker)` once on each of at most `threads` threads, with workers numbered from 0; the caller is worker 0. `work` may
/// throw nothing. When the system gives fewer threads, fewer workers are called: the work must share itself out among those that come.
template <class Work> void onThreads(int threads, const Work &work) {
  std::vector<std::thread> others;
  try {
    others.reserve(std::max(0, threads - 1));
    for (int worker = 1; worker < threads; worker++) others.emplace_back([&work, worker] { work(worker); });
  } catch (...) {
  }
  work(0);
  for (auto &other : others) other.join();
}

/// Calls `work(first, end, worker)` for chunks of `0 ..< count`, whose bounds depend on `chunk` alone; whoever is free takes the next.
/// `work` may throw nothing.
template <class Work> void forChunks(int64_t count, int64_t chunk, int threads, const Work &work) {
  const int64_t chunks = (count + chunk - 1) / chunk;
  std::atomic<int64_t> next{0};
  onThreads(int(std::min<int64_t>(std::max(1, threads), chunks)), [&](int worker) {
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < chunks;)
      work(i * chunk, std::min(count, (i + 1) * chunk), worker);
  });
}

}  // namespace ckernels
