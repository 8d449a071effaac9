/* The few SCSI commands of a load. */
#ifndef SCSI_H
#define SCSI_H
#include <stdbool.h>
#include <stdint.h>
#include "load.h"

struct capacity {
  uint64_t blocks;
  uint32_t block_bytes;
};

/* TEST UNIT READY until there is nothing left to tell a new nexus. */
void scsi_wait_ready(struct session *session, uint8_t lun);

/* READ CAPACITY (16). */
struct capacity scsi_capacity(struct session *session, uint8_t lun);

/* READ (16) or WRITE (16). */
void scsi_transfer_cdb(uint8_t *cdb, bool write, uint64_t lba, uint32_t blocks);

#endif
