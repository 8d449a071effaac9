/*
 * Preloaded into what serves a disk: notes each change of a medium that a program asks the system for, with its data, and
 * when the call began and returned, so that what a medium holds after a cut can be made afterwards for any moment
 * (medium-log.ts reads it). Time is a counter that every begin and every return takes one of.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum call { WRITE = 1, WRITE_DURABLY = 2, SYNC = 3, ZERO = 4 };

struct head {
  _Atomic uint64_t clock;
  _Atomic uint64_t cursor;   /* where the next record goes */
};

struct record {
  uint64_t begun;
  _Atomic uint64_t returned; /* 0: not yet */
  uint64_t medium;           /* the number of the device, or of the file */
  uint64_t offset;
  uint64_t length;
  int64_t result;
  uint64_t call;
  uint64_t data_bytes;       /* they follow */
};

static struct head *head;
static uint64_t capacity;
/* Storage takes its time for a flush: who does not wait for it is found by that. */
static long sync_ns;

__attribute__((constructor)) static void map_log(void) {
  const char *path = getenv("LUNKIT_MEDIUM_LOG"), *us = getenv("LUNKIT_MEDIUM_SYNC_US");
  struct stat stats;
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  if (fstat(fd, &stats) == 0) {
    void *memory = mmap(0, stats.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory != MAP_FAILED) head = memory;
    capacity = stats.st_size;
  }
  close(fd);
  sync_ns = us ? atol(us) * 1000 : 0;
}

static struct record *begin(enum call call, int fd, uint64_t offset, uint64_t length, const void *data) {
  struct stat stats;
  if (!head || fstat(fd, &stats) < 0 || !(S_ISREG(stats.st_mode) || S_ISBLK(stats.st_mode))) return 0;
  uint64_t data_bytes = data ? length : 0;
  uint64_t size = sizeof(struct record) + ((data_bytes + 7) & ~7UL);
  uint64_t at = atomic_fetch_add(&head->cursor, size);
  if (at + size > capacity) {
    fputs("the log of the medium is full\n", stderr);
    abort();
  }
  struct record *record = (struct record *)((char *)head + at);
  record->medium = S_ISBLK(stats.st_mode) ? stats.st_rdev : stats.st_ino;
  record->offset = offset;
  record->length = length;
  record->call = call;
  record->data_bytes = data_bytes;
  if (data) memcpy(record + 1, data, data_bytes);
  record->begun = atomic_fetch_add(&head->clock, 1);
  return record;
}

static int64_t end(struct record *record, int64_t result) {
  if (!record) return result;
  int number = errno;
  if (record->call == SYNC || record->call == WRITE_DURABLY) nanosleep(&(struct timespec){.tv_nsec = sync_ns}, 0);
  record->result = result;
  atomic_store(&record->returned, atomic_fetch_add(&head->clock, 1));
  errno = number;
  return result;
}

#define REAL(name) ({ static typeof(name) *real; if (!real) real = (typeof(name) *)dlsym(RTLD_NEXT, #name); real; })

/* An io_uring of the program: its parts, mapped once more, and what of it is under way. */
struct ring {
  int fd;
  struct io_uring_params params;
  char *sq, *cq;
  struct io_uring_sqe *sqes;
  uint32_t seen;
  struct record *records[1024]; /* by user_data */
};

static struct ring rings[64];
static int ring_count;
static pthread_mutex_t rings_lock = PTHREAD_MUTEX_INITIALIZER;

/* Of newer kernels: a ring may do without the list of which entries are submitted (as libuv's), and takes them in their order. */
#ifndef IORING_SETUP_NO_SQARRAY
#define IORING_SETUP_NO_SQARRAY (1U << 16)
#endif

#define WORD(base, offset) ((_Atomic uint32_t *)((base) + (offset)))

