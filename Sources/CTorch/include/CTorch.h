/// Thread-safe: every function may be called from any thread; a handle may be used by several
/// threads at a time as long as none writes to its elements. The C face of libtorch: one table of
/// functions, filled in by the shared library `libparallax-torch.so` (target TorchRuntime). No C++
/// exception passes through any of them.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __clang__
#pragma clang assume_nonnull begin
#define CTORCH_NULLABLE _Nullable
#define CTORCH_NONNULL _Nonnull
#else
#define CTORCH_NULLABLE
#define CTORCH_NONNULL
#endif

/// Raised whenever the table's layout or the meaning of one of its functions changes.
#define CTORCH_ABI_VERSION 3
#define CTORCH_LIBRARY_NAME "libparallax-torch.so"
#define CTORCH_TABLE_SYMBOL "parallax_torch_table"

/// Reference-counted handles. Whoever is given one through a result parameter owns one reference.
typedef struct ctorch_tensor_object *ctorch_tensor;
typedef struct ctorch_generator_object *ctorch_generator;
/// An operator of the dispatcher; never freed.
typedef struct ctorch_operator_object *ctorch_operator;

/// Borrowed handles; the second kind may hold NULL. And where handles are written for the caller.
typedef const CTORCH_NONNULL ctorch_tensor *CTORCH_NONNULL ctorch_tensors;
typedef const CTORCH_NULLABLE ctorch_tensor *CTORCH_NONNULL ctorch_optional_tensors;
typedef CTORCH_NULLABLE ctorch_tensor *CTORCH_NONNULL ctorch_tensor_results;

/// Anything but ok: `last_error` of the same thread holds the reason until its next call.
typedef int32_t ctorch_status;
enum { CTORCH_OK = 0, CTORCH_FAILED = 1, CTORCH_OUT_OF_MEMORY = 2, CTORCH_NO_DEVICE = 3 };

/// Element types, numbered as libtorch numbers them.
enum {
  CTORCH_UINT8 = 0,
  CTORCH_INT8 = 1,
  CTORCH_INT16 = 2,
  CTORCH_INT32 = 3,
  CTORCH_INT64 = 4,
  CTORCH_FLOAT16 = 5,
  CTORCH_FLOAT32 = 6,
  CTORCH_FLOAT64 = 7,
  CTORCH_COMPLEX64 = 9,
  CTORCH_COMPLEX128 = 10,
  CTORCH_BOOL = 11,
  CTORCH_BFLOAT16 = 15
};

/// Kinds of device, numbered as libtorch numbers them.
enum { CTORCH_CPU = 0, CTORCH_CUDA = 1 };

/// Memory formats, numbered as libtorch numbers them.
enum {
  CTORCH_CONTIGUOUS = 0,
  CTORCH_PRESERVE = 1,
  CTORCH_CHANNELS_LAST = 2,
  CTORCH_CHANNELS_LAST_3D = 3
};

/// What a `ctorch_value` holds, and in which of its fields.
enum {
  CTORCH_NONE = 0,           ///< nothing
  CTORCH_TENSOR,             ///< pointer: ctorch_tensor
  CTORCH_INT,                ///< integer
  CTORCH_DOUBLE,             ///< real
  CTORCH_BOOLEAN,            ///< integer, 0 or 1
  CTORCH_STRING,             ///< pointer: UTF-8 bytes, count
  CTORCH_INT_LIST,           ///< pointer: int64_t, count
  CTORCH_DOUBLE_LIST,        ///< pointer: double, count
  CTORCH_BOOLEAN_LIST,       ///< pointer: uint8_t 0 or 1, count
  CTORCH_TENSOR_LIST,        ///< pointer: ctorch_tensor, count
  CTORCH_OPTIONAL_TENSOR_LIST,  ///< pointer: ctorch_tensor or NULL, count; as an argument only
  CTORCH_ELEMENT_TYPE,       ///< integer
  CTORCH_DEVICE,             ///< integer: kind, count: index (-1: the current one)
  CTORCH_GENERATOR,          ///< pointer: ctorch_generator; as an argument only
  CTORCH_MEMORY_FORMAT,      ///< integer
  CTORCH_COMPLEX_TENSOR,     ///< pointer: ctorch_tensor `[..., 2]`; as an argument only
  CTORCH_NUMBER              ///< real, integer: element type; where a tensor is expected
};

/// One argument or result of an operator. Numbers pass for scalars; a whole number also passes
/// where a real one is expected. Arguments are borrowed for the call. Results are owned by the
/// caller and freed with `values_release`. Complex numbers cross as pairs of real ones: a result
/// gets a last axis of length 2, and such a tensor passes as a complex argument.
typedef struct ctorch_value {
  int32_t tag;
  int32_t reserved;
  int64_t count;
  int64_t integer;
  double real;
  const void *CTORCH_NULLABLE pointer;
} ctorch_value;

