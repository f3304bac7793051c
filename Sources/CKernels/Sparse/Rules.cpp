#include "Rules.hpp"
#include <algorithm>
#include <atomic>
#include <climits>
#include <cstring>
#include "../Parallel.hpp"

namespace ckernels::sparse {
namespace {

constexpr int64_t invalid = INT64_MIN;

int64_t floorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/// How the key of the input under a place of the kernel follows from an output: one addition, of a number that depends on the place
/// and, where outputs are the fine cells, on the remainders of their places.
class Targets {
 public:
  Targets(const ckernels_sites &fine, const ckernels_sites &coarse, const ckernels_window &window, bool upwards)
      : window(window), upwards(upwards), in(upwards ? coarse : fine), out(upwards ? fine : coarse) {}

  int places() const { return window.size[0] * window.size[1] * window.size[2]; }

  /// Lays the keys out; false when they would need too many bits.
  bool prepare() {
    int64_t low[4], high[4];
    low[0] = std::min(in.low[0], out.low[0]);
    high[0] = std::max(in.high[0], out.high[0]);
    for (int axis = 1; axis < 4; axis++) {
      const int a = axis - 1;
      const int64_t reach = int64_t(window.size[a] - 1) * window.dilation[a];
      const int64_t first = upwards ? floorDivide(out.low[axis] + window.padding[a] - reach, window.stride[a])
                                    : out.low[axis] * window.stride[a] - window.padding[a];
      const int64_t last = upwards ? floorDivide(out.high[axis] + window.padding[a], window.stride[a])
                                   : out.high[axis] * window.stride[a] - window.padding[a] + reach;
      low[axis] = std::min(in.low[axis], first);
      high[axis] = std::max(in.high[axis], last);
    }
    if (!layout.fit(low, high)) return false;
    keys.resize(in.cells.size() + 1);
    for (size_t i = 0; i < in.cells.size(); i++) keys[i] = layout.key(in.cells[i]);
    keys.back() = UINT64_MAX;
    fillDeltas();
    return true;
  }

  /// The key under place (0, 0, 0) or, upwards, of the quotients; and the class of the output's remainders.
  uint64_t base(int64_t output, uint16_t &remainders) const {
    const Cell &cell = out.cells[size_t(output)];
    int64_t at[4] = {cell.at[0]};
    int found = 0;
    for (int axis = 1; axis < 4; axis++) {
      const int a = axis - 1;
      if (upwards) {
        const int64_t shifted = int64_t(cell.at[axis]) + window.padding[a];
        at[axis] = floorDivide(shifted, window.stride[a]);
        found = found * window.stride[a] + int(shifted - at[axis] * window.stride[a]);
      } else {
        at[axis] = int64_t(cell.at[axis]) * window.stride[a] - window.padding[a];
      }
    }
    remainders = uint16_t(found);
    // Differences may be negative: the arithmetic is modulo 2^64.
    uint64_t key = 0;
    for (int axis = 0; axis < 4; axis++) key += uint64_t(at[axis] - layout.low[axis]) << layout.shift[axis];
    return key;
  }

  /// What is added to the base for a place, by class.
  const int64_t *deltas(int place) const { return delta.data() + int64_t(place) * classes; }
  bool hasClasses() const { return classes > 1; }

  const ckernels_sites &inputs() const { return in; }
  const ckernels_sites &outputs() const { return out; }
  std::vector<uint64_t> keys;

 private:
  void fillDeltas() {
    classes = upwards ? window.stride[0] * window.stride[1] * window.stride[2] : 1;
    delta.assign(size_t(places()) * size_t(classes), invalid);
    for (int place = 0; place < places(); place++) {
      const int k[3] = {place / (window.size[1] * window.size[2]), place / window.size[2] % window.size[1], place % window.size[2]};
      for (int found = 0; found < classes; found++) {
        int64_t sum = 0;
        int left = found;
        bool fits = true;
        for (int a = 2; a >= 0; a--) {
          int64_t step = int64_t(k[a]) * window.dilation[a];
          if (upwards) {
            const int64_t difference = left % window.stride[a] - step;
            left /= window.stride[a];
            fits = fits && difference % window.stride[a] == 0;
            step = difference / window.stride[a];
          }
          sum += int64_t(uint64_t(step) << layout.shift[a + 1]);
        }
        if (fits) delta[size_t(place) * size_t(classes) + size_t(found)] = sum;
      }
    }
  }

  const ckernels_window &window;
  const bool upwards;
  const ckernels_sites &in, &out;
  KeyLayout layout;
  int64_t classes = 1;
  std::vector<int64_t> delta;
};

/// Finds the pairs of blocks; one for each thread.
class Finder {
 public:
  Finder(const Targets &targets, ckernels_rules &rules)
      : targets(targets), rules(rules), inputs(size_t(ckernels_rules::blockSize) * size_t(rules.places)), outputs(inputs.size()) {}

