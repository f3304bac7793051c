#include "CDNN.h"
#include <CDynamicLibrary.h>
#include <stdio.h>

typedef const cdnn_table *(*table_function)(void);

const cdnn_table *cdnn_open(const char *override_path, char *error, size_t error_capacity) {
  void *symbol = cdynamiclibrary_symbol(override_path, "libparallax-dnn.so", "cdnn_runtime_table", error, error_capacity);
  if (!symbol) return NULL;
  const cdnn_table *table = ((table_function)symbol)();
  if (table->size == sizeof(cdnn_table)) return table;
  if (error_capacity) snprintf(error, error_capacity, "libparallax-dnn.so belongs to another version of parallax");
  return NULL;
}