/// Facts about a tensor. `sizes` and `strides` (in elements) live as long as the tensor and are not
/// changed under it.
typedef struct ctorch_description {
  const int64_t *CTORCH_NULLABLE sizes;
  const int64_t *CTORCH_NULLABLE strides;
  /// First element, or NULL where there is no plain memory (sparse layouts).
  void *CTORCH_NULLABLE data;
  int64_t count;
  int32_t rank;
  int32_t element_type;
  int32_t device_kind;
  int32_t device_index;
  /// Whether the elements lie row by row without gaps.
  uint8_t is_contiguous;
  uint8_t requires_gradient;
  uint8_t is_leaf;
  /// Whether nobody else refers to this handle or to its memory, and libtorch owns the memory.
  uint8_t is_exclusive;
} ctorch_description;

/// Called once, on any thread, when memory or a closure lent to libtorch is no longer used.
typedef void (*ctorch_release)(void *CTORCH_NULLABLE context);

/// The backward pass of a custom operation. `inputs` and `outputs` are those of the forward pass,
/// `gradients` one per output, all borrowed for the call; `needed` says for each input whether its
/// gradient is wanted. Writes one owned handle or NULL (no gradient) per input into `results`.
/// Anything but CTORCH_OK makes the backward pass fail.
typedef ctorch_status (*ctorch_backward)(
    void *CTORCH_NULLABLE context, ctorch_optional_tensors inputs, int64_t input_count,
    ctorch_optional_tensors outputs, ctorch_optional_tensors gradients,
    int64_t output_count, const uint8_t *needed, ctorch_tensor_results results);

/// Sees a gradient on its way back; writes an owned replacement into `*result`, or leaves it NULL
/// to keep the gradient.
typedef ctorch_status (*ctorch_hook)(
    void *CTORCH_NULLABLE context, ctorch_tensor gradient, ctorch_tensor_results result);

