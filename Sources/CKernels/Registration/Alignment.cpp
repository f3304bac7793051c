#include "Alignment.h"

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "../Team.hpp"
#include "Correspondences.hpp"
#include "StepSums.hpp"

#pragma STDC FP_CONTRACT OFF

namespace ckernels {

/// Sixteen places with room for whole blocks.
static std::vector<Place> places(const float *xyz, int64_t count) {
  std::vector<Place> result{size_t(count)};
  for (int64_t i = 0; xyz && i < count; i++) result[size_t(i)] = {xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2], 0};
  return result;
}

}  // namespace ckernels

struct ckernels_alignment {
  ckernels::Correspondences pairs;
  std::vector<ckernels::Place> targetNormals, sourceNormals;
  std::vector<ckernels::ChunkSums> sums;
  std::unique_ptr<ckernels::Team> team;

  explicit ckernels_alignment(const ckernels_alignment_input &input)
      : pairs(input, ckernels::places(input.target, input.target_count)),
        targetNormals(ckernels::places(input.target_normals, input.target_normals ? input.target_count : 0)),
        sourceNormals(ckernels::places(input.source_normals, input.source_normals ? input.source_count : 0)),
        sums(size_t((input.source_count + ckernels::chunkPoints - 1) / ckernels::chunkPoints)) {}
};

ckernels_alignment *ckernels_alignment_create(const ckernels_alignment_input *input) {
  try {
    return new ckernels_alignment(*input);
  } catch (...) {
    return nullptr;
  }
}

void ckernels_alignment_release(ckernels_alignment *alignment) { delete alignment; }

int32_t ckernels_alignment_step(ckernels_alignment *alignment, const double rotation[9], const double translation[3], int32_t method,
                                int32_t kernel, double width, double epsilon, int32_t threads, ckernels_alignment_sums *sums) {
  ckernels::Correspondences &pairs = alignment->pairs;
  const ckernels::StepSettings settings(method, kernel, width, epsilon);
  const ckernels::Motion motion(rotation, translation);
  std::atomic<bool> failed{false};
  try {
    if (!alignment->team || alignment->team->wanted() != threads) alignment->team.reset(new ckernels::Team(threads));
  } catch (...) {
    return 1;
  }
  ckernels::forChunks(pairs.sourceCount(), ckernels::chunkPoints, *alignment->team, [&](int64_t first, int64_t end, int) {
    try {
      std::unique_ptr<ckernels::Chunk> chunk(new ckernels::Chunk);
      chunk->first = first, chunk->count = int(end - first);
      pairs.find(motion, *chunk);
      const ckernels::Place *normals = alignment->sourceNormals.empty() ? nullptr : alignment->sourceNormals.data() + first;
      ckernels::addPairs(*chunk, alignment->targetNormals.data(), normals, motion, settings,
                         alignment->sums[size_t(first / ckernels::chunkPoints)]);
    } catch (...) {
      failed = true;
    }
  });
  if (failed) return 1;
  double total[ckernels::ChunkSums::count] = {};
  for (const auto &chunk : alignment->sums)
    for (int n = 0; n < ckernels::ChunkSums::count; n++) total[n] += chunk.values[n];
  *sums = {};
  for (int n = 0; n < 21; n++) sums->matrix[n] = total[n];
  for (int n = 0; n < 6; n++) sums->right[n] = total[21 + n];
  sums->pairs = total[27], sums->squared_distances = total[28], sums->squared_residuals = total[29];
  sums->weighted_residuals = total[30], sums->weights = total[31], sums->searches = total[32];
  return 0;
}

void ckernels_alignment_pairs(const ckernels_alignment *alignment, int32_t *matches, float *squared_distances) {
  alignment->pairs.copy(matches, squared_distances);
}
