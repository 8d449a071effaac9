/*
 * Preloaded into lunkitd: makes system calls on one file fail, do less, or wait, as a control file says
 * (system-calls.ts writes it). Its numbers are 32-bit words; what is named atomic changes while lunkitd runs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { RULES = 8 };
enum call { READ_CACHED = 1, READ = 2, WRITE = 4, WRITE_THROUGH = 8, SYNC = 16, SPACE = 32 };

struct rule {
  atomic_int calls;   /* the calls it is about; 0: it is off */
  atomic_int left;    /* how many calls it still meets; negative: all */
  int32_t error;      /* the call fails with this; 0: it does not */
  int32_t most;       /* the call does so many bytes at most; 0: all */
  atomic_int waits;   /* the call waits until this is 0 */
  atomic_int met;     /* how many calls it has met */
  uint32_t inode;     /* of the file, its lower half */
  uint32_t unused;
};

static struct rule *rules;

__attribute__((constructor)) static void map_rules(void) {
  const char *path = getenv("LUNKIT_SYSTEM_CALLS");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *memory = mmap(0, RULES * sizeof(struct rule), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED) rules = memory;
  close(fd);
}

static struct rule *rule_for(enum call call, int fd) {
  struct stat stats;
  for (int i = 0; rules && i < RULES; i++) {
    struct rule *rule = &rules[i];
    if (!(atomic_load(&rule->calls) & call)) continue;
    if (fstat(fd, &stats) < 0 || (uint32_t)stats.st_ino != rule->inode) continue;
    int left = atomic_load(&rule->left);
    while (left > 0 && !atomic_compare_exchange_weak(&rule->left, &left, left - 1)) continue;
    if (left == 0) continue;
    atomic_fetch_add(&rule->met, 1);
    while (atomic_load(&rule->waits)) nanosleep(&(struct timespec){.tv_nsec = 1000000}, 0);
    return rule;
  }
  return 0;
}

#define REAL(name) ({ static typeof(name) *real; if (!real) real = (typeof(name) *)dlsym(RTLD_NEXT, #name); real; })
#define MEET(call, fd, length) \
  struct rule *rule = rule_for(call, fd); \
  if (rule && rule->error) { errno = rule->error; return -1; } \
  if (rule && rule->most && (size_t)rule->most < length) length = rule->most;

ssize_t pread(int fd, void *memory, size_t length, off_t offset) {
  MEET(READ, fd, length)
  return REAL(pread)(fd, memory, length, offset);
}

ssize_t pwrite(int fd, const void *memory, size_t length, off_t offset) {
  MEET(WRITE, fd, length)
  return REAL(pwrite)(fd, memory, length, offset);
}

ssize_t preadv2(int fd, const struct iovec *pieces, int count, off_t offset, int flags) {
  struct iovec piece = pieces[0];
  MEET(READ_CACHED, fd, piece.iov_len)
  return count == 1 ? REAL(preadv2)(fd, &piece, 1, offset, flags) : REAL(preadv2)(fd, pieces, count, offset, flags);
}

ssize_t pwritev2(int fd, const struct iovec *pieces, int count, off_t offset, int flags) {
  struct iovec piece = pieces[0];
  MEET(WRITE_THROUGH, fd, piece.iov_len)
  return count == 1 ? REAL(pwritev2)(fd, &piece, 1, offset, flags) : REAL(pwritev2)(fd, pieces, count, offset, flags);
}

int fdatasync(int fd) {
  size_t length = 0;
  MEET(SYNC, fd, length)
  return REAL(fdatasync)(fd);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  size_t none = 0;
  MEET(SPACE, fd, none)
  return REAL(fallocate)(fd, mode, offset, length);
}
