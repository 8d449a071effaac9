/* The file behind the store, past the target. */
#ifndef BACKING_FILE_H
#define BACKING_FILE_H
#include "check.h"
#include "ledger.h"

/* Makes the file, every block written, in pieces of 1 MiB as when an image is copied; ends when it is on the disk. */
void backing_file_stamp(const char *path, struct ledger *ledger);

/* Reads the whole file and checks it. */
void backing_file_check(const char *path, const struct ledger *ledger, struct findings *findings);

#endif
