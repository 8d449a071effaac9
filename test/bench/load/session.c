#include "session.h"
#include <string.h>
#include "bytes.h"
#include "content.h"
#include "fatal.h"
#include "pdu.h"
#include "scsi.h"

void session_open(struct load *load, uint32_t index) {
  struct session *session = &load->sessions[index];
  const struct options *options = &load->options;
  session->connection = connection_open(options->host, options->port);
  session->position = 0;
  if (options->protocol == PROTOCOL_PLAIN) {
    session->agreed = (struct agreed){.max_send = UINT32_MAX, .first_burst = UINT32_MAX, .immediate = true};
    session->numbers = (struct numbers){.cmd_sn = 1};
    return;
  }
  session->agreed = log_in(&session->connection, &session->numbers, options, index);
  scsi_wait_ready(session, options->lun);
}

void session_prepare(struct session *session, uint32_t depth) {
  free(session->tasks);
  free(session->idle);
  session->tasks = zeroed(depth, sizeof *session->tasks);
  session->idle = zeroed(depth, sizeof *session->idle);
  session->idle_count = depth;
  for (uint32_t i = 0; i < depth; i++) session->idle[i] = (uint16_t)(depth - 1 - i);
}

static struct extent extent_of(const struct load *load, const struct task *task) {
  uint32_t blocks = load->job.bytes / load->block_bytes;
  return (struct extent){.lba = task->unit * blocks, .blocks = blocks};
}

static uint32_t tag_of(const struct session *session, const struct task *task) {
  return (uint32_t)task->serial << 16 | (uint32_t)(task - session->tasks);
}

static struct task *task_of(const struct load *load, struct session *session, uint32_t tag) {
  uint32_t index = tag & 0xffff;
  if (index >= load->job.depth) fatal("an answer to task %08x, which never was", tag);
  struct task *task = &session->tasks[index];
  if (!task->live || tag_of(session, task) != tag) fatal("an answer to task %08x, which has ended", tag);
  return task;
}

static uint32_t least(uint32_t one, uint32_t other) {
  return one < other ? one : other;
}

/* Lays the bytes [offset, offset + bytes) of a write down. */
static void fill(const struct load *load, const struct task *task, uint8_t *at, uint32_t offset, uint32_t bytes) {
  uint32_t block_bytes = load->block_bytes;
  if (offset % block_bytes || bytes % block_bytes) fatal("the target asks for a part of a block: %u bytes at %u", bytes, offset);
  uint32_t seed = load->options.zeroes ? 0 : load->ledger.head->seed;
  struct stamp stamp = {.lba = extent_of(load, task).lba + offset / block_bytes, .generation = task->generation, .seed = seed};
  for (; bytes > 0; bytes -= block_bytes, at += block_bytes, stamp.lba++) content_fill(at, block_bytes, stamp);
}

struct burst {
  uint32_t transfer_tag;
  uint32_t offset;
  uint32_t bytes;
};

static void send_burst(struct load *load, struct session *session, const struct task *task, struct burst burst) {
  struct connection *connection = &session->connection;
  uint32_t data_sn = 0;
  while (burst.bytes > 0) {
    uint32_t bytes = least(burst.bytes, session->agreed.max_send);
    uint8_t *header = compose(connection, bytes);
    header[0] = DATA_OUT;
    header[AT_FLAGS] = bytes == burst.bytes ? FLAG_FINAL : 0;
    header[AT_LUN + 1] = load->options.lun;
    put32(header + AT_TASK_TAG, tag_of(session, task));
    put32(header + AT_TRANSFER_TAG, burst.transfer_tag);
    put32(header + AT_EXP_STAT_SN, session->numbers.exp_stat_sn);
    put32(header + AT_DATA_SN, data_sn++);
    put32(header + AT_BUFFER_OFFSET, burst.offset);
    fill(load, task, composed_data(connection), burst.offset, bytes);
    compose_end(connection);
    burst.offset += bytes;
    burst.bytes -= bytes;
  }
}

