/* lun-bytes: writes every byte of a LUN to standard output, read through libiscsi with READ(16).
 * gcc -O2 -o lun-bytes lun-bytes.c -liscsi
 * lun-bytes INITIATOR-IQN iscsi://HOST:PORT/IQN/LUN */
#include <inttypes.h>
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>
#include <stdio.h>
#include <stdlib.h>

#define BYTES_PER_READ (256 * 1024)

static void fail(const char *what, struct iscsi_context *iscsi)
{
    fprintf(stderr, "lun-bytes: %s: %s\n", what, iscsi ? iscsi_get_error(iscsi) : "");
    exit(1);
}

static struct scsi_readcapacity16 *capacity_of(struct iscsi_context *iscsi, int lun)
{
    struct scsi_task *task = iscsi_readcapacity16_sync(iscsi, lun);
    if (!task || task->status != SCSI_STATUS_GOOD)
        fail("READ CAPACITY(16)", iscsi);
    struct scsi_readcapacity16 *capacity = scsi_datain_unmarshall(task);
    if (!capacity)
        fail("the answer to READ CAPACITY(16)", iscsi);
    return capacity;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: lun-bytes INITIATOR-IQN iscsi://HOST:PORT/IQN/LUN\n");
        return 2;
    }
    struct iscsi_context *iscsi = iscsi_create_context(argv[1]);
    struct iscsi_url *url = iscsi ? iscsi_parse_full_url(iscsi, argv[2]) : NULL;
    if (!url)
        fail("URL", iscsi);
    iscsi_set_session_type(iscsi, ISCSI_SESSION_NORMAL);
    iscsi_set_targetname(iscsi, url->target);
    if (iscsi_full_connect_sync(iscsi, url->portal, url->lun))
        fail("login", iscsi);
    struct scsi_readcapacity16 *capacity = capacity_of(iscsi, url->lun);
    uint64_t blocks = capacity->returned_lba + 1;
    uint64_t step = BYTES_PER_READ / capacity->block_length;
    for (uint64_t lba = 0; lba < blocks; lba += step) {
        uint32_t length = (blocks - lba < step ? blocks - lba : step) * capacity->block_length;
        struct scsi_task *task =
            iscsi_read16_sync(iscsi, url->lun, lba, length, capacity->block_length, 0, 0, 0, 0, 0);
        if (!task || task->status != SCSI_STATUS_GOOD || (uint32_t)task->datain.size != length)
            fail("READ(16)", iscsi);
        if (fwrite(task->datain.data, 1, length, stdout) != length)
            fail("standard output", NULL);
        scsi_free_scsi_task(task);
    }
    if (iscsi_logout_sync(iscsi))
        fail("logout", iscsi);
    return fflush(stdout) ? 1 : 0;
}
