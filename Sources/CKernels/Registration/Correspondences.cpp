#include "Correspondences.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#pragma STDC FP_CONTRACT OFF

namespace ckernels {

namespace {

/// Rounding of the distances that are compared, many times over.
constexpr float margin = 1e-5f;

CKERNELS_BODY void moveBody(const float *source, int count, const Motion &m, Chunk &chunk) {
  for (int i = 0; i < count; i += 16) {
    Floats x, y, z;
    float rest[48];
    const float *block = source + 3 * i;
    if (count - i < 16) {
      for (int n = 0; n < 48; n++) rest[n] = n < 3 * (count - i) ? block[n] : 0;
      block = rest;
    }
    loadColumns(block, x, y, z);
    const Floats moved[3] = {x * m.r[0] + y * m.r[1] + z * m.r[2] + m.t[0], x * m.r[3] + y * m.r[4] + z * m.r[5] + m.t[1],
                             x * m.r[6] + y * m.r[7] + z * m.r[8] + m.t[2]};
    for (int axis = 0; axis < 3; axis++) memcpy(&chunk.y[axis][i], &moved[axis], 64);
  }
}
CKERNELS_VERSIONS(void, moveBody, (const float *source, int count, const Motion &m, Chunk &chunk), (source, count, m, chunk))

float squaredDistance(const Place &p, const float *y) {
  const float dx = p.x - y[0], dy = p.y - y[1], dz = p.z - y[2];
  return dx * dx + dy * dy + dz * dz;
}

}  // namespace

Correspondences::Correspondences(const ckernels_alignment_input &input, std::vector<Place> target)
    : input_(input), target_(std::move(target)), reach_(input.max_distance), searchReach_(input.max_distance * 1.25f),
      tracks_(size_t(input.source_count)), matches_(size_t(input.source_count), -2), squaredDistances_(size_t(input.source_count)) {}

void Correspondences::find(const Motion &motion, Chunk &chunk) {
  CKERNELS_CHOOSE(moveBody)(input_.source + 3 * chunk.first, chunk.count, motion, chunk);
  std::vector<int> wanted;
  for (int i = 0; i < chunk.count; i++) {
    const size_t s = size_t(chunk.first + i);
    const float y[3] = {chunk.y[0][i], chunk.y[1][i], chunk.y[2][i]};
    const Track &track = tracks_[s];
    const float dx = y[0] - track.x, dy = y[1] - track.y, dz = y[2] - track.z;
    const float moved = std::sqrt(dx * dx + dy * dy + dz * dz);
    const float others = track.second - moved - margin * (track.second + moved);
    if (matches_[s] >= 0) {
      const float square = squaredDistance(target_[size_t(matches_[s])], y);
      if (others > 0 && square < others * others) squaredDistances_[s] = square;
      else if (!searchNeighbours(y, int64_t(s))) wanted.push_back(i);
    } else if (matches_[s] == -2 || !(others > reach_)) {
      wanted.push_back(i);
    }
  }
  chunk.searches = int(wanted.size());
  if (!wanted.empty()) searchIndex(chunk, wanted);
  const float limit = reach_ * reach_;
  for (int i = 0; i < chunkPoints; i++) {
    const size_t s = size_t(chunk.first + i);
    const bool isPair = i < chunk.count && matches_[s] >= 0 && squaredDistances_[s] <= limit;
    chunk.match[i] = isPair ? matches_[s] : -1;
    if (!isPair) {
      for (int axis = 0; axis < 3; axis++) chunk.e[axis][i] = 0;
      if (i >= chunk.count) for (int axis = 0; axis < 3; axis++) chunk.y[axis][i] = 0;
      continue;
    }
    const Place &q = target_[size_t(matches_[s])];
    chunk.e[0][i] = q.x - chunk.y[0][i], chunk.e[1][i] = q.y - chunk.y[1][i], chunk.e[2][i] = q.z - chunk.y[2][i];
  }
}

/// Looks through the neighbours of the present match, and those of a nearer point among them; false when they do not decide.
bool Correspondences::searchNeighbours(const float *y, int64_t source) {
  if (!input_.neighbours) return false;
  int32_t match = matches_[size_t(source)];
  const int32_t k = input_.k;
  for (int hops = 0; hops < 8; hops++) {
    const int32_t *list = input_.neighbours + int64_t(match) * k;
    const float *spread = input_.neighbour_distances + int64_t(match) * k;
    const float start = squaredDistance(target_[size_t(match)], y), radius = std::sqrt(start);
    int32_t best = match;
    constexpr float infinity = std::numeric_limits<float>::infinity();
    float first = start, second = infinity, bound = infinity;
    // Points behind one this far from the match are farther from y than the second nearest.
    float enough = infinity;
    for (int32_t n = 0; n < k && list[n] >= 0; n++) {
      const bool isBeyond = spread[n] > enough;
      if (isBeyond || n == k - 1) bound = std::sqrt(spread[n]) * (1 - margin) - radius * (1 + margin);
      if (isBeyond) break;
      if (list[n] == match) continue;
      const float square = squaredDistance(target_[size_t(list[n])], y);
      if (square > second) continue;
      if (square < first || (square == first && list[n] < best)) second = first, first = square, best = list[n];
      else second = square;
      enough = (radius + std::sqrt(second)) * (1 + 4 * margin);
      enough *= enough;
    }
    if (bound > 0 && first < bound * bound) {
      tracks_[size_t(source)] = {y[0], y[1], y[2], std::min(bound, std::sqrt(second))};
      matches_[size_t(source)] = best;
      squaredDistances_[size_t(source)] = first;
      return true;
    }
    if (best == match) return false;
    match = best;
  }
  return false;
}

void Correspondences::searchIndex(Chunk &chunk, const std::vector<int> &wanted) {
  std::vector<float> queries(3 * wanted.size()), squares(2 * wanted.size());
  std::vector<int32_t> found(2 * wanted.size());
  for (size_t n = 0; n < wanted.size(); n++)
    for (int axis = 0; axis < 3; axis++) queries[3 * n + size_t(axis)] = chunk.y[axis][wanted[n]];
  if (ckernels_nearest(input_.index, queries.data(), int64_t(wanted.size()), 2, searchReach_, 1, found.data(), squares.data()) != 0)
    throw std::bad_alloc();
  for (size_t n = 0; n < wanted.size(); n++) {
    const size_t s = size_t(chunk.first + wanted[n]);
    const float second = found[2 * n + 1] >= 0 ? std::sqrt(squares[2 * n + 1]) : searchReach_;
    tracks_[s] = {queries[3 * n], queries[3 * n + 1], queries[3 * n + 2], second};
    matches_[s] = found[2 * n];
    squaredDistances_[s] = squares[2 * n];
  }
}

void Correspondences::copy(int32_t *matches, float *squaredDistances) const {
  const float limit = reach_ * reach_;
  for (size_t s = 0; s < matches_.size(); s++) {
    const bool isPair = matches_[s] >= 0 && squaredDistances_[s] <= limit;
    matches[s] = isPair ? matches_[s] : -1;
    squaredDistances[s] = isPair ? squaredDistances_[s] : std::numeric_limits<float>::infinity();
  }
}

}  // namespace ckernels
