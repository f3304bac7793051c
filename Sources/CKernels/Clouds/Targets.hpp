#pragma once

/// One body compiled for several sets of instructions; `CKERNELS_CHOOSE(name)` is the version for this processor. Bodies add and multiply
/// without contraction, so that all versions give the same bits.
#if defined(__x86_64__)
#define CKERNELS_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi,bmi2,popcnt,lzcnt")))
#define CKERNELS_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))
#define CKERNELS_VERSIONS(result, name, parameters, arguments)                     \
  CKERNELS_AVX512 static result name##AVX512 parameters { return name arguments; } \
  CKERNELS_AVX2 static result name##AVX2 parameters { return name arguments; }     \
  static result name##Portable parameters { return name arguments; }
#define CKERNELS_CHOOSE(name)                                                                        \
  (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&                       \
           __builtin_cpu_supports("avx512vl")                                                        \
       ? name##AVX512                                                                                \
       : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") ? name##AVX2 : name##Portable)
#else
#define CKERNELS_VERSIONS(result, name, parameters, arguments) \
  static result name##Portable parameters { return name arguments; }
#define CKERNELS_CHOOSE(name) name##Portable
#endif
#define CKERNELS_BODY static inline __attribute__((always_inline))