static void send_command(struct load *load, struct session *session, const struct task *task) {
  const struct agreed *agreed = &session->agreed;
  struct connection *connection = &session->connection;
  uint32_t bytes = load->job.bytes;
  uint32_t immediate = task->write && agreed->immediate ? least(bytes, least(agreed->max_send, agreed->first_burst)) : 0;
  uint32_t unsolicited = task->write && !agreed->initial_r2t ? least(bytes, agreed->first_burst) : immediate;
  struct extent extent = extent_of(load, task);
  uint8_t *header = compose(connection, immediate);
  header[0] = SCSI_COMMAND;
  header[AT_FLAGS] = (unsolicited == immediate ? FLAG_FINAL : 0) | (task->write ? FLAG_WRITE : FLAG_READ) | FLAG_SIMPLE;
  header[AT_LUN + 1] = load->options.lun;
  put32(header + AT_TASK_TAG, tag_of(session, task));
  put32(header + AT_EXPECTED_LENGTH, bytes);
  put32(header + AT_CMD_SN, session->numbers.cmd_sn++);
  put32(header + AT_EXP_STAT_SN, session->numbers.exp_stat_sn);
  scsi_transfer_cdb(header + AT_CDB, task->write, extent.lba, extent.blocks);
  if (immediate > 0) fill(load, task, composed_data(connection), 0, immediate);
  compose_end(connection);
  struct burst rest = {.transfer_tag = NO_TAG, .offset = immediate, .bytes = unsolicited - immediate};
  send_burst(load, session, task, rest);
}

static bool window_open(const struct load *load, const struct session *session) {
  return load->options.protocol == PROTOCOL_PLAIN || (int32_t)(session->numbers.max_cmd_sn - session->numbers.cmd_sn) >= 0;
}

void session_fill(struct load *load, struct session *session, uint64_t now) {
  while (session->idle_count > 0 && window_open(load, session)) {
    bool write = units_random(&load->units) % 100 >= load->job.read_percent;
    uint64_t unit = units_take(&load->units, &session->position, write);
    if (unit == NO_UNIT) return;
    struct task *task = &session->tasks[session->idle[--session->idle_count]];
    *task = (struct task){.started_ns = now, .unit = unit, .serial = task->serial + 1, .write = write, .live = true};
    if (write && !load->options.zeroes) task->generation = ledger_begin(&load->ledger, extent_of(load, task));
    load->in_flight++;
    send_command(load, session, task);
  }
}

static void count(struct load *load, const struct task *task, uint64_t now) {
  if (!load->counting) return;
  histogram_add(&load->counted.latency, now - task->started_ns);
  if (task->write) load->counted.writes++;
  else load->counted.reads++;
}

static void finish(struct load *load, struct session *session, struct task *task, uint8_t status, uint64_t now) {
  bool whole = task->write || task->received == load->job.bytes;
  if (status != 0 || !whole) {
    if (load->errors++ == 0)
      fprintf(stderr, "bench-load: %s of LBA %llu: status %02x, %u bytes came\n", task->write ? "WRITE" : "READ",
              (unsigned long long)extent_of(load, task).lba, status, task->received);
  } else {
    count(load, task, now);
    if (task->write && !load->options.zeroes) ledger_acknowledge(&load->ledger, extent_of(load, task), task->generation);
  }
  units_release(&load->units, task->unit, task->write);
  task->live = false;
  session->idle[session->idle_count++] = (uint16_t)(task - session->tasks);
  load->in_flight--;
}

static void take_numbers(struct session *session, const uint8_t *header, bool status) {
  uint32_t max_cmd_sn = get32(header + AT_MAX_CMD_SN);
  if ((int32_t)(max_cmd_sn - session->numbers.max_cmd_sn) > 0) session->numbers.max_cmd_sn = max_cmd_sn;
  if (status) session->numbers.exp_stat_sn = get32(header + AT_STAT_SN) + 1;
}

