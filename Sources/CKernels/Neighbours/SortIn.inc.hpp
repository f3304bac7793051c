// Sorting hits into lists without wide registers.

namespace ckernels {
namespace neighbours {
namespace NAMESPACE {

template <class Key, int Width> static inline void sortOne(Key *list, Key key) {
  if (!(key < list[Width - 1])) return;
  int place = Width - 1;
  for (; place > 0 && key < list[place - 1]; place--) list[place] = list[place - 1];
  list[place] = key;
}

template <int Width>
static inline uint64_t sortIn(uint64_t *list, const float *squares, const int32_t *numbers, uint32_t hits) {
  for (; hits; hits &= hits - 1) {
    const int hit = __builtin_ctz(hits);
    uint32_t bits;
    std::memcpy(&bits, squares + hit, sizeof bits);
    sortOne<uint64_t, Width>(list, uint64_t(bits) << 32 | uint32_t(numbers[hit]));
  }
  return list[Width - 1];
}

template <int Width> static inline int32_t sortIn(int32_t *list, const int32_t *numbers, uint32_t hits) {
  for (; hits; hits &= hits - 1) sortOne<int32_t, Width>(list, numbers[__builtin_ctz(hits)]);
  return list[Width - 1];
}

}  // namespace NAMESPACE
}  // namespace neighbours
}  // namespace ckernels
