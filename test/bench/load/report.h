/* What was counted and found, as one line of JSON. */
#ifndef REPORT_H
#define REPORT_H
#include "load.h"

void report_print(const struct load *load);

/* True when every command succeeded and every block that was looked at was known and right. */
bool report_good(const struct load *load);

#endif
