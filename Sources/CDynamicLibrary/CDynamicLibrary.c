#define _GNU_SOURCE
#include "CDynamicLibrary.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static void *open_beside_binary(const char *name) {
  Dl_info info;
  if (!dladdr((void *)&cdynamiclibrary_symbol, &info) || !info.dli_fname) return NULL;
  char path[PATH_MAX];
  const char *slash = strrchr(info.dli_fname, '/');
  int folder = slash ? (int)(slash - info.dli_fname) : 0;
  int written = slash ? snprintf(path, sizeof path, "%.*s/%s", folder, info.dli_fname, name)
                      : snprintf(path, sizeof path, "./%s", name);
  if (written < 0 || written >= (int)sizeof path) return NULL;
  return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

void *cdynamiclibrary_symbol(const char *override_path, const char *name, const char *symbol, char *error,
                             size_t error_capacity) {
  void *library = override_path ? dlopen(override_path, RTLD_NOW | RTLD_LOCAL) : open_beside_binary(name);
  if (!library && !override_path) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  void *found = library ? dlsym(library, symbol) : NULL;
  if (!found && error_capacity) {
    const char *reason = dlerror();
    snprintf(error, error_capacity, "%s", reason ? reason : "unknown reason");
  }
  return found;
}
