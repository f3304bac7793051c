#include "Assignment.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <vector>

#pragma STDC FP_CONTRACT OFF

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

typedef double Lanes __attribute__((vector_size(64)));
constexpr int64_t lanes = 8;

/// Distances from a point to others, each with a price on top, and the least two of them.
struct Line {
  const double *x, *y, *z, *price;
  int64_t count;
  bool isSquared;
  double point[3];
  double *target;
  double best, next;

  __attribute__((always_inline)) inline void fill() {
    const double px = point[0], py = point[1], pz = point[2];
    const double *__restrict xs = x, *__restrict ys = y, *__restrict zs = z;
    double *__restrict to = target;
    for (int64_t j = 0; j < count; j++) {
      const double dx = px - xs[j], dy = py - ys[j], dz = pz - zs[j];
      to[j] = dx * dx + dy * dy + dz * dz;
    }
    if (!isSquared)
      for (int64_t j = 0; j < count; j++) to[j] = std::sqrt(to[j]);
    if (!price) return;
    const double *__restrict prices = price;
    for (int64_t j = 0; j < count; j++) to[j] += prices[j];
    Lanes first, second;
    for (int k = 0; k < lanes; k++) first[k] = second[k] = infinity;
    const int64_t whole = count / lanes * lanes;
    for (int64_t j = 0; j < whole; j += lanes) {
      Lanes value;
      __builtin_memcpy(&value, to + j, sizeof value);
      const Lanes larger = first > value ? first : value;
      first = first < value ? first : value;
      second = second < larger ? second : larger;
    }
    best = next = infinity;
    for (int k = 0; k < lanes; k++) {
      take(first[k]);
      take(second[k]);
    }
    for (int64_t j = whole; j < count; j++) take(to[j]);
  }
  void take(double value) {
    next = std::min(next, std::max(best, value));
    best = std::min(best, value);
  }
};

void fillPortable(Line &line) { line.fill(); }
#ifdef __x86_64__
__attribute__((target("avx2"))) void fillAVX2(Line &line) { line.fill(); }
__attribute__((target("avx512f"))) void fillAVX512(Line &line) { line.fill(); }
#endif

typedef void (*Fill)(Line &);
Fill bestFill() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) return fillAVX512;
  if (__builtin_cpu_supports("avx2")) return fillAVX2;
#endif
  return fillPortable;
}

/// Distances from points of the first set to all of the second.
class Costs {
public:
  const int64_t count;
  Costs(const double *first, const double *second, int64_t count, bool isSquared)
      : count(count), first(first), isSquared(isSquared), x(size_t(count)), y(size_t(count)), z(size_t(count)) {
    for (int64_t j = 0; j < count; j++) {
      x[size_t(j)] = second[3 * j];
      y[size_t(j)] = second[3 * j + 1];
      z[size_t(j)] = second[3 * j + 2];
    }
  }
  void row(int64_t i, double *target) const { with(i, nullptr, target); }
  /// With prices on top; the line knows the least two.
  Line with(int64_t i, const double *price, double *target) const {
    const double *p = first + 3 * i;
    Line line = {x.data(), y.data(), z.data(), price, count, isSquared, {p[0], p[1], p[2]}, target, infinity, infinity};
    fill(line);
    return line;
  }

private:
  const double *first;
  const bool isSquared;
  std::vector<double> x, y, z;
  const Fill fill = bestFill();
};

/// Shortest augmenting paths over a matrix of costs, with the prices u of rows and v of columns: cost - u - v is never below 0, and 0 for
/// pairs.
class ExactAssignment {
public:
  explicit ExactAssignment(const Costs &costs)
      : n(costs.count), cost(size_t(n * n)), u(size_t(n)), v(size_t(n), infinity), columnOf(size_t(n), -1), rowOf(size_t(n), -1) {
    for (int64_t i = 0; i < n; i++) costs.row(i, cost.data() + i * n);
    reduce();
    distance.resize(size_t(n));
    before.resize(size_t(n));
    for (int64_t i = 0; i < n; i++)
      if (columnOf[size_t(i)] < 0) augment(int32_t(i));
  }
  const int64_t n;
  std::vector<double> cost, u, v;
  std::vector<int32_t> columnOf, rowOf;

private:
  std::vector<double> distance;
  std::vector<int32_t> before;

