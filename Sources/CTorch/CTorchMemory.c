// For anonymous mappings and advice about pages.
#define _DEFAULT_SOURCE
#include "CTorch.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>

/// Stands in front of a block's bytes; as long as a block's alignment.
typedef struct header {
  struct header *next;
  size_t size;
  char padding[48];
} header;

_Static_assert(sizeof(header) == 64, "bytes behind a header are aligned to 64");

static const size_t huge_page = 2 << 20;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/// Blocks that nobody uses, the last one given back first.
static header *first;
static size_t kept;
static size_t limit;

/// Takes blocks off the end of the list, the oldest, until no more than `most` bytes are kept.
static header *beyond(size_t most) {
  size_t sum = 0;
  header **place = &first;
  while (*place && sum + (*place)->size <= most) {
    sum += (*place)->size;
    place = &(*place)->next;
  }
  header *rest = *place;
  *place = NULL;
  kept = sum;
  return rest;
}

static void unmap(header *blocks) {
  while (blocks) {
    header *next = blocks->next;
    munmap(blocks, blocks->size);
    blocks = next;
  }
}

/// Memory at an address that huge pages can hold.
static header *map(size_t size) {
  char *start = mmap(
      NULL, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return NULL;
  const size_t before = (huge_page - (uintptr_t)start % huge_page) % huge_page;
  if (before) munmap(start, before);
  if (before < huge_page) munmap(start + before + size, huge_page - before);
  header *block = (header *)(start + before);
#ifdef MADV_HUGEPAGE
  madvise(block, size, MADV_HUGEPAGE);
#endif
  block->size = size;
  return block;
}

void *ctorch_memory_take(size_t byte_count) {
  if (byte_count < CTORCH_LEAST_KEPT_BLOCK || byte_count > SIZE_MAX / 4) return NULL;
  const size_t size = (byte_count + sizeof(header) + huge_page - 1) / huge_page * huge_page;
  pthread_mutex_lock(&lock);
  const int is_off = limit == 0;
  header **best = NULL;
  for (header **place = &first; !is_off && *place; place = &(*place)->next) {
    const size_t found = (*place)->size;
    if (found >= size && found - size <= size / 4 && (!best || found < (*best)->size)) {
      best = place;
      if (found == size) break;
    }
  }
  header *block = best ? *best : NULL;
  if (block) {
    *best = block->next;
    kept -= block->size;
  }
  pthread_mutex_unlock(&lock);
  if (is_off) return NULL;
  if (!block) block = map(size);
  return block ? block + 1 : NULL;
}

void ctorch_memory_give(void *bytes) {
  if (!bytes) return;
  header *block = (header *)bytes - 1;
  pthread_mutex_lock(&lock);
  block->next = first;
  first = block;
  kept += block->size;
  header *rest = kept > limit ? beyond(limit) : NULL;
  pthread_mutex_unlock(&lock);
  unmap(rest);
}

void ctorch_memory_keep(size_t byte_count) {
  pthread_mutex_lock(&lock);
  limit = byte_count;
  header *rest = kept > limit ? beyond(limit) : NULL;
  pthread_mutex_unlock(&lock);
  unmap(rest);
}

size_t ctorch_memory_kept(void) {
  pthread_mutex_lock(&lock);
  const size_t result = kept;
  pthread_mutex_unlock(&lock);
  return result;
}