typedef struct ctorch_table {
  int32_t abi_version;
  int32_t byte_count;

  /// Version of libtorch, for example "1.13.0".
  const char *CTORCH_NONNULL (*CTORCH_NONNULL version)(void);
  const char *CTORCH_NONNULL (*CTORCH_NONNULL last_error)(void);

  // Tensors

  /// Lends `data` to a new tensor without a copy. `strides` in elements; NULL: row by row.
  /// `release(context)` is called once, also on failure.
  ctorch_status (*CTORCH_NONNULL tensor_from_memory)(
      void *data, const int64_t *CTORCH_NULLABLE sizes, const int64_t *CTORCH_NULLABLE strides,
      int32_t rank, int32_t element_type, ctorch_release release, void *CTORCH_NULLABLE context,
      ctorch_tensor_results result);
  void (*CTORCH_NONNULL tensor_retain)(ctorch_tensor tensor);
  void (*CTORCH_NONNULL tensor_release)(ctorch_tensor tensor);
  ctorch_status (*CTORCH_NONNULL tensor_describe)(ctorch_tensor tensor, ctorch_description *result);

  // Operators

  /// Finds an operator by schema name ("aten::add") and overload ("Tensor", "" where there is
  /// none). Cached.
  ctorch_status (*CTORCH_NONNULL operator_find)(
      const char *name, const char *overload,
      CTORCH_NULLABLE ctorch_operator *CTORCH_NONNULL result);
  /// The operator's schema as text; lives as long as the process.
  const char *CTORCH_NONNULL (*CTORCH_NONNULL operator_schema)(ctorch_operator operation);
  /// Calls an operator. Arguments are given in the schema's order; those left out at the end take
  /// the schema's defaults. At most `capacity` results are written; `*result_count` is their
  /// number. Fails when there are more.
  ctorch_status (*CTORCH_NONNULL operator_call)(
      ctorch_operator operation, const ctorch_value *CTORCH_NULLABLE arguments,
      int64_t argument_count, ctorch_value *CTORCH_NULLABLE results, int64_t capacity,
      int64_t *result_count);
  /// Frees what results own, tensors included.
  void (*CTORCH_NONNULL values_release)(ctorch_value *values, int64_t count);
  /// Frees the array of a result that is a list, but not the tensors in it.
  void (*CTORCH_NONNULL value_release_list)(ctorch_value *value);

  // Gradients

  /// Turns recording of gradients on or off for a leaf tensor.
  ctorch_status (*CTORCH_NONNULL tensor_set_requires_gradient)(ctorch_tensor tensor, int32_t on);
  /// A handle on the same memory without history.
  ctorch_status (*CTORCH_NONNULL tensor_detach)(ctorch_tensor tensor, ctorch_tensor_results result);
  /// Gradients of `outputs` with respect to `inputs`. `output_gradients` may be NULL (ones; scalars
  /// only). Writes one owned handle per input, NULL where an input plays no part and `allow_unused`
  /// is set.
  ctorch_status (*CTORCH_NONNULL gradients)(
      ctorch_tensors outputs, const CTORCH_NULLABLE ctorch_tensor *CTORCH_NULLABLE output_gradients,
      int64_t output_count, ctorch_tensors inputs, int64_t input_count, int32_t keep_graph,
      int32_t create_graph, int32_t allow_unused, ctorch_tensor_results results);
  /// Adds the gradients of a tensor to those of the leaves. `gradient` may be NULL (ones; scalars
  /// only).
  ctorch_status (*CTORCH_NONNULL backward)(
      ctorch_tensor output, CTORCH_NULLABLE ctorch_tensor gradient, int32_t keep_graph,
      int32_t create_graph);
  /// The gradient gathered in a leaf; NULL when there is none.
  ctorch_status (*CTORCH_NONNULL tensor_gradient)(
      ctorch_tensor tensor, ctorch_tensor_results result);
  /// Replaces it; NULL removes it.
  ctorch_status (*CTORCH_NONNULL tensor_set_gradient)(
      ctorch_tensor tensor, CTORCH_NULLABLE ctorch_tensor gradient);
  /// Calls `hook` whenever a gradient of `tensor` is computed, as long as the tensor lives.
  ctorch_status (*CTORCH_NONNULL tensor_add_hook)(
      ctorch_tensor tensor, ctorch_hook hook, ctorch_release release,
      void *CTORCH_NULLABLE context);
  /// Whether the calling thread records operations for gradients.
  int32_t (*CTORCH_NONNULL gradient_mode)(void);
  void (*CTORCH_NONNULL set_gradient_mode)(int32_t on);
  /// Enters inference mode on the calling thread; NULL on failure. Must be left on the same thread,
  /// last in first out.
  void *CTORCH_NULLABLE (*CTORCH_NONNULL inference_mode_enter)(void);
  void (*CTORCH_NONNULL inference_mode_leave)(void *CTORCH_NULLABLE guard);
  /// Joins a finished forward pass to the graph as one node. `outputs` were computed from `inputs`
  /// without recording; the owned handles in `results` share their memory. `release(context)` is
  /// called once, at once when nothing is recorded.
  ctorch_status (*CTORCH_NONNULL custom_operation)(
      const char *name, ctorch_tensors inputs, int64_t input_count,
      ctorch_tensors outputs, int64_t output_count, ctorch_backward backward,
      ctorch_release release, void *CTORCH_NULLABLE context, ctorch_tensor_results results);

  // Random numbers, threads, devices

  ctorch_status (*CTORCH_NONNULL generator_create)(
      int32_t device_kind, int32_t device_index, uint64_t seed,
      CTORCH_NULLABLE ctorch_generator *CTORCH_NONNULL result);
  void (*CTORCH_NONNULL generator_release)(ctorch_generator generator);
  ctorch_status (*CTORCH_NONNULL generator_set_seed)(ctorch_generator generator, uint64_t seed);
  ctorch_status (*CTORCH_NONNULL generator_state)(
      ctorch_generator generator, ctorch_tensor_results result);
  ctorch_status (*CTORCH_NONNULL generator_set_state)(
      ctorch_generator generator, ctorch_tensor state);

  /// Threads that one operator may use when called from this thread; 1 until it is set.
  int32_t (*CTORCH_NONNULL thread_count)(void);
  /// Sets it for this thread (and for OpenBLAS, whose count is one for the whole process).
  ctorch_status (*CTORCH_NONNULL set_thread_count)(int32_t count);
  /// Number of CUDA devices that can be used; 0 where this libtorch has no CUDA.
  int32_t (*CTORCH_NONNULL cuda_device_count)(void);

  /// Where the memory of large tensors comes from and goes to; `take` may return NULL, for memory of
  /// libtorch's own. To be called once, before other threads use the table.
  ctorch_status (*CTORCH_NONNULL use_memory)(
      void *CTORCH_NULLABLE (*CTORCH_NONNULL take)(size_t byte_count),
      void (*CTORCH_NONNULL give)(void *CTORCH_NULLABLE bytes));
} ctorch_table;

/// Blocks of at least so many bytes are kept for reuse.
#define CTORCH_LEAST_KEPT_BLOCK (1 << 20)

/// Thread-safe: memory for at least `byte_count` bytes, aligned to 64, of unknown content; NULL for
/// small blocks, while nothing is to be kept, and when there is none.
void *CTORCH_NULLABLE ctorch_memory_take(size_t byte_count);
/// Thread-safe: gives back what `ctorch_memory_take` returned.
void ctorch_memory_give(void *CTORCH_NULLABLE bytes);
/// Thread-safe: how many bytes that nobody uses are kept at most; 0 at first.
void ctorch_memory_keep(size_t byte_count);
/// Thread-safe: how many are kept now.
size_t ctorch_memory_kept(void);

/// Opens the runtime and returns its table, or NULL with the reason in `error` (always terminated).
/// `path` names the shared library; NULL: looked for beside the binary, then where the dynamic
/// linker looks.
const ctorch_table *CTORCH_NULLABLE ctorch_open(
    const char *CTORCH_NULLABLE path, char *error, size_t error_capacity);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif
