#include "Sites.hpp"
#include <algorithm>
#include <memory>

namespace ckernels::sparse {

bool KeyLayout::fit(const int64_t lows[4], const int64_t highs[4]) {
  bits = 0;
  for (int axis = 3; axis >= 0; axis--) {
    low[axis] = lows[axis];
    shift[axis] = bits;
    const uint64_t span = uint64_t(std::max<int64_t>(highs[axis] - lows[axis], 0));
    bits += span == 0 ? 0 : 64 - __builtin_clzll(span);
    if (bits > 63) return false;
  }
  return true;
}

Cell KeyLayout::cell(uint64_t key) const {
  Cell cell;
  for (int axis = 0; axis < 4; axis++) {
    const int end = axis == 0 ? bits : shift[axis - 1];
    const uint64_t mask = (uint64_t(1) << (end - shift[axis])) - 1;
    cell.at[axis] = int32_t(low[axis] + int64_t(key >> shift[axis] & mask));
  }
  return cell;
}

void sortKeys(std::vector<uint64_t> &keys, std::vector<int32_t> *rows, int bits) {
  if (std::is_sorted(keys.begin(), keys.end())) return;
  constexpr int digit = 11;
  const size_t count = keys.size();
  std::vector<uint64_t> other(count);
  std::vector<int32_t> otherRows(rows ? count : 0);
  for (int shift = 0; shift < bits; shift += digit) {
    size_t starts[(1 << digit) + 1] = {};
    for (uint64_t key : keys) starts[(key >> shift & ((1 << digit) - 1)) + 1]++;
    for (int i = 0; i < 1 << digit; i++) starts[i + 1] += starts[i];
    for (size_t i = 0; i < count; i++) {
      const size_t place = starts[keys[i] >> shift & ((1 << digit) - 1)]++;
      other[place] = keys[i];
      if (rows) otherRows[place] = (*rows)[i];
    }
    keys.swap(other);
    if (rows) rows->swap(otherRows);
  }
}

namespace {

/// Calls `body`, which fills sites, and hands them out.
template <class Body> int32_t making(ckernels_sites **result, const Body &body) {
  *result = nullptr;
  try {
    auto sites = std::make_unique<ckernels_sites>();
    const int32_t status = body(*sites);
    if (status == CKERNELS_SPARSE_OK) {
      sites->findBounds();
      *result = sites.release();
    }
    return status;
  } catch (...) {
    return CKERNELS_SPARSE_NO_MEMORY;
  }
}

/// Collects cells within a box, each once, ascending: by a bit for each cell of the box where that is small, else by sorting.
class Collection {
 public:
  /// The range of each coordinate; false when it cannot be handled.
  bool prepare(const int64_t low[4], const int64_t high[4], int64_t expected) {
    if (!layout.fit(low, high)) return false;
    usesBits = layout.bits < 40 && int64_t(1) << layout.bits <= std::max<int64_t>(1024 * expected, 1 << 20);
    if (usesBits) bits.assign((size_t(1) << layout.bits) / 64 + 1, 0);
    return true;
  }
  void add(const int64_t at[4]) {
    const uint64_t key = layout.key(at);
    if (usesBits) {
      bits[key / 64] |= uint64_t(1) << key % 64;
    } else if (keys.empty() || keys.back() != key) {
      if (keys.size() >= room) compact();
      keys.push_back(key);
    }
  }
  void finish(std::vector<Cell> &cells) {
    if (usesBits) {
      size_t count = 0;
      for (uint64_t word : bits) count += size_t(__builtin_popcountll(word));
      cells.reserve(count);
      for (size_t i = 0; i < bits.size(); i++)
        for (uint64_t word = bits[i]; word; word &= word - 1)
          cells.push_back(layout.cell(i * 64 + uint64_t(__builtin_ctzll(word))));
      return;
    }
    compact();
    cells.reserve(keys.size());
    for (uint64_t key : keys) cells.push_back(layout.cell(key));
  }