static void check_data(struct load *load, const struct task *task, const struct pdu *pdu, uint32_t offset) {
  uint32_t block_bytes = load->block_bytes;
  if (offset % block_bytes || pdu->data_bytes % block_bytes) fatal("a Data-In ends within a block: %u bytes at %u", pdu->data_bytes, offset);
  struct extent extent = {.lba = extent_of(load, task).lba + offset / block_bytes, .blocks = pdu->data_bytes / block_bytes};
  if (load->options.zeroes) check_zeroes(load->job.findings, extent, pdu->data, block_bytes);
  else check_kept(&load->ledger, load->job.findings, extent, pdu->data);
}

static void take_data_in(struct load *load, struct session *session, const struct pdu *pdu, uint64_t now) {
  struct task *task = task_of(load, session, get32(pdu->header + AT_TASK_TAG));
  uint32_t offset = get32(pdu->header + AT_BUFFER_OFFSET);
  if (offset != task->received || pdu->data_bytes > load->job.bytes - offset)
    fatal("a Data-In of %u bytes at %u where %u was next", pdu->data_bytes, offset, task->received);
  check_data(load, task, pdu, offset);
  task->received += pdu->data_bytes;
  if (pdu->header[AT_FLAGS] & FLAG_STATUS) finish(load, session, task, pdu->header[AT_STATUS], now);
}

static void take_ready_to_transfer(struct load *load, struct session *session, const struct pdu *pdu) {
  const struct task *task = task_of(load, session, get32(pdu->header + AT_TASK_TAG));
  struct burst burst = {.transfer_tag = get32(pdu->header + AT_TRANSFER_TAG),
                        .offset = get32(pdu->header + AT_BUFFER_OFFSET),
                        .bytes = get32(pdu->header + AT_DESIRED_LENGTH)};
  if (!task->write || burst.offset > load->job.bytes || burst.bytes > load->job.bytes - burst.offset)
    fatal("an R2T for %u bytes at %u of a command of %u", burst.bytes, burst.offset, load->job.bytes);
  send_burst(load, session, task, burst);
}

static void answer_nop(struct session *session, const struct pdu *pdu) {
  if (get32(pdu->header + AT_TRANSFER_TAG) == NO_TAG) return;
  uint8_t *header = compose(&session->connection, 0);
  header[0] = IMMEDIATE | NOP_OUT;
  header[AT_FLAGS] = FLAG_FINAL;
  memcpy(header + AT_LUN, pdu->header + AT_LUN, 8);
  put32(header + AT_TASK_TAG, NO_TAG);
  memcpy(header + AT_TRANSFER_TAG, pdu->header + AT_TRANSFER_TAG, 4);
  put32(header + AT_CMD_SN, session->numbers.cmd_sn);
  put32(header + AT_EXP_STAT_SN, session->numbers.exp_stat_sn);
  compose_end(&session->connection);
}

static void take(struct load *load, struct session *session, const struct pdu *pdu, uint64_t now) {
  uint8_t opcode = pdu->header[0] & OPCODE_MASK;
  bool status = opcode == SCSI_RESPONSE || (opcode == DATA_IN && pdu->header[AT_FLAGS] & FLAG_STATUS);
  if (load->options.protocol == PROTOCOL_ISCSI) take_numbers(session, pdu->header, status);
  switch (opcode) {
    case DATA_IN: take_data_in(load, session, pdu, now); return;
    case SCSI_RESPONSE: {
      struct task *task = task_of(load, session, get32(pdu->header + AT_TASK_TAG));
      finish(load, session, task, pdu->header[AT_STATUS] | pdu->header[AT_RESPONSE], now);
      return;
    }
    case READY_TO_TRANSFER: take_ready_to_transfer(load, session, pdu); return;
    case NOP_IN: answer_nop(session, pdu); return;
    default: fatal("the target sent opcode %02x (a Reject is 3f, an Async Message 32)", opcode);
  }
}

void session_handle(struct load *load, struct session *session, uint64_t now) {
  struct pdu pdu;
  while (next_pdu(&session->connection, &pdu)) take(load, session, &pdu, now);
}
