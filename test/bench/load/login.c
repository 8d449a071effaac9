#include "login.h"
#include <string.h>
#include "bytes.h"
#include "fatal.h"
#include "pdu.h"

#define TEXT_BYTES 4096
#define TRANSIT 0x80
#define SECURITY_TO_OPERATIONAL 0x01
#define OPERATIONAL_TO_FULL 0x07
#define MAX_ROUNDS 8
#define AT_ISID 8
#define AT_STATUS_CLASS 36
#define AT_STATUS_DETAIL 37

/* Asked for in the operational stage unless --key says otherwise: no round trip that could be saved, large PDUs. */
static const char *const defaults[] = {
  "InitialR2T=No", "ImmediateData=Yes", "MaxRecvDataSegmentLength=262144", "MaxBurstLength=1048576",
  "FirstBurstLength=262144", "MaxOutstandingR2T=8", "ErrorRecoveryLevel=0", "MaxConnections=1",
  "DefaultTime2Wait=2", "DefaultTime2Retain=0",
};

struct text {
  char bytes[TEXT_BYTES];
  uint32_t length;
};

static void add(struct text *text, const char *name, const char *value) {
  int length = snprintf(text->bytes + text->length, TEXT_BYTES - text->length, "%s%s", name, value);
  text->length += (uint32_t)length + 1;
  if (text->length >= TEXT_BYTES) fatal("too many keys for one login request");
}

/* The value of a key, or NULL; `name` ends with its equals sign. */
static const char *value_of(const char *text, uint32_t length, const char *name) {
  size_t name_length = strlen(name);
  for (uint32_t at = 0; at < length; at += (uint32_t)strnlen(text + at, length - at) + 1)
    if (length - at >= name_length && strncmp(text + at, name, name_length) == 0) return text + at + name_length;
  return NULL;
}

static bool same_key(const char *one, const char *other) {
  size_t length = strcspn(one, "=");
  return strncmp(one, other, length) == 0 && other[length] == '=';
}

static void add_wanted(struct text *text, const struct options *options) {
  const char *digest = options->digests ? "CRC32C" : "None";
  add(text, "HeaderDigest=", digest);
  add(text, "DataDigest=", digest);
  for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
    bool replaced = false;
    for (unsigned key = 0; key < options->key_count; key++) replaced |= same_key(defaults[i], options->keys[key]);
    if (!replaced) add(text, "", defaults[i]);
  }
  for (unsigned key = 0; key < options->key_count; key++) add(text, "", options->keys[key]);
}

static void add_identity(struct text *text, const struct options *options, uint32_t index) {
  char name[64];
  snprintf(name, sizeof name, "iqn.2026-11.io.lunkit.bench:load%u", index);
  add(text, "InitiatorName=", name);
  add(text, "SessionType=", "Normal");
  add(text, "TargetName=", options->target);
  add(text, "AuthMethod=", "None");
}

static void take_number(const struct pdu *pdu, const char *name, uint32_t *number) {
  const char *value = value_of((char *)pdu->data, pdu->data_bytes, name);
  if (value) *number = (uint32_t)strtoul(value, NULL, 0);
}

static void take_flag(const struct pdu *pdu, const char *name, const char *yes, bool *flag) {
  const char *value = value_of((char *)pdu->data, pdu->data_bytes, name);
  if (value) *flag = strncmp(value, yes, strlen(yes)) == 0;
}

static void take_answers(struct agreed *agreed, const struct pdu *pdu) {
  take_number(pdu, "MaxRecvDataSegmentLength=", &agreed->max_send);
  take_number(pdu, "FirstBurstLength=", &agreed->first_burst);
  take_number(pdu, "MaxBurstLength=", &agreed->max_burst);
  take_number(pdu, "MaxOutstandingR2T=", &agreed->max_r2t);
  take_flag(pdu, "InitialR2T=", "Yes", &agreed->initial_r2t);
  take_flag(pdu, "ImmediateData=", "Yes", &agreed->immediate);
  take_flag(pdu, "HeaderDigest=", "CRC32C", &agreed->header_digest);
  take_flag(pdu, "DataDigest=", "CRC32C", &agreed->data_digest);
}

static struct pdu round_trip(struct connection *connection, struct numbers *numbers, uint8_t stages, const struct text *text,
                             uint32_t index) {
  uint8_t *header = compose(connection, text->length);
  header[0] = IMMEDIATE | LOGIN_REQUEST;
  header[AT_FLAGS] = TRANSIT | stages;
  /* An ISID of the random format; the number tells sessions of one program apart. */
  header[AT_ISID] = 0x80;
  put32(header + AT_ISID + 1, 0x4c0000 + index);
  put32(header + AT_TASK_TAG, 1);
  put32(header + AT_CMD_SN, numbers->cmd_sn);
  put32(header + AT_EXP_STAT_SN, numbers->exp_stat_sn);
  memcpy(composed_data(connection), text->bytes, text->length);
  compose_end(connection);
  struct pdu pdu = exchange(connection);
  if ((pdu.header[0] & OPCODE_MASK) != LOGIN_RESPONSE) fatal("a login was answered with opcode %02x", pdu.header[0]);
  if (pdu.header[AT_STATUS_CLASS] != 0)
    fatal("login refused: status %02x%02x", pdu.header[AT_STATUS_CLASS], pdu.header[AT_STATUS_DETAIL]);
  numbers->exp_stat_sn = get32(pdu.header + AT_STAT_SN) + 1;
  numbers->max_cmd_sn = get32(pdu.header + AT_MAX_CMD_SN);
  return pdu;
}

struct agreed log_in(struct connection *connection, struct numbers *numbers, const struct options *options, uint32_t index) {
  struct agreed agreed = {.max_send = 8192, .first_burst = 65536, .max_burst = 262144, .max_r2t = 1, .immediate = true,
                          .initial_r2t = true};
  struct text text = {.length = 0};
  uint8_t stages = SECURITY_TO_OPERATIONAL;
  *numbers = (struct numbers){.cmd_sn = 1};
  add_identity(&text, options, index);
  for (int round = 0; round < MAX_ROUNDS; round++) {
    struct pdu pdu = round_trip(connection, numbers, stages, &text, index);
    take_answers(&agreed, &pdu);
    bool moved = (pdu.header[AT_FLAGS] & TRANSIT) != 0;
    if (moved && stages == OPERATIONAL_TO_FULL) {
      connection->header_digest = agreed.header_digest;
      connection->data_digest = agreed.data_digest;
      if (options->digests && !(agreed.header_digest && agreed.data_digest)) fatal("the target does not take digests");
      return agreed;
    }
    text.length = 0;
    if (moved) {
      stages = OPERATIONAL_TO_FULL;
      add_wanted(&text, options);
    }
  }
  fatal("login did not end after %d rounds", MAX_ROUNDS);
}