  void find(int64_t block) {
    const int64_t first = rules.firstOutput(block), count = rules.outputCount(block);
    uint64_t base[ckernels_rules::blockSize];
    uint16_t classes[ckernels_rules::blockSize];
    for (int64_t i = 0; i < count; i++) base[i] = targets.base(first + i, classes[i]);
    int32_t *starts = rules.starts.data() + block * (rules.places + 1);
    int64_t found = 0;
    for (int place = 0; place < rules.places; place++) {
      starts[place] = int32_t(found);
      found += targets.hasClasses() ? findPlace<true>(place, base, classes, count, found)
                                    : findPlace<false>(place, base, classes, count, found);
    }
    starts[rules.places] = int32_t(found);
    Block &kept = rules.blocks[size_t(block)];
    kept.inputs.reset(new int32_t[size_t(found)]);
    kept.outputs.reset(new uint16_t[size_t(found)]);
    std::memcpy(kept.inputs.get(), inputs.data(), size_t(found) * sizeof(int32_t));
    std::memcpy(kept.outputs.get(), outputs.data(), size_t(found) * sizeof(uint16_t));
  }

 private:
  /// Both the targets and the inputs ascend: each is looked at once.
  template <bool hasClasses>
  int64_t findPlace(int place, const uint64_t *base, const uint16_t *classes, int64_t count, int64_t from) {
    const int64_t *deltas = targets.deltas(place);
    const uint64_t *keys = targets.keys.data(), *end = keys + targets.keys.size() - 1;
    const int32_t *rows = targets.inputs().rows.empty() ? nullptr : targets.inputs().rows.data();
    int32_t *in = inputs.data() + from;
    uint16_t *out = outputs.data() + from;
    int64_t i = 0;
    if (hasClasses) while (i < count && deltas[classes[i]] == invalid) i++;
    if (i == count) return 0;
    const uint64_t *at = std::lower_bound(keys, end, base[i] + uint64_t(deltas[hasClasses ? classes[i] : 0]));
    int64_t found = 0;
    for (; i < count; i++) {
      const int64_t delta = deltas[hasClasses ? classes[i] : 0];
      if (hasClasses && delta == invalid) continue;
      const uint64_t target = base[i] + uint64_t(delta);
      while (*at < target) at++;
      in[found] = int32_t(at - keys);
      out[found] = uint16_t(i);
      found += *at == target;
    }
    if (rows) for (int64_t j = 0; j < found; j++) in[j] = rows[in[j]];
    return found;
  }

  const Targets &targets;
  ckernels_rules &rules;
  std::vector<int32_t> inputs;
  std::vector<uint16_t> outputs;
};

}  // namespace
}  // namespace ckernels::sparse

using namespace ckernels::sparse;

extern "C" int32_t ckernels_rules_create(const ckernels_sites *fine, const ckernels_sites *coarse, const ckernels_window *window,
                                         int32_t upwards, int32_t threads, ckernels_rules **result) {
  *result = nullptr;
  try {
    auto rules = std::make_unique<ckernels_rules>();
    Targets targets(*fine, *coarse, *window, upwards != 0);
    rules->inputs = targets.inputs().count();
    rules->outputs = targets.outputs().count();
    rules->places = targets.places();
    rules->rows = targets.outputs().rows;
    const int64_t blocks = (rules->outputs + ckernels_rules::blockSize - 1) / ckernels_rules::blockSize;
    rules->blocks.resize(size_t(blocks));
    rules->starts.assign(size_t(blocks * (rules->places + 1)), 0);
    if (rules->inputs == 0) {
      for (auto &block : rules->blocks) block.inputs.reset(new int32_t[0]), block.outputs.reset(new uint16_t[0]);
    } else if (blocks > 0) {
      if (!targets.prepare()) return CKERNELS_SPARSE_TOO_WIDE;
      std::atomic<int64_t> next{0};
      std::atomic<bool> failed{false};
      ckernels::onThreads(int(std::min<int64_t>(std::max(threads, 1), blocks)), [&](int) {
        try {
          Finder finder(targets, *rules);
          for (int64_t block; (block = next.fetch_add(1)) < blocks;) finder.find(block);
        } catch (...) {
          failed = true;
        }
      });
      if (failed) return CKERNELS_SPARSE_NO_MEMORY;
    }
    *result = rules.release();
    return CKERNELS_SPARSE_OK;
  } catch (...) {
    return CKERNELS_SPARSE_NO_MEMORY;
  }
}

extern "C" void ckernels_rules_release(ckernels_rules *rules) { delete rules; }

extern "C" int64_t ckernels_rules_pair_count(const ckernels_rules *rules, int64_t *by_place) {
  if (by_place) std::fill(by_place, by_place + rules->places, 0);
  int64_t sum = 0;
  for (int64_t block = 0; block < rules->blockCount(); block++)
    for (int place = 0; place < rules->places; place++) {
      const int64_t count = rules->pairs(block, place).count;
      if (by_place) by_place[place] += count;
      sum += count;
    }
  return sum;
}

extern "C" void ckernels_rules_pairs(const ckernels_rules *rules, int32_t *inputs, int32_t *outputs) {
  for (int place = 0; place < rules->places; place++)
    for (int64_t block = 0; block < rules->blockCount(); block++) {
      const PairList list = rules->pairs(block, place);
      for (int64_t i = 0; i < list.count; i++) {
        *inputs++ = list.inputs[i];
        *outputs++ = int32_t(rules->row(rules->firstOutput(block) + list.outputs[i]));
      }
    }
}

extern "C" int64_t ckernels_rules_bytes(const ckernels_rules *rules) {
  return ckernels_rules_pair_count(rules, nullptr) * int64_t(sizeof(int32_t) + sizeof(uint16_t)) +
         int64_t(rules->starts.size() + rules->rows.size()) * int64_t(sizeof(int32_t)) + int64_t(rules->blocks.size() * sizeof(Block));
}
