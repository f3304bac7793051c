#include "Program.hpp"

namespace cdnn {

cdnn_status add_normalisation(
    cdnn_program *program, const cdnn_tensor *source, const float *mean, const float *variance,
    const float *scale, const float *shift, float epsilon, int32_t relu,
    const cdnn_tensor *result) {
  return guarded([&] {
    using dnnl::normalization_flags;
    const Threads guard(program->threads);
    auto flags = normalization_flags::use_global_stats | normalization_flags::use_scale |
                 normalization_flags::use_shift;
    if (relu) flags |= normalization_flags::fuse_norm_relu;
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::batch_normalization_forward::primitive_desc chosen(
        {dnnl::prop_kind::forward_inference, description(*source), epsilon, flags}, attributes,
        cpu());
    const auto vector = vector_description(source->sizes[1]);
    program->add<dnnl::batch_normalization_forward>(
        chosen, {{DNNL_ARG_SRC, lent(*source)},
                 {DNNL_ARG_MEAN, program->packed(mean, vector, vector)},
                 {DNNL_ARG_VARIANCE, program->packed(variance, vector, vector)},
                 {DNNL_ARG_SCALE, program->packed(scale, vector, vector)},
                 {DNNL_ARG_SHIFT, program->packed(shift, vector, vector)},
                 {DNNL_ARG_DST, lent(*result)}});
  });
}

cdnn_status add_elementwise(
    cdnn_program *program, const cdnn_tensor *first, const cdnn_tensor *second,
    const cdnn_post_operation *post, size_t post_count, const cdnn_tensor *result) {
  return guarded([&] {
    const Threads guard(program->threads);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (second) {
      if (post_count > 0) attributes.set_post_ops(post_operations(post, post_count));
      const dnnl::binary::primitive_desc chosen(
          {dnnl::algorithm::binary_add, description(*first), description(*second),
           description(*result)},
          attributes, cpu());
      program->add<dnnl::binary>(
          chosen, {{DNNL_ARG_SRC_0, lent(*first)},
                   {DNNL_ARG_SRC_1, lent(*second)},
                   {DNNL_ARG_DST, lent(*result)}});
      return;
    }
    if (post_count == 0) throw std::invalid_argument("nothing to do to the elements");
    const cdnn_tensor *source = first;
    for (size_t i = 0; i < post_count; i++) {
      const auto all = post_operations(post + i, 1);
      float scale, alpha, beta;
      dnnl::algorithm algorithm;
      all.get_params_eltwise(0, scale, algorithm, alpha, beta);
      const dnnl::eltwise_forward::primitive_desc chosen(
          {dnnl::prop_kind::forward_inference, algorithm, description(*source), alpha, beta},
          attributes, cpu());
      program->add<dnnl::eltwise_forward>(
          chosen, {{DNNL_ARG_SRC, lent(*source)}, {DNNL_ARG_DST, lent(*result)}});
      source = result;
    }
  });
}

cdnn_status add_concatenation(
    cdnn_program *program, const cdnn_tensor *sources, size_t count, const cdnn_tensor *result) {
  return guarded([&] {
    const Threads guard(program->threads);
    std::vector<dnnl::memory::desc> descriptions;
    cdnn_program::Arguments arguments = {{DNNL_ARG_DST, lent(*result)}};
    for (size_t i = 0; i < count; i++) {
      descriptions.push_back(description(sources[i]));
      arguments.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), lent(sources[i]));
    }
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::concat::primitive_desc chosen(
        description(*result), 1, descriptions, cpu(), attributes);
    program->add<dnnl::concat>(chosen, std::move(arguments));
  });
}

}  // namespace cdnn
