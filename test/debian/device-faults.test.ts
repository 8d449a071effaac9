import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Guest, type GuestDrive } from '../guest/guest.ts'
import { diskPath } from '../guest/open-iscsi.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { awaitLines, loginHere, packageDrive, startLunkitd, untilSaid } from './guest-lunkitd.ts'
import { direct, loadScsiDebug, plugIn, pullOut } from './scsi-debug.ts'
import { onDeviceMapper, outcomesOf, readBlock, synchronize, testUnit, writeBlock } from './sense-lines.ts'

const minuteMs = 60_000
const target: TargetAddress = { host: '127.0.0.1', port: 3290, iqn: 'iqn.2026-11.io.lunkit.test:faults', lun: 0 }
const mebibytes = 16
const sizeBytes = mebibytes * 2 ** 20
const sectors = sizeBytes / 512
/** Disks of scsi_debug. */
const inMemory = ['other', 'below', 'pulled'] as const
/** What lunkitd is given; `unplugged` is a drive of QEMU. */
const paths = {
  other: direct('other'),
  below: '/dev/mapper/failing',
  pulled: direct('pulled'),
  unplugged: '/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_unplugged',
} as const
type DiskName = keyof typeof paths
const disks = Object.keys(paths) as DiskName[]
const linear = `0 ${sectors} linear ${direct('below')} 0`
const served = (name: DiskName): string => diskPath({ ...target, lun: disks.indexOf(name) })

const gone = 'Not Ready: Medium not present'
const changed = 'Unit Attention: Not ready to ready change, medium may have changed'

describe('block devices of a Debian kernel that fail while lunkitd serves them', () => {
  let scratch: Scratch
  let guest: Guest
  let unplugged: GuestDrive

  beforeAll(async () => {
    scratch = await Scratch.create('debian-faults')
    unplugged = { path: scratch.path('unplugged.img'), device: 'scsi-hd', serial: 'unplugged' }
    await writeFile(unplugged.path, randomBytes(sizeBytes))
    const drives = [await packageDrive(inject('builtPackage').path, scratch), unplugged]
    guest = await Guest.boot(scratch.directory, { drives })
    await guest.succeed(loadScsiDebug(inMemory, { dev_size_mb: mebibytes, sector_size: 4096 }), 3 * minuteMs)
    await guest.succeed(
      `modprobe -a virtio_scsi dm-flakey; ${awaitLines('lsscsi -g | grep -E "QEMU.*/dev/sd.*/dev/sg"', 1)}
      dmsetup create failing --table "${linear}"; head -c 4096 /dev/zero | tr '\\0' x > /tmp/block`,
      3 * minuteMs,
    )
    const stores = disks.map((name): StorageObject => ({ plugin: 'block', name, path: paths[name], sizeBytes }))
    await startLunkitd(guest, scratch.path('share'), { iqn: target.iqn, port: target.port, stores })
    await guest.succeed(loginHere([[target, disks.length]]), 5 * minuteMs)
  }, 20 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await scratch?.remove()
  }, 2 * minuteMs)

  it(
    'are never GOOD where the device mapper has an error in the place of the medium, and are served on when it is back',
    async () => {
      const [ours, other] = [served('below'), served('other')]
      expect(await outcomesOf(guest, writeBlock(ours, 8), readBlock(ours, 8))).toEqual(['Good', 'Good'])
      await guest.succeed(onDeviceMapper(`0 ${sectors} error`), minuteMs)
      const failing = [readBlock(ours, 8), writeBlock(ours, 16), readBlock(other, 8), writeBlock(other, 8)]
      expect(await outcomesOf(guest, ...failing)).toEqual([
        ...['Medium Error: Unrecovered read error', 'Medium Error: Write error'],
        ...['Good', 'Good'],
      ])
      await guest.succeed(onDeviceMapper(linear), minuteMs)
      const mended = [writeBlock(ours, 16), readBlock(ours, 8), readBlock(ours, 16)]
      expect(await outcomesOf(guest, ...mended)).toEqual(['Good', 'Good', 'Good'])
      const written = `cmp -n 4096 /tmp/block ${direct('below')} 0 $((8 * 4096)); cmp -n 4096 /tmp/block ${direct('below')} 0 $((16 * 4096))`
      expect(await guest.succeed(written, minuteMs)).toBe('')
    },
    5 * minuteMs,
  )

  it(
    'are never GOOD where the device mapper has writes fail, and are read on',
    async () => {
      const ours = served('below')
      expect(await outcomesOf(guest, writeBlock(ours, 24))).toEqual(['Good'])
      const failing = `0 ${sectors} flakey ${direct('below')} 0 0 3600 1 error_writes`
      await guest.succeed(onDeviceMapper(failing), minuteMs)
      const [write, read] = [writeBlock(ours, 24), readBlock(ours, 24)]
      expect(await outcomesOf(guest, write, read)).toEqual(['Medium Error: Write error', 'Good'])
      await guest.succeed(onDeviceMapper(linear), minuteMs)
      expect(await outcomesOf(guest, write, read)).toEqual(['Good', 'Good'])
    },
    5 * minuteMs,
  )

  it.each<readonly [how: string, name: DiskName, pull: () => Promise<unknown>]>([
    ['by their driver', 'pulled', () => guest.succeed(pullOut('pulled'), minuteMs)],
    ['of the machine', 'unplugged', () => guest.pullOut(unplugged)],
  ])(
    'are not ready when they are pulled out %s, and others are served on',
    async (_how, name, pull) => {
      const [ours, other] = [served(name), served('other')]
      const [read, write] = [readBlock(ours, 8), writeBlock(ours, 8)]
      // What is not flushed goes with the disk, which the next command is told.
      expect(await outcomesOf(guest, synchronize(ours), testUnit(ours))).toEqual(['Good', 'Good'])
      await pull()
      await guest.succeed(untilSaid(`block/${name}: its device has gone`), 2 * minuteMs)
      const after = [testUnit(ours), read, write, readBlock(other, 8), writeBlock(other, 8)]
      expect(await outcomesOf(guest, ...after)).toEqual([gone, gone, gone, 'Good', 'Good'])
    },
    5 * minuteMs,
  )

  it.each<readonly [how: string, name: DiskName, plug: () => Promise<unknown>]>([
    ['by their driver, under whatever name', 'pulled', () => guest.succeed(plugIn, minuteMs)],
    ['of the machine, known by their serial number', 'unplugged', () => guest.plugIn(unplugged)],
  ])(
    'are served again when they are back %s',
    async (_how, name, plug) => {
      await plug()
      await guest.succeed(untilSaid(`block/${name}: its device is back`), 2 * minuteMs)
      const ours = served(name)
      const [read, write] = [readBlock(ours, 8), writeBlock(ours, 8)]
      // Whoever is the first to ask is told.
      const [first, ...then] = await outcomesOf(guest, testUnit(ours), testUnit(ours), read, write, read)
      expect(['Good', changed]).toContain(first)
      expect(then).toEqual(['Good', 'Good', 'Good', 'Good'])
    },
    7 * minuteMs,
  )
})
