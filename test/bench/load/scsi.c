#include "scsi.h"
#include <string.h>
#include "bytes.h"
#include "fatal.h"
#include "pdu.h"

#define TEST_UNIT_READY 0x00
#define READ_16 0x88
#define WRITE_16 0x8a
#define SERVICE_ACTION_IN_16 0x9e
#define READ_CAPACITY_16 0x10
#define CAPACITY_BYTES 32
#define ATTENTIONS 20

/* Runs one command alone in its session; returns its status. */
static uint8_t command(struct session *session, uint8_t lun, const uint8_t cdb[16], uint8_t *data, uint32_t bytes) {
  uint8_t *header = compose(&session->connection, 0);
  header[0] = SCSI_COMMAND;
  header[AT_FLAGS] = FLAG_FINAL | (bytes > 0 ? FLAG_READ : 0) | FLAG_SIMPLE;
  header[AT_LUN + 1] = lun;
  put32(header + AT_TASK_TAG, 0x7fff0000);
  put32(header + AT_EXPECTED_LENGTH, bytes);
  put32(header + AT_CMD_SN, session->numbers.cmd_sn++);
  put32(header + AT_EXP_STAT_SN, session->numbers.exp_stat_sn);
  memcpy(header + AT_CDB, cdb, 16);
  compose_end(&session->connection);
  for (;;) {
    struct pdu pdu = exchange(&session->connection);
    uint8_t opcode = pdu.header[0] & OPCODE_MASK;
    bool with_data = opcode == DATA_IN && data && pdu.data_bytes <= bytes;
    if (with_data) memcpy(data, pdu.data, pdu.data_bytes);
    if (opcode != SCSI_RESPONSE && !(with_data && pdu.header[AT_FLAGS] & FLAG_STATUS)) continue;
    session->numbers.exp_stat_sn = get32(pdu.header + AT_STAT_SN) + 1;
    session->numbers.max_cmd_sn = get32(pdu.header + AT_MAX_CMD_SN);
    return pdu.header[AT_STATUS];
  }
}

void scsi_wait_ready(struct session *session, uint8_t lun) {
  const uint8_t cdb[16] = {TEST_UNIT_READY};
  for (int i = 0; i < ATTENTIONS; i++)
    if (command(session, lun, cdb, NULL, 0) == 0) return;
  fatal("LUN %u is not ready", lun);
}

struct capacity scsi_capacity(struct session *session, uint8_t lun) {
  uint8_t cdb[16] = {SERVICE_ACTION_IN_16, READ_CAPACITY_16};
  uint8_t data[CAPACITY_BYTES] = {0};
  put32(cdb + 10, CAPACITY_BYTES);
  if (command(session, lun, cdb, data, CAPACITY_BYTES) != 0) fatal("LUN %u has no READ CAPACITY (16)", lun);
  return (struct capacity){.blocks = get64(data) + 1, .block_bytes = get32(data + 8)};
}

void scsi_transfer_cdb(uint8_t *cdb, bool write, uint64_t lba, uint32_t blocks) {
  cdb[0] = write ? WRITE_16 : READ_16;
  put64(cdb + 2, lba);
  put32(cdb + 10, blocks);
}