static void note_ring(int fd, const struct io_uring_params *params) {
  struct ring *ring = 0;
  for (int i = 0; i < ring_count && !ring; i++)
    if (rings[i].fd == fd) ring = &rings[i];
  if (!ring && ring_count < 64) ring = &rings[ring_count++];
  if (!ring) {
    fputs("more io_urings than the log of the medium knows\n", stderr);
    abort();
  }
  memset(ring, 0, sizeof *ring);
  ring->fd = fd;
  ring->params = *params;
  size_t sq = params->sq_off.array + params->sq_entries * sizeof(uint32_t);
  size_t cq = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
  size_t sqes = params->sq_entries * sizeof(struct io_uring_sqe);
  ring->sq = mmap(0, sq, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
  ring->cq = mmap(0, cq, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_CQ_RING);
  ring->sqes = mmap(0, sqes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
}

/* Notes the writes that have ended. Before anything is brought to stable storage, so that what had ended counts as ended. */
static void note_ended(struct ring *ring) {
  uint32_t tail = atomic_load(WORD(ring->cq, ring->params.cq_off.tail));
  uint32_t mask = *WORD(ring->cq, ring->params.cq_off.ring_mask);
  struct io_uring_cqe *cqes = (struct io_uring_cqe *)(ring->cq + ring->params.cq_off.cqes);
  for (; ring->seen != tail; ring->seen++) {
    struct io_uring_cqe *cqe = &cqes[ring->seen & mask];
    struct record **record = &ring->records[cqe->user_data & 1023];
    end(*record, cqe->res);
    *record = 0;
  }
}

static void note_all_ended(void) {
  pthread_mutex_lock(&rings_lock);
  for (int i = 0; i < ring_count; i++) note_ended(&rings[i]);
  pthread_mutex_unlock(&rings_lock);
}

static void note_begun(struct ring *ring, uint32_t count) {
  uint32_t tail = atomic_load(WORD(ring->sq, ring->params.sq_off.tail));
  uint32_t mask = *WORD(ring->sq, ring->params.sq_off.ring_mask);
  int listed = !(ring->params.flags & IORING_SETUP_NO_SQARRAY);
  uint32_t *places = (uint32_t *)(ring->sq + ring->params.sq_off.array);
  for (uint32_t at = tail - count; at != tail; at++) {
    struct io_uring_sqe *sqe = &ring->sqes[listed ? places[at & mask] : at & mask];
    if (sqe->opcode != IORING_OP_WRITE) continue;
    enum call call = sqe->rw_flags & (RWF_DSYNC | RWF_SYNC) ? WRITE_DURABLY : WRITE;
    struct record *record = begin(call, sqe->fd, sqe->off, sqe->len, (void *)sqe->addr);
    ring->records[sqe->user_data & 1023] = record;
  }
}

long syscall(long number, ...) {
  long a[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  struct ring *ring = 0;
  pthread_mutex_lock(&rings_lock);
  for (int i = 0; number == SYS_io_uring_enter && i < ring_count; i++)
    if (rings[i].fd == a[0]) ring = &rings[i];
  if (ring) note_begun(ring, a[1]);
  pthread_mutex_unlock(&rings_lock);
  long result = REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  int error = errno;
  if (number == SYS_io_uring_setup && result >= 0) {
    pthread_mutex_lock(&rings_lock);
    note_ring(result, (struct io_uring_params *)a[1]);
    pthread_mutex_unlock(&rings_lock);
  }
  if (ring) note_all_ended();
  errno = error;
  return result;
}

ssize_t pwrite(int fd, const void *memory, size_t length, off_t offset) {
  struct record *record = begin(WRITE, fd, offset, length, memory);
  return end(record, REAL(pwrite)(fd, memory, length, offset));
}

ssize_t pwrite64(int fd, const void *memory, size_t length, off64_t offset) {
  return pwrite(fd, memory, length, offset);
}

ssize_t pwritev2(int fd, const struct iovec *pieces, int count, off_t offset, int flags) {
  if (count != 1) {
    fputs("pwritev2 of several pieces is not known to the log of the medium\n", stderr);
    abort();
  }
  enum call call = flags & (RWF_DSYNC | RWF_SYNC) ? WRITE_DURABLY : WRITE;
  note_all_ended();
  struct record *record = begin(call, fd, offset, pieces->iov_len, pieces->iov_base);
  return end(record, REAL(pwritev2)(fd, pieces, count, offset, flags));
}

int fdatasync(int fd) {
  note_all_ended();
  struct record *record = begin(SYNC, fd, 0, 0, 0);
  return end(record, REAL(fdatasync)(fd));
}

int fsync(int fd) {
  note_all_ended();
  struct record *record = begin(SYNC, fd, 0, 0, 0);
  return end(record, REAL(fsync)(fd));
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  int zeroes = mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE);
  struct record *record = zeroes ? begin(ZERO, fd, offset, length, 0) : 0;
  return end(record, REAL(fallocate)(fd, mode, offset, length));
}