 private:
  /// Leaves each key once, so that memory follows the number of cells, not that of the kernel's places.
  void compact() {
    sortKeys(keys, nullptr, layout.bits);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    room = std::max(room, 2 * keys.size());
  }

  KeyLayout layout;
  bool usesBits = false;
  size_t room = 1 << 20;
  std::vector<uint64_t> bits, keys;
};

int64_t floorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/// Adds every cell whose places are taken from three lists, one for each axis.
void addProduct(Collection &cells, int64_t batch, const std::vector<int64_t> places[3]) {
  int64_t at[4] = {batch, 0, 0, 0};
  for (int64_t x : places[0]) {
    at[1] = x;
    for (int64_t y : places[1]) {
      at[2] = y;
      for (int64_t z : places[2]) {
        at[3] = z;
        cells.add(at);
      }
    }
  }
}

}  // namespace
}  // namespace ckernels::sparse

using namespace ckernels::sparse;

void ckernels_sites::findBounds() {
  if (cells.empty()) return;
  for (int axis = 0; axis < 4; axis++) low[axis] = high[axis] = cells[0].at[axis];
  for (const Cell &cell : cells)
    for (int axis = 0; axis < 4; axis++) {
      low[axis] = std::min<int64_t>(low[axis], cell.at[axis]);
      high[axis] = std::max<int64_t>(high[axis], cell.at[axis]);
    }
}

extern "C" int32_t ckernels_sites_create(const int32_t *coordinates, int64_t count, ckernels_sites **result, int64_t *culprit) {
  return making(result, [&](ckernels_sites &sites) -> int32_t {
    sites.cells.resize(size_t(count));
    for (int64_t i = 0; i < count; i++)
      for (int axis = 0; axis < 4; axis++) sites.cells[size_t(i)].at[axis] = coordinates[4 * i + axis];
    sites.findBounds();
    KeyLayout layout;
    if (!layout.fit(sites.low, sites.high)) return CKERNELS_SPARSE_TOO_WIDE;
    std::vector<uint64_t> keys(static_cast<size_t>(count));
    for (size_t i = 0; i < keys.size(); i++) keys[i] = layout.key(sites.cells[i]);
    if (!std::is_sorted(keys.begin(), keys.end())) {
      sites.rows.resize(keys.size());
      for (size_t i = 0; i < keys.size(); i++) sites.rows[i] = int32_t(i);
      sortKeys(keys, &sites.rows, layout.bits);
      for (size_t i = 0; i < keys.size(); i++) sites.cells[i] = layout.cell(keys[i]);
    }
    const auto twin = std::adjacent_find(keys.begin(), keys.end());
    if (twin == keys.end()) return CKERNELS_SPARSE_OK;
    *culprit = sites.row(twin - keys.begin() + 1);
    return CKERNELS_SPARSE_DUPLICATE;
  });
}

extern "C" int32_t ckernels_sites_reached(const ckernels_sites *fine, const ckernels_window *window, const int32_t limit[3],
                                          ckernels_sites **result) {
  return making(result, [&](ckernels_sites &coarse) -> int32_t {
    if (fine->cells.empty()) return CKERNELS_SPARSE_OK;
    const int64_t low[4] = {fine->low[0], 0, 0, 0};
    const int64_t high[4] = {fine->high[0], limit[0] - 1, limit[1] - 1, limit[2] - 1};
    if (std::min({limit[0], limit[1], limit[2]}) <= 0) return CKERNELS_SPARSE_OK;
    Collection cells;
    if (!cells.prepare(low, high, fine->count())) return CKERNELS_SPARSE_TOO_WIDE;
    std::vector<int64_t> places[3];
    for (const Cell &cell : fine->cells) {
      for (int axis = 0; axis < 3; axis++) {
        places[axis].clear();
        for (int64_t k = window->size[axis] - 1; k >= 0; k--) {
          const int64_t reach = int64_t(cell.at[axis + 1]) + window->padding[axis] - k * window->dilation[axis];
          const int64_t place = reach / window->stride[axis];
          if (reach >= 0 && reach % window->stride[axis] == 0 && place < limit[axis]) places[axis].push_back(place);
        }
      }
      addProduct(cells, cell.at[0], places);
    }
    cells.finish(coarse.cells);
    return CKERNELS_SPARSE_OK;
  });
}

