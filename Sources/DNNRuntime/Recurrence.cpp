#include "Program.hpp"

#include <algorithm>

/// One layer of a recurrent network in one or both directions, for sequences of one shape.
struct cdnn_recurrence {
  int threads;
  bool has_cell;
  dnnl::stream stream;
  dnnl::primitive primitive;
  dnnl::memory weights_layer, weights_iter, bias, scratch;
  dnnl::memory::desc source, state, result;
  size_t byte_count;
};

namespace cdnn {
namespace {

using dnnl::memory;
using tag = memory::format_tag;

memory::desc floats(const memory::dims &sizes, tag order) {
  return {sizes, memory::data_type::f32, order};
}

memory packed(
    dnnl::stream &stream, const float *values, const memory::desc &from, const memory::desc &to) {
  memory result(to, cpu());
  memory source(from, cpu(), const_cast<float *>(values));
  dnnl::reorder(source, result).execute(stream, source, result);
  stream.wait();
  return result;
}

/// Keeps what a primitive needs besides its inputs.
template <typename Primitive>
cdnn_recurrence *made(
    const typename Primitive::primitive_desc &chosen, const cdnn_recurrence_form &form,
    int64_t gates, int64_t biases) {
  const int64_t directions = form.is_bidirectional ? 2 : 1;
  dnnl::stream stream(cpu());
  const memory weights_layer = packed(
      stream, form.weight_input,
      floats({1, directions, form.inputs, gates, form.hidden}, tag::ldgoi),
      chosen.weights_layer_desc());
  const memory weights_iter = packed(
      stream, form.weight_state,
      floats({1, directions, form.hidden, gates, form.hidden}, tag::ldgoi),
      chosen.weights_iter_desc());
  const memory bias = packed(
      stream, form.bias, floats({1, directions, biases, form.hidden}, tag::ldgo),
      chosen.bias_desc());
  const memory scratch(chosen.scratchpad_desc(), cpu());
  const size_t size = chosen.weights_layer_desc().get_size() +
                      chosen.weights_iter_desc().get_size() + chosen.bias_desc().get_size() +
                      chosen.scratchpad_desc().get_size();
  return new cdnn_recurrence{
      form.threads, form.kind == cdnn_lstm, stream, Primitive(chosen), weights_layer,
      weights_iter, bias, scratch, chosen.src_layer_desc(), chosen.src_iter_desc(),
      chosen.dst_layer_desc(), size};
}

}  // namespace

cdnn_status recurrence_create(const cdnn_recurrence_form *form, cdnn_recurrence **out) {
  *out = nullptr;
  return guarded([&] {
    const Threads guard(form->threads);
    const int64_t directions = form->is_bidirectional ? 2 : 1;
    const auto direction = form->is_bidirectional ? dnnl::rnn_direction::bidirectional_concat
                                                  : dnnl::rnn_direction::unidirectional_left2right;
    const auto inference = dnnl::prop_kind::forward_inference;
    const int64_t gates = form->kind == cdnn_lstm ? 4 : 3;
    const memory::desc source = floats({form->steps, form->batch, form->inputs}, tag::tnc);
    const memory::desc result =
        floats({form->steps, form->batch, directions * form->hidden}, tag::tnc);
    const memory::desc state = floats({1, directions, form->batch, form->hidden}, tag::ldnc);
    const memory::desc weights_layer =
        floats({1, directions, form->inputs, gates, form->hidden}, tag::any);
    const memory::desc weights_iter =
        floats({1, directions, form->hidden, gates, form->hidden}, tag::any);
    // Both kinds have four: those of an LSTM's gates, or a fourth for the product with the state.
    const memory::desc bias = floats({1, directions, 4, form->hidden}, tag::ldgo);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (form->kind == cdnn_lstm) {
      const dnnl::lstm_forward::desc operation(
          inference, direction, source, state, state, weights_layer, weights_iter, bias, result,
          state, state);
      *out = made<dnnl::lstm_forward>(
          dnnl::lstm_forward::primitive_desc(operation, attributes, cpu()), *form, gates, 4);
    } else {
      const dnnl::lbr_gru_forward::desc operation(
          inference, direction, source, state, weights_layer, weights_iter, bias, result, state);
      *out = made<dnnl::lbr_gru_forward>(
          dnnl::lbr_gru_forward::primitive_desc(operation, attributes, cpu()), *form, gates, 4);
    }
  });
}

cdnn_status recurrence_run(
    cdnn_recurrence *recurrence, const float *source, const float *state, const float *cell,
    float *result, float *last_state, float *last_cell) {
  return guarded([&] {
    const Threads guard(recurrence->threads);
    const auto lend = [](const memory::desc &description, const float *values) {
      return memory(description, cpu(), const_cast<float *>(values));
    };
    std::unordered_map<int, memory> arguments = {
        {DNNL_ARG_SRC_LAYER, lend(recurrence->source, source)},
        {DNNL_ARG_SRC_ITER, lend(recurrence->state, state)},
        {DNNL_ARG_WEIGHTS_LAYER, recurrence->weights_layer},
        {DNNL_ARG_WEIGHTS_ITER, recurrence->weights_iter},
        {DNNL_ARG_BIAS, recurrence->bias},
        {DNNL_ARG_DST_LAYER, lend(recurrence->result, result)},
        {DNNL_ARG_DST_ITER, lend(recurrence->state, last_state)},
        {DNNL_ARG_SCRATCHPAD, recurrence->scratch}};
    if (recurrence->has_cell) {
      arguments.emplace(DNNL_ARG_SRC_ITER_C, lend(recurrence->state, cell));
      arguments.emplace(DNNL_ARG_DST_ITER_C, lend(recurrence->state, last_cell));
    }
    recurrence->primitive.execute(recurrence->stream, arguments);
    recurrence->stream.wait();
  });
}

void recurrence_release(cdnn_recurrence *recurrence) {
  guarded([&] { delete recurrence; });
}

size_t recurrence_bytes(const cdnn_recurrence *recurrence) { return recurrence->byte_count; }

}  // namespace cdnn
