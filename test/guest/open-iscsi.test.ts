import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { allocatedBytes } from './allocated-bytes.ts'
import { fioLayDown, fioMix, fioReadBack, parseFioReport } from './fio.ts'
import { Guest } from './guest.ts'
import { complaintsIn } from './kernel-log.ts'
import {
  awaitDisk,
  digestSession,
  discover,
  diskPath,
  login,
  logout,
  plainSession,
  portal,
  startInitiator,
} from './open-iscsi.ts'
import { writeRandomFiles } from './random-files.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:guest-disk'
const diskBytes = 2 ** 30
const minuteMs = 60_000
const files = 8
const fileBytes = 25 * 2 ** 20
const otherBytes = 128 * 2 ** 20
/** 128 MiB of transfer memory, 128 MiB of ramdisk, and Node; much more than that was written and read. */
const mostResidentBytes = 400 * 2 ** 20
/** What targetcli sets on every storage object: the product is the object's name. */
const attributes = { emulate_model_alias: 1 }

describe('a Debian kernel with open-iscsi, on a fileio LUN', () => {
  let scratch: Scratch
  let daemon: Daemon
  let guest: Guest
  let target: TargetAddress
  let disk: string

  beforeAll(async () => {
    scratch = await Scratch.create('guest')
    const file = { attributes, plugin: 'fileio' } as const
    const stores = [
      { ...file, name: 'disk0', path: scratch.path('disk.img'), writeBack: true, sizeBytes: diskBytes },
      { ...file, name: 'through', path: scratch.path('through.img'), writeBack: false, sizeBytes: otherBytes },
      { attributes, plugin: 'ramdisk', name: 'ram', sizeBytes: otherBytes },
    ] as const
    daemon = await Daemon.start({ iqn, stores, parameters: { InitialR2T: 'No' } }, scratch.directory)
    target = daemon.address(0)
    disk = diskPath(target)
    await mkdir(scratch.path('share'))
    await writeRandomFiles(scratch.path('share'), { files, fileBytes })
    guest = await Guest.boot(scratch.directory)
    await guest.succeed(startInitiator(target), minuteMs)
  }, 15 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await daemon?.stop()
    await scratch?.remove()
  }, 2 * minuteMs)

  it('discovers the target at the portal, with its group tag', async () => {
    const output = await guest.succeed(discover(target), minuteMs)
    expect(output).toBe(`${portal(target)},1 ${iqn}\n`)
  })

  it('logs in and finds the disk under the name that LIO gives it', async () => {
    await guest.succeed(login(target, plainSession), minuteMs)
    const output = await guest.succeed('lsscsi', minuteMs)
    expect(output).toMatch(/^\[\d+:0:0:0\] +disk +LIO-ORG +disk0 +\S+ +\/dev\/sd[a-z] *$/m)
    expect(await guest.succeed(`blockdev --getsize64 ${disk}`, minuteMs)).toBe(`${diskBytes}\n`)
  })

  it('sends unsolicited data beyond the immediate data', async () => {
    const output = await guest.succeed('iscsiadm -m session -P 2', minuteMs)
    expect(output).toMatch(/HeaderDigest: None/)
    expect(output).toMatch(/DataDigest: None/)
    expect(output).toMatch(/InitialR2T: No/)
    expect(output).toMatch(/ImmediateData: Yes/)
  })

  it.each([
    { lun: 0, name: 'write-back file', cache: 'write back', fua: 1, rotational: 1 },
    { lun: 1, name: 'write-through file', cache: 'write through', fua: 0, rotational: 1 },
    { lun: 2, name: 'ramdisk', cache: 'write through', fua: 0, rotational: 0 },
  ])('takes cache, rotation and discard of the $name from its pages', async ({ lun, cache, fua, rotational }) => {
    const other = { ...target, lun }
    const values = 'write_cache fua rotational discard_granularity'
    const output = await guest.succeed(
      `${awaitDisk(other)}\ncd /sys/block/$(basename $(readlink -f ${diskPath(other)}))/queue; cat ${values}`,
      minuteMs,
    )
    expect(output).toBe(`${cache}\n${fua}\n${rotational}\n4096\n`)
  })

  it('reads identity, capacity and limits that sg3-utils finds well formed', async () => {
    const output = await guest.succeed(
      `sg_inq ${disk}; sg_readcap --16 ${disk}; for page in sv sn di ei bl bdc lbpv; do sg_vpd -p $page ${disk}; done`,
      minuteMs,
    )
    expect(output).toMatch(/Vendor identification: LIO-ORG/)
    expect(output).toMatch(/Product identification: disk0/)
    expect(output).toMatch(/Logical block length=512 bytes/)
    expect(output).toMatch(/lbpme=1/)
    expect(output).toMatch(/0x6001405[0-9a-f]{25}\b/)
    expect(output).toMatch(/Unmap command supported \(LBPU\): 1/)
    expect(output).not.toMatch(/malformed|illegal|truncated|too short|error/i)
  })

  it(
    'makes an ext4 file system and writes 200 MB of random data to it',
    async () => {
      await guest.succeed(`mkfs.ext4 -q ${disk}; mount ${disk} /mnt/lun; cp /share/random.* /mnt/lun`, 5 * minuteMs)
      await guest.succeed('sync; umount /mnt/lun', 5 * minuteMs)
      expect(await allocatedBytes(scratch.path('disk.img'))).toBeGreaterThanOrEqual(files * fileBytes)
    },
    11 * minuteMs,
  )

  it(
    'finds that file system clean and every byte of it right in the next session',
    async () => {
      await guest.succeed(`${logout(target)}\n${login(target, plainSession)}`, minuteMs)
      await guest.succeed(`fsck.ext4 -f -n ${disk}`, minuteMs)
      const output = await guest.succeed(
        `mount -o ro ${disk} /mnt/lun; cd /mnt/lun; sha256sum -c /share/sums`,
        5 * minuteMs,
      )
      expect(output.match(/: OK$/gm)).toHaveLength(files)
      await guest.succeed('umount /mnt/lun', minuteMs)
    },
    9 * minuteMs,
  )

  it(
    'gives deleted files back to the host with fstrim',
    async () => {
      const before = await allocatedBytes(scratch.path('disk.img'))
      await guest.succeed(
        `mount ${disk} /mnt/lun; rm /mnt/lun/random.*; sync; fstrim /mnt/lun; umount /mnt/lun`,
        minuteMs,
      )
      const after = await allocatedBytes(scratch.path('disk.img'))
      expect(before).toBeGreaterThanOrEqual(files * fileBytes)
      expect(before - after).toBeGreaterThan(0.9 * files * fileBytes)
    },
    2 * minuteMs,
  )

  it(
    'makes an xfs file system, and reads back what it wrote to it',
    async () => {
      const write = `mkfs.xfs -q -f ${disk}; mount ${disk} /mnt/lun; cp /share/random.0 /mnt/lun; umount /mnt/lun`
      await guest.succeed(`${write}; echo 3 > /proc/sys/vm/drop_caches`, 3 * minuteMs)
      const output = await guest.succeed(
        `xfs_repair -n ${disk}; mount ${disk} /mnt/lun; cmp /share/random.0 /mnt/lun/random.0; umount /mnt/lun`,
        3 * minuteMs,
      )
      expect(output).not.toMatch(/would (have )?(be )?(reset|clear|correct|rebuil)/i)
    },
    7 * minuteMs,
  )

  it(
    'verifies 60 s of random reads and writes with fio without a mismatch',
    async () => {
      const report = parseFioReport(await guest.succeed(fioMix(disk, { seconds: 60, sizeMiB: 1000 }), 3 * minuteMs))
      expect(report.error).toBe(0)
      expect(report.writes).toBeGreaterThan(300)
      // The reads of the mix are as many as the writes; what is beyond them is written data that was checked.
      expect(report.reads).toBeGreaterThan(1.5 * report.writes)
    },
    4 * minuteMs,
  )

  it.each([
    { lun: 1, name: 'write-through file' },
    { lun: 2, name: 'ramdisk' },
  ])(
    'verifies 10 s of random reads and writes on the $name',
    async ({ lun }) => {
      const mix = fioMix(diskPath({ ...target, lun }), { seconds: 10, sizeMiB: 120 })
      const report = parseFioReport(await guest.succeed(mix, 2 * minuteMs))
      expect(report.error).toBe(0)
      expect(report.reads).toBeGreaterThan(1.5 * report.writes)
    },
    3 * minuteMs,
  )

  it(
    'negotiates both digests, InitialR2T=Yes and ImmediateData=No',
    async () => {
      await guest.succeed(fioLayDown(disk, 32), 3 * minuteMs)
      await guest.succeed(`${logout(target)}\n${login(target, digestSession)}`, minuteMs)
      const output = await guest.succeed('iscsiadm -m session -P 2', minuteMs)
      expect(output).toMatch(/HeaderDigest: CRC32C/)
      expect(output).toMatch(/DataDigest: CRC32C/)
      expect(output).toMatch(/InitialR2T: Yes/)
      expect(output).toMatch(/ImmediateData: No/)
    },
    5 * minuteMs,
  )

  it(
    'reads with digests what was written without',
    async () => {
      const report = parseFioReport(await guest.succeed(fioReadBack(disk, 32), 3 * minuteMs))
      expect(report.error).toBe(0)
      expect(report.reads).toBe((32 * 2 ** 20) / (16 * 2 ** 10))
    },
    4 * minuteMs,
  )

  it(
    'verifies 20 s of random reads and writes with digests without a mismatch',
    async () => {
      const report = parseFioReport(await guest.succeed(fioMix(disk, { seconds: 20, sizeMiB: 1000 }), 2 * minuteMs))
      expect(report.error).toBe(0)
      expect(report.reads).toBeGreaterThan(1.5 * report.writes)
    },
    3 * minuteMs,
  )

  it(
    'reads without digests what was written with them',
    async () => {
      await guest.succeed(fioLayDown(disk, 16), 3 * minuteMs)
      await guest.succeed(`${logout(target)}\n${login(target, plainSession)}`, minuteMs)
      const report = parseFioReport(await guest.succeed(fioReadBack(disk, 16), 3 * minuteMs))
      expect(report.error).toBe(0)
    },
    8 * minuteMs,
  )

  it(
    'would have noticed one wrong byte',
    async () => {
      await guest.succeed(`printf x | dd of=${disk} bs=1 seek=1000000 conv=notrunc status=none; sync`, minuteMs)
      const { code, output } = await guest.run(fioReadBack(disk, 16), 3 * minuteMs)
      expect(code).not.toBe(0)
      expect(output).toMatch(/crc32c: verify failed/)
    },
    5 * minuteMs,
  )

  it('logs out', async () => {
    expect(await guest.succeed(logout(target), minuteMs)).toMatch(/successful/)
    expect((await guest.run('iscsiadm -m session', minuteMs)).output).toMatch(/No active sessions/)
  })

  it('leaves no error of disk, path or file system in the kernel log', async () => {
    const log = await guest.succeed('dmesg --decode', minuteMs)
    expect(log).toMatch(/Attached SCSI disk/)
    expect(complaintsIn(log)).toEqual([])
  })

  it('leaves lunkitd with little memory taken', async () => {
    expect(await daemon.peakResidentBytes()).toBeLessThan(mostResidentBytes)
  })
})