extern "C" int32_t ckernels_sites_floored(const ckernels_sites *fine, const int32_t stride[3], ckernels_sites **result) {
  return making(result, [&](ckernels_sites &coarse) -> int32_t {
    if (fine->cells.empty()) return CKERNELS_SPARSE_OK;
    int64_t low[4] = {fine->low[0]}, high[4] = {fine->high[0]};
    for (int axis = 1; axis < 4; axis++) {
      low[axis] = floorDivide(fine->low[axis], stride[axis - 1]);
      high[axis] = floorDivide(fine->high[axis], stride[axis - 1]);
    }
    Collection cells;
    if (!cells.prepare(low, high, fine->count())) return CKERNELS_SPARSE_TOO_WIDE;
    for (const Cell &cell : fine->cells) {
      int64_t at[4] = {cell.at[0]};
      for (int axis = 1; axis < 4; axis++) at[axis] = floorDivide(cell.at[axis], stride[axis - 1]);
      cells.add(at);
    }
    cells.finish(coarse.cells);
    return CKERNELS_SPARSE_OK;
  });
}

extern "C" int32_t ckernels_sites_spread(const ckernels_sites *coarse, const ckernels_window *window, const int32_t *limit,
                                         ckernels_sites **result) {
  return making(result, [&](ckernels_sites &fine) -> int32_t {
    if (coarse->cells.empty()) return CKERNELS_SPARSE_OK;
    int64_t low[4] = {coarse->low[0]}, high[4] = {coarse->high[0]};
    for (int axis = 1; axis < 4; axis++) {
      const int a = axis - 1;
      low[axis] = coarse->low[axis] * window->stride[a] - window->padding[a];
      high[axis] = coarse->high[axis] * window->stride[a] - window->padding[a] + int64_t(window->size[a] - 1) * window->dilation[a];
      if (limit) {
        low[axis] = 0;
        high[axis] = limit[a] - 1;
        if (high[axis] < 0) return CKERNELS_SPARSE_OK;
      }
      if (low[axis] < INT32_MIN || high[axis] > INT32_MAX) return CKERNELS_SPARSE_TOO_WIDE;
    }
    Collection cells;
    if (!cells.prepare(low, high, coarse->count())) return CKERNELS_SPARSE_TOO_WIDE;
    std::vector<int64_t> places[3];
    for (const Cell &cell : coarse->cells) {
      for (int axis = 0; axis < 3; axis++) {
        places[axis].clear();
        for (int64_t k = 0; k < window->size[axis]; k++) {
          const int64_t place = int64_t(cell.at[axis + 1]) * window->stride[axis] - window->padding[axis] + k * window->dilation[axis];
          if (!limit || (place >= 0 && place < limit[axis])) places[axis].push_back(place);
        }
      }
      addProduct(cells, cell.at[0], places);
    }
    cells.finish(fine.cells);
    return CKERNELS_SPARSE_OK;
  });
}

extern "C" int64_t ckernels_sites_count(const ckernels_sites *sites) { return sites->count(); }

extern "C" void ckernels_sites_coordinates(const ckernels_sites *sites, int32_t *target) {
  for (int64_t i = 0; i < sites->count(); i++)
    for (int axis = 0; axis < 4; axis++) target[4 * int64_t(sites->row(i)) + axis] = sites->cells[size_t(i)].at[axis];
}

extern "C" void ckernels_sites_release(ckernels_sites *sites) { delete sites; }
