/* Preloaded into a program: every fdatasync and fsync takes BENCH_SYNC_MS longer, as on a slow card. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int later(const char *name, int fd) {
  static long ms = -1;
  if (ms < 0) ms = getenv("BENCH_SYNC_MS") ? atol(getenv("BENCH_SYNC_MS")) : 0;
  nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
  return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}

int fdatasync(int fd) { return later("fdatasync", fd); }
int fsync(int fd) { return later("fsync", fd); }
