#include "CTorch.h"
#include "CDynamicLibrary.h"
#include <stdio.h>

_Static_assert(sizeof(ctorch_value) == 40, "Swift and C++ lay values out alike");

const ctorch_table *ctorch_open(const char *path, char *error, size_t error_capacity) {
  typedef const ctorch_table *(*table_function)(void);
  table_function function = (table_function)cdynamiclibrary_symbol(
      path, CTORCH_LIBRARY_NAME, CTORCH_TABLE_SYMBOL, error, error_capacity);
  if (!function) return NULL;
  const ctorch_table *table = function();
  const int32_t byte_count = (int32_t)sizeof(ctorch_table);
  if (table->abi_version != CTORCH_ABI_VERSION || table->byte_count != byte_count) {
    snprintf(error, error_capacity,
             "it offers interface %d of %d bytes, but this program needs interface %d of %d bytes",
             table->abi_version, table->byte_count, CTORCH_ABI_VERSION, byte_count);
    return NULL;
  }
  return table;
}
