#define _GNU_SOURCE
#include "CDynamicLibrary.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// A library that lies there but cannot be opened (because one that it needs is missing) sets *exists.
static void *open_beside_binary(const char *name, int *exists) {
  Dl_info info;
  if (!dladdr((void *)&cdynamiclibrary_symbol, &info) || !info.dli_fname) return NULL;
  char path[PATH_MAX];
  const char *slash = strrchr(info.dli_fname, '/');
  int folder = slash ? (int)(slash - info.dli_fname) : 0;
  int written = slash ? snprintf(path, sizeof path, "%.*s/%s", folder, info.dli_fname, name)
                      : snprintf(path, sizeof path, "./%s", name);
  if (written < 0 || written >= (int)sizeof path) return NULL;
  *exists = access(path, F_OK) == 0;
  return *exists ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

void *cdynamiclibrary_symbol(const char *override_path, const char *name, const char *symbol, char *error,
                             size_t error_capacity) {
  int exists = override_path != NULL;
  void *library =
      override_path ? dlopen(override_path, RTLD_NOW | RTLD_LOCAL) : open_beside_binary(name, &exists);
  if (!library && !exists) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  void *found = library ? dlsym(library, symbol) : NULL;
  if (!found && error_capacity) {
    const char *reason = dlerror();
    snprintf(error, error_capacity, "%s", reason ? reason : "unknown reason");
  }
  return found;
}
