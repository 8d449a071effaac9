/* What programs need that are many peers at once; die() is theirs, and is there before this is. */
#ifndef MANY_PEERS_H
#define MANY_PEERS_H
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/resource.h>

/* As many descriptors as the system lets a process have. */
static void take_all_descriptors(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files)) die("getrlimit");
  files.rlim_cur = files.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &files)) die("setrlimit");
}

static struct sockaddr_in address_of(const char *host, const char *port) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("host");
  return address;
}
#endif
