#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace ckernels {
namespace neighbours {

/// Points of a leaf, and queries that are searched together.
constexpr int lanes = 16;

/// Aligned memory without constructors.
template <class Element> class Block {
public:
  Block() = default;
  explicit Block(size_t count)
      : elements(static_cast<Element *>(::operator new(sizeof(Element) * (count ? count : 1), std::align_val_t(64)))) {}
  Element *get() const { return elements.get(); }
  Element &operator[](size_t i) const { return elements.get()[i]; }

private:
  struct Release {
    void operator()(Element *memory) const { ::operator delete(memory, std::align_val_t(64)); }
  };
  std::unique_ptr<Element, Release> elements;
};

/// Points side by side. Places that hold none have the coordinates NaN, which no comparison lets pass, and the number -1.
struct alignas(64) Pack {
  float x[lanes], y[lanes], z[lanes];
  int32_t number[lanes];
};

/// A box of the tree; its left child comes next.
struct Node {
  float low[3], high[3];
  /// The right child; -1 - the pack's number for a leaf.
  int32_t right;
  /// The lowest number of a point inside.
  int32_t lowest;
};

/// Where a node parts space: what is above `value` along `axis` lies in the second child. Both children of a leaf are itself.
struct Split {
  float value;
  int32_t axis;
  int32_t child[2];
};

struct Index {
  int64_t count = 0;
  int32_t leafCount = 0;
  /// Steps from the root to the deepest leaf.
  int32_t depth = 0;
  int32_t instructions = 0;
  Block<Node> nodes;
  Block<Split> splits;
  Block<Pack> leaves;
  /// The points in the order of their numbers.
  Block<float> points;
};

/// Builds the tree: a balanced kd-tree over full leaves, whose shape depends on the number of points alone. May throw bad_alloc.
void build(Index &index, const float *points, int64_t count, int threads);

}  // namespace neighbours
}  // namespace ckernels

struct ckernels_point_index {
  ckernels::neighbours::Index index;
};
