#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Pairs points of two sets one to one so that the sum of the pairs' distances is least. Thread-safe: no function keeps state.
///
/// first, second: count x 3, finite. squared 1: squared distances are summed; 0: distances. partner: for each point of the first set its
/// partner in the second. lower: no pairing has a smaller sum, up to the rounding of its terms. All return 0, or 1 when memory is short.

/// Exact, by shortest augmenting paths: time grows with count^3 at worst, memory with count^2 (8 bytes a pair). Among pairings of equal
/// sums the same one comes always.
int32_t ckernels_assign_exact(const double *first, const double *second, int64_t count, int32_t squared, int32_t *partner, double *lower);

/// By auction with prices: the sum is at most count * epsilon above the least. epsilon above 0; it is raised to 1e-8 of the largest
/// distance. Memory grows with count.
int32_t ckernels_assign_auction(const double *first, const double *second, int64_t count, int32_t squared, double epsilon, int32_t *partner,
                                double *lower);

#ifdef __cplusplus
}
#endif
