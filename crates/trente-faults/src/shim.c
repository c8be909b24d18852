/*
 * Stands before the C library's fdatasync and fsync, by LD_PRELOAD.
 *
 * TRENTE_SHIM_SLOW_US: so many microseconds are slept before each.
 * TRENTE_SHIM_FAIL: while a file of this name exists, the next call fails with EIO, once, and the file is gone; the
 * data is not written, as the kernel does not write it again after such an error.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int meddle(void) {
  const char *fail = getenv("TRENTE_SHIM_FAIL");
  if (fail && unlink(fail) == 0) {
    errno = EIO;
    return -1;
  }
  const char *slow = getenv("TRENTE_SHIM_SLOW_US");
  if (slow) {
    long us = atol(slow);
    struct timespec time = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&time, NULL);
  }
  return 0;
}

int fdatasync(int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return meddle() ? -1 : real(file);
}

int fsync(int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return meddle() ? -1 : real(file);
}
