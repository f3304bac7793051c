/// Thread-safe, except that one cdnn_program may be used by one thread at a time.
///
/// The C interface to oneDNN: a program is a list of steps of a network (convolutions, pooling, …) over memory of the caller. The
/// functions live in libparallax-dnn.so (target DNNRuntime), which is opened at the first use. Every fallible function returns 0
/// (cdnn_ok) or another status; the text of the calling thread's last failure is then in `last_error`. No C++ exception crosses.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma clang assume_nonnull begin

typedef int32_t cdnn_status;
enum { cdnn_ok = 0, cdnn_failed = 1 };

/// Steps that run in the order in which they were added.
typedef struct cdnn_program cdnn_program;

enum { cdnn_float32 = 0, cdnn_bfloat16 = 1 };
enum { cdnn_max_rank = 5 };

/// Memory of the caller, aligned to 64 bytes, which must outlive the program. Sizes are [batch, channels, spatial...]. With three
/// axes or more the channels of a place lie side by side ([batch, spatial..., channels]); otherwise the rows do.
typedef struct cdnn_tensor {
  void *data;
  int32_t element_type, rank;
  int64_t sizes[cdnn_max_rank];
} cdnn_tensor;

/// What happens to each element of a step's result. sum: what lay in the result's memory before is added.
/// leaky_relu: slope alpha below 0; clip: between alpha and beta; elu: alpha.
enum {
  cdnn_sum = 0,
  cdnn_leaky_relu = 1,
  cdnn_clip = 2,
  cdnn_sigmoid = 3,
  cdnn_tanh = 4,
  cdnn_silu = 5,
  cdnn_gelu = 6,
  cdnn_gelu_tanh = 7,
  cdnn_elu = 8
};

typedef struct cdnn_post_operation {
  int32_t kind;
  float alpha, beta;
} cdnn_post_operation;

/// How a window moves over the spatial axes, of which there are two fewer than a tensor has.
typedef struct cdnn_window {
  int64_t kernel[cdnn_max_rank - 2], stride[cdnn_max_rank - 2], dilation[cdnn_max_rank - 2];
  int64_t padding_before[cdnn_max_rank - 2], padding_after[cdnn_max_rank - 2];
} cdnn_window;

/// Weights are float32 and row-major, whatever the type of the tensors; they are copied.
typedef struct cdnn_weights {
  /// Convolution: [out, in / groups, kernel...]; transposed: [in, out / groups, kernel...]; linear: [out, in].
  const float *weight;
  /// [out] or NULL.
  const float *_Nullable bias;
  int64_t groups;
  int32_t is_transposed;
} cdnn_weights;

enum { cdnn_maximum = 0, cdnn_average = 1, cdnn_average_with_padding = 2 };

/// One layer of a recurrent network in one or both directions, for sequences of one shape; used by one thread at a time.
typedef struct cdnn_recurrence cdnn_recurrence;

/// cdnn_lstm: gates input, forget, cell, output. cdnn_gru: gates update, reset, new, where the reset gate acts on the product
/// with the state and h' = update * h + (1 - update) * new.
enum { cdnn_lstm = 0, cdnn_gru = 1 };

/// Weights are copied. [directions] is 2 if is_bidirectional: forward, then backward, whose outputs come behind the forward ones.
typedef struct cdnn_recurrence_form {
  int32_t kind, is_bidirectional, threads;
  int64_t steps, batch, inputs, hidden;
  /// [directions, gates, hidden, inputs].
  const float *weight_input;
  /// [directions, gates, hidden, hidden].
  const float *weight_state;
  /// [directions, 4, hidden]; a GRU's fourth is added to the product with the state, the third beside it.
  const float *bias;
} cdnn_recurrence_form;

typedef struct cdnn_table {
  /// Equals sizeof(cdnn_table): a library built from another version of this header is refused.
  size_t size;

  const char *_Nonnull (*_Nonnull version)(void);
  /// Text of the calling thread's last failure; valid until its next call.
  const char *_Nonnull (*_Nonnull last_error)(void);

  /// A program without steps, whose steps use `threads` threads of OpenMP.
  cdnn_status (*program_create)(int32_t threads, cdnn_program *_Nullable *_Nonnull out);
  void (*program_release)(cdnn_program *_Nullable program);

  cdnn_status (*add_convolution)(cdnn_program *program, const cdnn_tensor *source, const cdnn_weights *weights,
                                 const cdnn_window *window, const cdnn_post_operation *_Nullable post, size_t post_count,
                                 const cdnn_tensor *result);
  /// source: [rows, in]; result: [rows, out].
  cdnn_status (*add_linear)(cdnn_program *program, const cdnn_tensor *source, const cdnn_weights *weights,
                            const cdnn_post_operation *_Nullable post, size_t post_count, const cdnn_tensor *result);
  cdnn_status (*add_pooling)(cdnn_program *program, const cdnn_tensor *source, int32_t kind, const cdnn_window *window,
                             const cdnn_tensor *result);
  /// (x - mean) / sqrt(variance + epsilon) * scale + shift for each channel; the vectors are copied. Below 0 set to 0 if relu.
  cdnn_status (*add_normalisation)(cdnn_program *program, const cdnn_tensor *source, const float *mean, const float *variance,
                                   const float *scale, const float *shift, float epsilon, int32_t relu,
                                   const cdnn_tensor *result);
  /// Sums of two tensors, or (second NULL) the elements of one, then what `post` says.
  cdnn_status (*add_elementwise)(cdnn_program *program, const cdnn_tensor *first, const cdnn_tensor *_Nullable second,
                                 const cdnn_post_operation *_Nullable post, size_t post_count, const cdnn_tensor *result);
  /// Joins the channels.
  cdnn_status (*add_concatenation)(cdnn_program *program, const cdnn_tensor *sources, size_t count,
                                   const cdnn_tensor *result);

  /// The code that oneDNN chose for a step; valid as long as the program.
  const char *_Nonnull (*_Nonnull step_description)(const cdnn_program *program, size_t step);
  size_t (*step_count)(const cdnn_program *program);
  /// Bytes that the program itself holds: packed weights and working memory.
  size_t (*byte_count)(const cdnn_program *program);
  cdnn_status (*run)(cdnn_program *program, size_t first, size_t count);

  cdnn_status (*recurrence_create)(const cdnn_recurrence_form *form, cdnn_recurrence *_Nullable *_Nonnull out);
  void (*recurrence_release)(cdnn_recurrence *_Nullable recurrence);
  /// Bytes of packed weights and working memory.
  size_t (*recurrence_bytes)(const cdnn_recurrence *recurrence);
  /// source: [steps, batch, inputs]; result: [steps, batch, directions * hidden]; states and cells (of an LSTM, else NULL):
  /// [directions, batch, hidden]. Nothing may overlap.
  cdnn_status (*recurrence_run)(cdnn_recurrence *recurrence, const float *source, const float *state,
                                const float *_Nullable cell, float *result, float *last_state, float *_Nullable last_cell);
} cdnn_table;

/// The table of functions, opened at the first call. override_path: a library to use instead of the one beside the binary, or
/// NULL. Returns NULL on failure and writes the reason into `error` (always terminated).
const cdnn_table *_Nullable cdnn_open(const char *_Nullable override_path, char *error, size_t error_capacity);

#pragma clang assume_nonnull end
#ifdef __cplusplus
}
#endif
