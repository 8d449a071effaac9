/* awake: keeps the cores that it may use from going idle, until its standard input ends.
 *
 * A core of a virtual machine that has nothing to do is given back to the host, and to wake it up takes as long as several
 * of the operations that are measured; how long depends on what else the host and the machine do. Here each core always
 * has something to do, and whoever else wants it has it at once: SCHED_IDLE gives way to everybody. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fail(const char *what, int error) {
  fprintf(stderr, "awake: %s: %s\n", what, strerror(error));
  exit(2);
}

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void *spin(void *unused) {
  for (;;) relax();
  return unused;
}

static void start_on(int core) {
  const struct sched_param none = {0};
  cpu_set_t only;
  pthread_t thread;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  int error = pthread_create(&thread, NULL, spin, NULL);
  if (error != 0) fail("a thread", error);
  error = pthread_setaffinity_np(thread, sizeof only, &only);
  if (error != 0) fail("its core", error);
  error = pthread_setschedparam(thread, SCHED_IDLE, &none);
  if (error != 0) fail("SCHED_IDLE", error);
}

int main(void) {
  cpu_set_t cores;
  char byte;
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) fail("the cores", errno);
  for (int core = 0; core < CPU_SETSIZE; core++)
    if (CPU_ISSET(core, &cores)) start_on(core);
  puts("awake");
  fflush(stdout);
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  return 0;
}
