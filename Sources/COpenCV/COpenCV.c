#include "COpenCV.h"
#include <CDynamicLibrary.h>
#include <stdio.h>

typedef const copencv_table *(*table_function)(void);

const copencv_table *copencv_open(const char *override_path, char *error, size_t error_capacity) {
  void *symbol =
      cdynamiclibrary_symbol(override_path, "libparallax-opencv.so", "copencv_runtime_table", error, error_capacity);
  if (!symbol) return NULL;
  const copencv_table *table = ((table_function)symbol)();
  if (table && table->size == sizeof(copencv_table)) return table;
  if (error_capacity) snprintf(error, error_capacity, "libparallax-opencv.so belongs to another version of parallax");
  return NULL;
}