  /// Prices from the smallest costs of columns, then of rows; pairs where these are free.
  void reduce() {
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++) v[size_t(j)] = std::min(v[size_t(j)], cost[size_t(i * n + j)]);
    for (int64_t i = 0; i < n; i++) {
      const double *row = cost.data() + i * n;
      int64_t best = 0;
      double least = infinity;
      for (int64_t j = 0; j < n; j++) {
        const double reduced = row[j] - v[size_t(j)];
        if (reduced < least || (reduced == least && rowOf[size_t(best)] >= 0 && rowOf[size_t(j)] < 0)) {
          least = reduced;
          best = j;
        }
      }
      u[size_t(i)] = least;
      if (rowOf[size_t(best)] < 0) {
        rowOf[size_t(best)] = int32_t(i);
        columnOf[size_t(i)] = int32_t(best);
      }
    }
  }

  /// Finds the cheapest path from a free row to a free column and swaps the pairs along it.
  void augment(int32_t start) {
    std::vector<int32_t> open(static_cast<size_t>(n)), rows, columns;
    for (int64_t j = 0; j < n; j++) open[size_t(j)] = int32_t(j);
    std::fill(distance.begin(), distance.end(), infinity);
    int32_t row = start, end = -1;
    double reached = 0;
    while (end < 0) {
      rows.push_back(row);
      const double *line = cost.data() + int64_t(row) * n;
      const double offset = reached - u[size_t(row)];
      double lowest = infinity;
      size_t nearest = 0;
      for (size_t k = 0; k < open.size(); k++) {
        const size_t j = size_t(open[k]);
        const double along = offset + line[j] - v[j];
        if (along < distance[j]) {
          distance[j] = along;
          before[j] = row;
        }
        if (distance[j] < lowest || (distance[j] == lowest && rowOf[j] < 0 && rowOf[size_t(open[nearest])] >= 0)) {
          lowest = distance[j];
          nearest = k;
        }
      }
      reached = lowest;
      const int32_t column = open[nearest];
      columns.push_back(column);
      open[nearest] = open.back();
      open.pop_back();
      if (rowOf[size_t(column)] < 0)
        end = column;
      else
        row = rowOf[size_t(column)];
    }
    u[size_t(start)] += reached;
    for (size_t k = 1; k < rows.size(); k++) u[size_t(rows[k])] += reached - distance[size_t(columnOf[size_t(rows[k])])];
    for (const int32_t j : columns) v[size_t(j)] -= reached - distance[size_t(j)];
    for (int32_t j = end;;) {
      const int32_t i = before[size_t(j)];
      rowOf[size_t(j)] = i;
      std::swap(columnOf[size_t(i)], j);
      if (i == start) break;
    }
  }
};

/// Rows bid for columns; a bid raises the price by what the column is better than the next best, and epsilon.
class Auction {
public:
  Auction(const Costs &costs, double epsilon)
      : costs(costs), price(size_t(costs.count), 0.0), line(size_t(costs.count)), columnOf(size_t(costs.count)), rowOf(size_t(costs.count)) {
    double largest = 0;
    for (int64_t i = 0; i < costs.count; i++) {
      costs.row(i, line.data());
      for (const double c : line) largest = std::max(largest, c);
    }
    const double last = std::max(epsilon, 1e-8 * largest);
    // Coarse steps first: the prices that they find leave little to the fine ones.
    double step = std::max(largest / 4, last);
    for (;; step = std::max(step / 5, last)) {
      run(step);
      if (step <= last) break;
    }
  }
  const Costs &costs;
  std::vector<double> price, line;
  std::vector<int32_t> columnOf, rowOf;

  /// No pairing costs less: each row pays at least its cheapest column with its price, and the prices are paid in any pairing.
  double lowerBound() {
    double sum = 0;
    for (int64_t i = 0; i < costs.count; i++) sum += costs.with(i, price.data(), line.data()).best;
    for (const double p : price) sum -= p;
    return sum;
  }

private:
  void run(double step) {
    std::fill(columnOf.begin(), columnOf.end(), -1);
    std::fill(rowOf.begin(), rowOf.end(), -1);
    std::deque<int32_t> waiting;
    for (int64_t i = 0; i < costs.count; i++) waiting.push_back(int32_t(i));
    while (!waiting.empty()) {
      const int32_t i = waiting.front();
      waiting.pop_front();
      const Line found = costs.with(i, price.data(), line.data());
      const size_t chosen = size_t(std::find(line.begin(), line.end(), found.best) - line.begin());
      price[chosen] += (line.size() > 1 ? found.next - found.best : 0) + step;
      const int32_t loser = rowOf[chosen];
      if (loser >= 0) {
        columnOf[size_t(loser)] = -1;
        waiting.push_back(loser);
      }
      rowOf[chosen] = i;
      columnOf[size_t(i)] = int32_t(chosen);
    }
  }
};

}  // namespace

extern "C" int32_t ckernels_assign_exact(const double *first, const double *second, int64_t count, int32_t squared, int32_t *partner,
                                         double *lower) {
  *lower = 0;
  if (count <= 0) return 0;
  try {
    const ExactAssignment found(Costs(first, second, count, squared != 0));
    for (int64_t i = 0; i < count; i++) {
      partner[i] = found.columnOf[size_t(i)];
      *lower += found.cost[size_t(i * count + partner[i])];
    }
  } catch (...) {
    return 1;
  }
  return 0;
}

extern "C" int32_t ckernels_assign_auction(const double *first, const double *second, int64_t count, int32_t squared, double epsilon,
                                           int32_t *partner, double *lower) {
  *lower = 0;
  if (count <= 0) return 0;
  try {
    const Costs costs(first, second, count, squared != 0);
    Auction auction(costs, epsilon);
    std::copy(auction.columnOf.begin(), auction.columnOf.end(), partner);
    *lower = auction.lowerBound();
  } catch (...) {
    return 1;
  }
  return 0;
}
