#include "Program.hpp"

#include <algorithm>

namespace cdnn {
namespace {

using dnnl::memory;

struct Window {
  memory::dims stride, dilation, before, after, kernel;

  Window(const cdnn_window &window, int axes)
      : stride(window.stride, window.stride + axes),
        dilation(window.dilation, window.dilation + axes),
        before(window.padding_before, window.padding_before + axes),
        after(window.padding_after, window.padding_after + axes),
        kernel(window.kernel, window.kernel + axes) {
    // oneDNN counts the places left out.
    for (auto &steps : dilation) steps -= 1;
  }
};

/// How the caller's weights lie, as [groups, out / groups, in / groups, kernel...]; without the first axis for one group.
memory::desc weight_description(
    const cdnn_weights &weights, int64_t in, int64_t out, const memory::dims &kernel) {
  const int64_t groups = weights.groups;
  memory::dims sizes = {out / groups, in / groups};
  sizes.insert(sizes.end(), kernel.begin(), kernel.end());
  int64_t places = 1;
  for (const int64_t length : kernel) places *= length;
  const int64_t columns = (weights.is_transposed ? out : in) / groups * places;
  memory::dims strides = {columns, places};
  if (weights.is_transposed) std::swap(strides[0], strides[1]);
  int64_t rest = places;
  for (const int64_t length : kernel) strides.push_back(rest /= length);
  if (groups > 1) {
    sizes.insert(sizes.begin(), groups);
    strides.insert(strides.begin(), (weights.is_transposed ? in : out) / groups * columns);
  }
  return {sizes, memory::data_type::f32, strides};
}

dnnl::primitive_attr attributes(const cdnn_post_operation *post, size_t count) {
  dnnl::primitive_attr result;
  result.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (count > 0) result.set_post_ops(post_operations(post, count));
  return result;
}

memory::desc any(const memory::desc &description, const cdnn_tensor &like) {
  return {description.dims(), element_type(like), memory::format_tag::any};
}

template <typename Primitive>
void add_filter(
    cdnn_program &program, const cdnn_tensor &source, const cdnn_weights &weights,
    const typename Primitive::desc &operation, const dnnl::primitive_attr &attributes,
    const memory::desc &weight, const cdnn_tensor &result) {
  const typename Primitive::primitive_desc chosen(operation, attributes, cpu());
  cdnn_program::Arguments arguments = {
      {DNNL_ARG_SRC, lent(source, chosen.src_desc())},
      {DNNL_ARG_WEIGHTS, program.packed(weights.weight, weight, chosen.weights_desc())},
      {DNNL_ARG_DST, lent(result, chosen.dst_desc())}};
  if (weights.bias)
    arguments.emplace(
        DNNL_ARG_BIAS,
        program.packed(
            weights.bias, vector_description(result.sizes[1]), chosen.bias_desc()));
  program.add<Primitive>(chosen, std::move(arguments));
}

/// Whether every element of the input makes a block of the output of its own.
bool is_tiling(const Window &moves, int64_t groups, size_t post_count) {
  const auto zero = [](int64_t number) { return number == 0; };
  return groups == 1 && post_count == 0 && moves.kernel == moves.stride &&
         std::all_of(moves.dilation.begin(), moves.dilation.end(), zero) &&
         std::all_of(moves.before.begin(), moves.before.end(), zero) &&
         std::all_of(moves.after.begin(), moves.after.end(), zero);
}

/// A transposed convolution whose blocks do not overlap: a convolution of one place whose channels are those of a whole block,
/// then every block to its place. oneDNN's own is several times slower.
void add_tiling(
    cdnn_program &program, const cdnn_tensor &source, const cdnn_weights &weights,
    const Window &moves, const cdnn_tensor &result) {
  const int64_t in = source.sizes[1], out = result.sizes[1];
  const int axes = source.rank - 2;
  int64_t places = 1;
  for (const int64_t length : moves.kernel) places *= length;
  std::vector<float> weight(static_cast<size_t>(in * out * places)), bias;
  for (int64_t i = 0; i < in; i++)
    for (int64_t o = 0; o < out; o++)
      for (int64_t place = 0; place < places; place++)
        weight[static_cast<size_t>((place * out + o) * in + i)] =
            weights.weight[(i * out + o) * places + place];
  if (weights.bias)
    for (int64_t place = 0; place < places; place++)
      bias.insert(bias.end(), weights.bias, weights.bias + out);

  cdnn_tensor blocks = source;
  blocks.sizes[1] = places * out;
  const memory kept(description(blocks), cpu());
  blocks.data = kept.get_data_handle();
  program.packed_size += kept.get_desc().get_size();
  const cdnn_weights single = {weight.data(), weights.bias ? bias.data() : nullptr, 1, 0};
  const memory::dims ones(static_cast<size_t>(axes), 1), zeros(static_cast<size_t>(axes), 0);
  const memory::desc given = weight_description(single, in, places * out, ones);
  const dnnl::convolution_forward::desc operation(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
      description(source), any(given, source),
      weights.bias ? vector_description(places * out) : memory::desc(), description(blocks), ones,
      zeros, zeros, zeros);
  add_filter<dnnl::convolution_forward>(
      program, source, single, operation, attributes(nullptr, 0), given, blocks);
  program.kept.push_back(kept);

  // Axes batch, (length, kernel) for each but the last, length, kernel * channels.
  memory::dims sizes = {source.sizes[0]}, from = {0}, to = {0};
  int64_t step = places * out;
  std::vector<int64_t> steps(static_cast<size_t>(axes));
  for (int axis = axes; axis-- > 0; step *= source.sizes[axis + 2])
    steps[static_cast<size_t>(axis)] = step;
  from[0] = step;
  int64_t inner = places * out;
  for (size_t axis = 0; axis < static_cast<size_t>(axes); axis++) {
    inner /= moves.kernel[axis];
    sizes.push_back(source.sizes[axis + 2]);
    from.push_back(steps[axis]);
    const bool last = axis + 1 == static_cast<size_t>(axes);
    sizes.push_back(last ? moves.kernel[axis] * out : moves.kernel[axis]);
    from.push_back(last ? 1 : inner);
  }
  to.assign(sizes.size(), 1);
  for (size_t axis = sizes.size() - 1; axis-- > 0;) to[axis] = to[axis + 1] * sizes[axis + 1];
  const memory::desc gathered(sizes, element_type(source), from);
  const memory::desc spread(sizes, element_type(source), to);
  dnnl::primitive_attr attribute = attributes(nullptr, 0);
  const dnnl::reorder::primitive_desc move(cpu(), gathered, cpu(), spread, attribute);
  program.add<dnnl::reorder>(
      move, {{DNNL_ARG_FROM, memory(gathered, cpu(), blocks.data)},
             {DNNL_ARG_TO, memory(spread, cpu(), result.data)}});
}

}  // namespace

cdnn_status add_convolution(
    cdnn_program *program, const cdnn_tensor *source, const cdnn_weights *weights,
    const cdnn_window *window, const cdnn_post_operation *post, size_t post_count,
    const cdnn_tensor *result) {
  return guarded([&] {
    const Threads guard(program->threads);
    const Window moves(*window, source->rank - 2);
    const memory::desc given =
        weight_description(*weights, source->sizes[1], result->sizes[1], moves.kernel);
    const memory::desc bias =
        weights->bias ? vector_description(result->sizes[1]) : memory::desc();
    const auto inference = dnnl::prop_kind::forward_inference;
    if (weights->is_transposed && is_tiling(moves, weights->groups, post_count)) {
      add_tiling(*program, *source, *weights, moves, *result);
    } else if (weights->is_transposed) {
      const dnnl::deconvolution_forward::desc operation(
          inference, dnnl::algorithm::deconvolution_direct, description(*source),
          any(given, *source), bias, description(*result), moves.stride, moves.dilation,
          moves.before, moves.after);
      add_filter<dnnl::deconvolution_forward>(
          *program, *source, *weights, operation, attributes(post, post_count), given, *result);
    } else {
      const dnnl::convolution_forward::desc operation(
          inference, dnnl::algorithm::convolution_direct, description(*source),
          any(given, *source), bias, description(*result), moves.stride, moves.dilation,
          moves.before, moves.after);
      add_filter<dnnl::convolution_forward>(
          *program, *source, *weights, operation, attributes(post, post_count), given, *result);
    }
  });
}

cdnn_status add_linear(
    cdnn_program *program, const cdnn_tensor *source, const cdnn_weights *weights,
    const cdnn_post_operation *post, size_t post_count, const cdnn_tensor *result) {
  return guarded([&] {
    const Threads guard(program->threads);
    const memory::desc given(
        {result->sizes[1], source->sizes[1]}, memory::data_type::f32, memory::format_tag::ab);
    const memory::desc bias =
        weights->bias ? vector_description(result->sizes[1]) : memory::desc();
    const dnnl::inner_product_forward::desc operation(
        dnnl::prop_kind::forward_inference, description(*source), any(given, *source), bias,
        description(*result));
    add_filter<dnnl::inner_product_forward>(
        *program, *source, *weights, operation, attributes(post, post_count), given, *result);
  });
}

cdnn_status add_pooling(
    cdnn_program *program, const cdnn_tensor *source, int32_t kind, const cdnn_window *window,
    const cdnn_tensor *result) {
  return guarded([&] {
    const Threads guard(program->threads);
    const Window moves(*window, source->rank - 2);
    const auto algorithm = kind == cdnn_maximum ? dnnl::algorithm::pooling_max
                           : kind == cdnn_average
                               ? dnnl::algorithm::pooling_avg_exclude_padding
                               : dnnl::algorithm::pooling_avg_include_padding;
    const dnnl::pooling_v2_forward::primitive_desc chosen(
        {dnnl::prop_kind::forward_inference, algorithm, description(*source), description(*result),
         moves.stride, moves.kernel, moves.dilation, moves.before, moves.after},
        attributes(nullptr, 0), cpu());
    program->add<dnnl::pooling_v2_forward>(
        chosen, {{DNNL_ARG_SRC, lent(*source)}, {DNNL_ARG_DST, lent(*result)}});
  });
}

}  // namespace cdnn
