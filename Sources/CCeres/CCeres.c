#include "CCeres.h"
#include <CDynamicLibrary.h>
#include <stdio.h>

typedef const cceres_table *(*table_function)(void);

const cceres_table *cceres_open(const char *override_path, char *error, size_t error_capacity) {
  void *symbol =
      cdynamiclibrary_symbol(override_path, "libparallax-ceres.so", "cceres_runtime_table", error, error_capacity);
  if (!symbol) return NULL;
  const cceres_table *table = ((table_function)symbol)();
  if (table && table->size == sizeof(cceres_table)) return table;
  if (error_capacity) snprintf(error, error_capacity, "libparallax-ceres.so belongs to another version of parallax");
  return NULL;
}
