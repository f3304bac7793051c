#include <vector>
#include "../Parallel.hpp"
#include "Rows.hpp"

using namespace ckernels::rows;

extern "C" void ckernels_ball_members(const int32_t *indices, const int32_t *counts, int64_t clouds, int64_t groups_per_cloud, int64_t k,
                                      int64_t points_per_cloud, const int64_t *starts, int32_t *members, float *repeats) {
  for (int64_t group = 0; group < clouds * groups_per_cloud; group++) {
    const int64_t hits = std::max<int64_t>(1, counts[group]);
    const int32_t first = int32_t(group / groups_per_cloud * points_per_cloud);
    for (int64_t hit = 0; hit < hits; hit++) {
      members[starts[group] + hit] = first + indices[group * k + hit];
      repeats[starts[group] + hit] = hit == 0 ? float(k - hits + 1) : 1.0f;
    }
  }
}

extern "C" void ckernels_group_differences(const ckernels_point_groups *g, int64_t channels, const float *points, const float *centres,
                                           float *out) {
  const int64_t groups = g->clouds * g->groups_per_cloud;
  if (groups <= 0 || channels <= 0) return;
  ckernels::forChunks(groups, 64, threadsFor(g->starts[groups], channels, g->threads), [&](int64_t first, int64_t end, int) {
    for (int64_t group = first; group < end; group++) {
      const int64_t start = g->starts[group];
      kernels().differences(points, g->members + start, centres + group * channels, g->starts[group + 1] - start, channels,
                            out + start * channels);
    }
  });
}

extern "C" void ckernels_group_differences_gradient(const ckernels_point_groups *g, int64_t channels, const float *gradient,
                                                    float *points, float *centres) {
  const int64_t groups = g->clouds * g->groups_per_cloud;
  if (channels <= 0) return;
  const int threads = groups > 0 ? threadsFor(g->starts[groups], channels, g->threads) : 1;
  if (centres && groups > 0)
    ckernels::forChunks(groups, 64, threads, [&](int64_t first, int64_t end, int) {
      for (int64_t group = first; group < end; group++) {
        float *centre = centres + group * channels;
        const int64_t start = g->starts[group];
        std::fill(centre, centre + channels, 0.0f);
        kernels().sumRows(gradient + start * channels, g->starts[group + 1] - start, channels, centre);
        for (int64_t c = 0; c < channels; c++) centre[c] = -centre[c];
      }
    });
  if (!points || g->clouds <= 0) return;
  // Threads share clouds, or the channels of few.
  const int64_t width = g->clouds >= threads ? channels : std::max<int64_t>(16, (channels + threads - 1) / threads);
  const int64_t blocks = (channels + width - 1) / width;
  ckernels::forChunks(g->clouds * blocks, 1, threads, [&](int64_t first, int64_t stop, int) {
    for (int64_t i = first; i < stop; i++) {
      const int64_t cloud = i / blocks, begin = i % blocks * width, end = std::min(channels, begin + width);
      float *own = points + cloud * g->points_per_cloud * channels;
      for (int64_t p = 0; p < g->points_per_cloud; p++) std::fill(own + p * channels + begin, own + p * channels + end, 0.0f);
      const int64_t from = g->starts[cloud * g->groups_per_cloud], to = g->starts[(cloud + 1) * g->groups_per_cloud];
      kernels().spread(gradient + from * channels, g->members + from, to - from, channels, begin, end, points);
    }
  });
}
