#pragma once
#include <condition_variable>
#include <mutex>

#include "Parallel.hpp"

namespace ckernels {

/// Threads that stay, for one caller with many short pieces of work in turn: starting threads anew costs about 0.1 ms each time.
///
/// Between two pieces they look for the next one for some microseconds, then sleep.
class Team {
 public:
  /// As many threads as the system gives, at most `threads`, the caller among them.
  explicit Team(int threads) : wanted_(std::max(1, threads)) {
    try {
      others_.reserve(size_t(wanted_ - 1));
      for (int worker = 1; worker < wanted_; worker++) others_.emplace_back([this, worker] { follow(worker); });
    } catch (...) {
    }
  }

  ~Team() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      ends_ = true;
      round_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    for (auto &other : others_) other.join();
  }

  Team(const Team &) = delete;
  Team &operator=(const Team &) = delete;

  /// The number of threads that were asked for.
  int wanted() const { return wanted_; }

  /// Calls `work(worker)` once on each thread and returns when all are done. `work` may throw nothing.
  template <class Work> void run(const Work &work) {
    call_ = [](const void *work, int worker) { (*static_cast<const Work *>(work))(worker); };
    work_ = &work;
    running_.store(int(others_.size()), std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      round_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    work(0);
    while (running_.load(std::memory_order_acquire) > 0) std::this_thread::yield();
  }

 private:
  static constexpr int looks = 4000;

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }

  void follow(int worker) {
    for (uint64_t seen = 0;;) {
      for (int look = 0; look < looks && round_.load(std::memory_order_acquire) == seen; look++) pause();
      if (round_.load(std::memory_order_acquire) == seen) {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return round_.load(std::memory_order_acquire) != seen; });
      }
      seen = round_.load(std::memory_order_acquire);
      if (ends_) return;
      call_(work_, worker);
      running_.fetch_sub(1, std::memory_order_release);
    }
  }

  const int wanted_;
  std::vector<std::thread> others_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> round_{0};
  std::atomic<int> running_{0};
  void (*call_)(const void *, int) = nullptr;
  const void *work_ = nullptr;
  bool ends_ = false;
};

/// As the function of this name that starts threads.
template <class Work> void forChunks(int64_t count, int64_t chunk, Team &team, const Work &work) {
  const int64_t chunks = (count + chunk - 1) / chunk;
  std::atomic<int64_t> next{0};
  team.run([&](int worker) {
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < chunks;)
      work(i * chunk, std::min(count, (i + 1) * chunk), worker);
  });
}

}  // namespace ckernels
