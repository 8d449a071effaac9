/* Where things stand in the PDUs that a load needs (RFC 7143 section 11). */
#ifndef PDU_H
#define PDU_H
#include <stdint.h>

#define BHS_BYTES 48
#define NO_TAG 0xffffffffu

enum opcode {
  NOP_OUT = 0x00,
  SCSI_COMMAND = 0x01,
  LOGIN_REQUEST = 0x03,
  DATA_OUT = 0x05,
  NOP_IN = 0x20,
  SCSI_RESPONSE = 0x21,
  LOGIN_RESPONSE = 0x23,
  DATA_IN = 0x25,
  READY_TO_TRANSFER = 0x31,
  ASYNC_MESSAGE = 0x32,
  REJECT = 0x3f,
};

#define OPCODE_MASK 0x3f
#define IMMEDIATE 0x40

/* Byte 1. */
#define FLAG_FINAL 0x80
#define FLAG_READ 0x40
#define FLAG_WRITE 0x20
#define FLAG_SIMPLE 0x01
#define FLAG_STATUS 0x01

/* Offsets in the header. */
enum offset {
  AT_FLAGS = 1,
  AT_RESPONSE = 2,
  AT_STATUS = 3,
  AT_AHS_WORDS = 4,
  AT_DATA_LENGTH = 5,
  AT_LUN = 8,
  AT_TASK_TAG = 16,
  AT_TRANSFER_TAG = 20,
  AT_EXPECTED_LENGTH = 20,
  AT_CMD_SN = 24,
  AT_EXP_STAT_SN = 28,
  AT_CDB = 32,
  /* From the target. */
  AT_STAT_SN = 24,
  AT_EXP_CMD_SN = 28,
  AT_MAX_CMD_SN = 32,
  AT_DATA_SN = 36,
  AT_BUFFER_OFFSET = 40,
  AT_DESIRED_LENGTH = 44,
};

#endif
