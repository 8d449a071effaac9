/* iscsi-load, and after its line one more with what that leaves out: the longest that an operation took, in us. */
#define main iscsi_load
#include "iscsi-load.c"
#undef main

int main(int c, char **v) {
  int code = iscsi_load(c, v);
  printf("{\"maxus\":%u}\n", nlat ? lat[nlat - 1] : 0);
  return code;
}
