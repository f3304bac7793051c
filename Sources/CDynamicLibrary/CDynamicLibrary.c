#define _GNU_SOURCE
#include "CDynamicLibrary.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int mode = RTLD_NOW | RTLD_LOCAL;

/// Opens `name` in the folder of `file`; *found tells whether such a file lies there at all.
static void *open_beside(const char *file, const char *name, int *found) {
  const char *slash = strrchr(file, '/');
  char path[PATH_MAX];
  if (!slash) return NULL;
  int written = snprintf(path, sizeof path, "%.*s/%s", (int)(slash - file), file, name);
  if (written < 0 || written >= (int)sizeof path || access(path, F_OK) != 0) return NULL;
  *found = 1;
  return dlopen(path, mode);
}

static void *open_library(const char *override_path, const char *name) {
  if (override_path) return dlopen(override_path, mode);
  int found = 0;
  char executable[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
  void *library = NULL;
  if (length > 0) {
    executable[length] = 0;
    library = open_beside(executable, name, &found);
  }
  // A test bundle is itself a shared library; the main program's name here is only what its caller wrote.
  Dl_info info;
  if (!library && !found && dladdr((void *)&cdynamiclibrary_symbol, &info) && info.dli_fname) {
    library = open_beside(info.dli_fname, name, &found);
  }
  return library || found ? library : dlopen(name, mode);
}

void *cdynamiclibrary_symbol(const char *override_path, const char *name, const char *symbol, char *error,
                             size_t error_capacity) {
  void *library = open_library(override_path, name);
  void *found = library ? dlsym(library, symbol) : NULL;
  if (!found && error_capacity) {
    const char *reason = dlerror();
    snprintf(error, error_capacity, "%s", reason ? reason : "unknown reason");
  }
  return found;
}
