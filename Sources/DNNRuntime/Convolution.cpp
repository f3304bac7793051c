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
    if (weights->is_transposed) {
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
