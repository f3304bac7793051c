#include "Schedule.hpp"
#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

namespace csgm {
namespace {

/// States of several rows.
class States {
 public:
  States(const Job &job, int count)
      : job(job), costs(job.stateBytes() * std::max(count, 1)), minima(job.stateMinima() * std::max(count, 1)) {}
  State operator[](int i) const {
    return {costs.data() + job.stateBytes() * i, minima.data() + job.stateMinima() * i};
  }

 private:
  const Job &job;
  Buffer<uint8_t> costs, minima;
};

void clear(const Job &job, State state) {
  std::memset(state.costs, 0, job.stateBytes());
  std::memset(state.minima, 0, job.stateMinima());
}

void copy(const Job &job, State from, State to) {
  std::memcpy(to.costs, from.costs, job.stateBytes());
  std::memcpy(to.minima, from.minima, job.stateMinima());
}

/// A number that grows, and those who wait for it.
class Progress {
 public:
  void reach(int value) {
    std::lock_guard<std::mutex> lock(mutex);
    reached = value;
    changed.notify_all();
  }
  void wait(int value) {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return reached >= value; });
  }

 private:
  std::mutex mutex;
  std::condition_variable changed;
  int reached = 0;
};

class Schedule {
 public:
  Schedule(const Job &job, const Sweeps &sweeps, int threads, void (*finish)(void *, int, Winner *, uint32_t *), void *context)
      : job(job),
        sweeps(sweeps),
        rows(stripRows(job, threads)),
        strips((job.height + rows - 1) / rows),
        threads(std::clamp(threads, 1, std::max(1, std::min(strips / 2, 64)))),
        finish(finish),
        context(context),
        upwards(job, strips),
        downwards(job, this->threads - 1) {
    for (int t = 0; t < this->threads; t++) workers.emplace_back(job, rows);
  }

  void run() {
    std::vector<std::thread> others;
    others.reserve(threads);
    // Where the system gives no more threads, fewer do it all.
    for (int t = 1; t < threads; t++) {
      try {
        others.emplace_back([this, t] {
          started.wait(1);
          if (t < team) work(t);
        });
      } catch (...) {
        break;
      }
    }
    team = int(others.size()) + 1;
    plan();
    started.reach(1);
    work(0);
    for (auto &other : others) other.join();
  }

 private:
  struct Worker {
    State state() const { return {costs.data(), minima.data()}; }
    Buffer<uint8_t> costs, minima, horizontal, sums, total;
    Buffer<Winner> winners;
    Buffer<uint32_t> scratch;
    Worker(const Job &job, int rows)
        : costs(job.stateBytes()),
          minima(job.stateMinima()),
          horizontal(job.padded),
          sums(job.sumBytes() * rows),
          total(job.padded),
          winners(job.width),
          scratch(job.width) {}
  };

  static int stripRows(const Job &job, int threads) {
    // All sums in the cache: no second sweep upwards.
    if (threads <= 1 && job.sumBytes() <= (size_t(16) << 20) / size_t(job.height)) return job.height;
    const double balance = std::sqrt(double(job.height) * (job.states == 3 ? 1.5 : 1));
    return std::clamp(int(balance), 1, 64);
  }

  /// Cuts the strips into segments so that all threads end at about the same time: an advancing sweep costs a fifth of matching.
  void plan() {
    const double advance = 0.23;
    std::vector<double> share(team, 0);
    for (int t = 0; t < team; t++) share[t] = t == 0 ? -advance : t == team - 1 ? -advance * 0.6 : -advance * 0.5;
    double total = 0;
    for (double s : share) total += s;
    const double even = (1 - total) / team;
    segments.assign(1, 0);
    double end = 0;
    for (int t = 0; t < team; t++) {
      end += std::max(0.0, even + share[t]);
      const int least = segments.back(), most = strips;
      segments.push_back(t == team - 1 ? strips : std::clamp(int(end * strips + 0.5), least, most));
    }
  }

  /// Thread 0 sweeps upwards and thread 1 downwards before their segments; the others wait for what they need.
  void work(int thread) {
    Worker &worker = workers[thread];
    if (thread == 0) sweepUpwards(worker);
    if (thread == 1) sweepDownwards(worker);
    // The last segment is that of thread 1, which knows the state there first.
    const int segment = thread == 0 ? 0 : thread == 1 ? team - 1 : thread - 1;
    State state = worker.state();
    if (segment == 0) {
      clear(job, state);
    } else {
      downwardsReady.wait(segment);
      copy(job, downwards[segment - 1], state);
    }
    for (int strip = segments[segment]; strip < segments[segment + 1]; strip++) match(strip, worker, state);
  }

  /// The states above every strip but the last, from below.
  void sweepUpwards(Worker &worker) {
    const State state = worker.state();
    clear(job, state);
    for (int strip = strips - 1; strip > 0; strip--) {
      for (int y = std::min(job.height, (strip + 1) * rows) - 1; y >= strip * rows; y--)
        sweeps.advance(job, true, y, state);
      copy(job, state, upwards[strip - 1]);
      upwardsReady.reach(strips - strip);
    }
  }

  /// The states at the starts of the segments but the first, from above.
  void sweepDownwards(Worker &worker) {
    const State state = worker.state();
    clear(job, state);
    for (int segment = 1; segment < team; segment++) {
      for (int y = segments[segment - 1] * rows; y < std::min(job.height, segments[segment] * rows); y++)
        sweeps.advance(job, false, y, state);
      copy(job, state, downwards[segment - 1]);
      downwardsReady.reach(segment);
    }
  }

  void match(int strip, Worker &worker, State downward) {
    // A kept state is used once, so it is used up.
    const State upward = upwards[strip];
    if (strip == strips - 1) clear(job, upward);
    else upwardsReady.wait(strips - 1 - strip);
    const int start = strip * rows, end = std::min(job.height, start + rows);
    const size_t bytes = job.sumBytes();
    for (int y = end - 1; y >= start; y--)
      sweeps.sumUpwards(job, y, upward, worker.horizontal.data(), worker.sums.data() + bytes * size_t(y - start));
    for (int y = start; y < end; y++) {
      sweeps.matchDownwards(job, y, downward, worker.horizontal.data(), worker.sums.data() + bytes * size_t(y - start),
                            worker.total.data(), worker.winners.data());
      finish(context, y, worker.winners.data(), worker.scratch.data());
    }
  }

  const Job &job;
  const Sweeps &sweeps;
  const int rows, strips, threads;
  int team = 1;
  void (*finish)(void *, int, Winner *, uint32_t *);
  void *context;
  States upwards, downwards;
  std::vector<Worker> workers;
  std::vector<int> segments;
  Progress started, upwardsReady, downwardsReady;
};

}  // namespace

void findWinners(const Job &job, const Sweeps &sweeps, int threads, void (*finish)(void *, int, Winner *, uint32_t *),
                 void *context) {
  Schedule(job, sweeps, threads, finish, context).run();
}

}  // namespace csgm
