#pragma once
#include <algorithm>
#include <thread>
#include <vector>

namespace csgm {

/// Calls `work(first, end)` for consecutive ranges of rows, on at most `threads` threads. `work` may throw nothing.
template <class Work> void forRows(int height, int threads, const Work &work) {
  const int ranges = std::max(1, std::min(threads, height / 32));
  const auto bound = [&](int i) { return int(int64_t(height) * i / ranges); };
  std::vector<std::thread> others;
  others.reserve(ranges);
  int next = 1;
  try {
    for (; next < ranges; next++) others.emplace_back([&work, first = bound(next), end = bound(next + 1)] { work(first, end); });
  } catch (...) {
    // The system gives no more threads: the rest is done here.
  }
  work(bound(0), bound(1));
  if (next < ranges) work(bound(next), height);
  for (auto &other : others) other.join();
}

}  // namespace csgm
