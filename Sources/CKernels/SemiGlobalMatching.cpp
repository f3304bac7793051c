#include "SemiGlobalMatching.h"
#include <algorithm>
#include <cstring>
#include "SemiGlobal/Cleaning.hpp"
#include "SemiGlobal/Planes.hpp"
#include "SemiGlobal/Refinement.hpp"
#include "SemiGlobal/Schedule.hpp"

namespace csgm {
namespace {

bool isSound(const csgm_settings &s) {
  const int64_t pixels = int64_t(s.width) * s.height;
  return s.width >= 1 && s.height >= 1 && s.width <= 1 << 16 && s.height <= 1 << 16 && pixels <= 1 << 28 &&
         s.min_disparity >= 0 && s.disparity_count >= 16 && s.disparity_count <= 1024 && s.disparity_count % 16 == 0 &&
         s.min_disparity + s.disparity_count < 2048 && (s.paths == 4 || s.paths == 8) && s.p1 >= 1 && s.p1 <= s.p2 &&
         s.p2 <= 95 && s.p2_min >= s.p1 && s.p2_min <= s.p2 && s.p2_scale >= 0 && s.p2_scale <= 1 << 16 &&
         s.uniqueness >= 0 && s.uniqueness <= 99 && s.speckle_area >= 0 && s.speckle_step >= 0 && s.fill >= 0 &&
         s.fill <= 65534 && s.threads >= 1 && s.instructions >= CSGM_AUTOMATIC && s.instructions <= CSGM_AVX512;
}

const Sweeps *sweepsFor(int instructions) {
  const int best = csgm_best_instructions();
  if (instructions == CSGM_AUTOMATIC) instructions = best;
  if (instructions > best) return nullptr;
#if defined(__x86_64__)
  if (instructions == CSGM_AVX512) return &avx512Sweeps;
  if (instructions == CSGM_AVX2) return &avx2Sweeps;
#endif
  return &portableSweeps;
}

Job jobFor(const csgm_settings &s) {
  Job job = {};
  job.width = s.width;
  job.height = s.height;
  job.minDisparity = s.min_disparity;
  job.count = s.disparity_count;
  job.padded = (s.disparity_count + chunk - 1) / chunk * chunk;
  job.paths = s.paths;
  job.states = s.paths == 8 ? 3 : 1;
  job.p1 = uint8_t(s.p1);
  for (int g = 0; g < 256; g++) {
    const int p2 = s.p2_scale > 0 ? s.p2 * s.p2_scale / (s.p2_scale + g) : s.p2;
    job.p2[g] = uint8_t(std::max(p2, s.p2_min));
  }
  return job;
}

int32_t match(const uint8_t *left, const uint8_t *right, const csgm_settings &s, const Sweeps &sweeps, Maps maps) {
  Job job = jobFor(s);
  const Planes planes(job, sweeps, left, right, s.threads);
  const size_t pixels = size_t(s.width) * s.height;
  Buffer<uint16_t> disparity(pixels), deviation(pixels);
  Buffer<uint8_t> confidence(pixels);
  const Maps found = {s.width, s.height, disparity.data(), deviation.data(), confidence.data()};
  Refinement refinement = {job, s.uniqueness, s.left_right, found};
  findWinners(
      job, sweeps, s.threads,
      [](void *context, int y, Winner *winners, uint32_t *scratch) {
        static_cast<Refinement *>(context)->finish(y, winners, scratch);
      },
      &refinement);
  if (s.median) smooth(found, sweeps, true, s.threads);
  if (s.speckle_area > 0) removeSpeckles(found, s.speckle_area, s.speckle_step);
  if (s.fill > 0) {
    retreat(found, left, s.threads);
    interpolate(found, sweeps, s.fill, s.threads);
    if (s.median) smooth(found, sweeps, false, s.threads);
  }
  std::memcpy(maps.disparity, found.disparity, pixels * sizeof(uint16_t));
  if (maps.deviation) std::memcpy(maps.deviation, found.deviation, pixels * sizeof(uint16_t));
  if (maps.confidence) std::memcpy(maps.confidence, found.confidence, pixels);
  return CSGM_OK;
}

}  // namespace
}  // namespace csgm

extern "C" int32_t csgm_best_instructions(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi") &&
      __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq"))
    return CSGM_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("popcnt"))
    return CSGM_AVX2;
#endif
  return CSGM_PORTABLE;
}

extern "C" int32_t csgm_match(const uint8_t *left, const uint8_t *right, const csgm_settings *settings,
                              uint16_t *disparity, uint16_t *deviation, uint8_t *confidence) {
  if (!left || !right || !settings || !disparity || !csgm::isSound(*settings)) return CSGM_BAD_ARGUMENT;
  const csgm::Sweeps *sweeps = csgm::sweepsFor(settings->instructions);
  if (!sweeps) return CSGM_BAD_ARGUMENT;
  try {
    return csgm::match(left, right, *settings, *sweeps,
                       {settings->width, settings->height, disparity, deviation, confidence});
  } catch (...) {
    return CSGM_NO_MEMORY;
  }
}
