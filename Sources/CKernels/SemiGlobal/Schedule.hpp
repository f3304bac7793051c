#pragma once
#include "Job.hpp"

namespace csgm {

/// Finds the winners of all rows and hands each row to `finish(y, winners, scratch)`, from one of `threads` threads, each row once.
///
/// Upward path costs are needed where downward ones meet them, so one sweep upwards keeps the states at every strip of rows; each
/// strip is then swept upwards again and downwards, with its sums in the cache. Memory grows with the square root of the height
/// times width times disparities. With more threads the picture is cut into segments; another sweep downwards yields the states
/// at their starts. All of that is exact: no cut changes a value.
void findWinners(const Job &job, const Sweeps &sweeps, int threads,
                 void (*finish)(void *context, int y, Winner *winners, uint32_t *scratch), void *context);

}  // namespace csgm
