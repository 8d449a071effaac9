import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DeviceFolder } from './device-folder.ts'
import { type DevicePassport, isThere, passportOf } from './device-identity.ts'
import type { DeviceNumber } from './device-number.ts'
import { searchDevice } from './device-search.ts'

let root: string
/** What is at `/dev/disk/by-id/it`. */
let linked: DeviceNumber | undefined
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lunkit-sysfs-'))
  linked = undefined
  mkdirSync(join(root, 'dev/block'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

/** A device comes, as the kernel shows it. As a SCSI device it has its minor number as its LUN. */
function plugIn(name: string, number: DeviceNumber, files: Readonly<Record<string, string>>): void {
  const device = join(root, 'devices', `2:0:${number}`)
  mkdirSync(device, { recursive: true })
  mkdirSync(join(root, 'block', name), { recursive: true })
  symlinkSync(device, join(root, 'block', name, 'device'))
  const all = { size: '8192', removable: '0', 'queue/logical_block_size': '512', ...files }
  for (const [file, text] of Object.entries(all)) {
    const path = join(root, 'block', name, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${text}\n`, 'latin1')
  }
  symlinkSync(join(root, 'block', name), join(root, 'dev/block', number))
}

const path = '/dev/disk/by-id/it'
const search = (was: DevicePassport): ReturnType<typeof searchDevice> =>
  searchDevice(path, was, { sysfs: root, numberAt: () => Promise.resolve(linked) })
const was: DevicePassport = { identity: ['naa.5001'], sizeBytes: 8192 * 512, blockBytes: 512 }
const same = { 'device/wwid': 'naa.5001' }

describe('a device that has gone', () => {
  it('is found at its path when it is the same, by what it says of itself and its size', async () => {
    plugIn('sdb', '8:16', same)
    linked = '8:16'
    expect(passportOf(new DeviceFolder('8:16', root))).toEqual(was)
    expect(await search(was)).toEqual({ node: path })
  })

  it('is found by the name that it has got, where its path leads to nothing, or to another one', async () => {
    plugIn('cciss!c0d0', '104:0', same)
    expect(await search(was)).toEqual({ node: '/dev/cciss/c0d0' })
    plugIn('sda', '8:0', { 'device/wwid': 'naa.5002' })
    linked = '8:0'
    expect(await search(was)).toEqual({ node: '/dev/cciss/c0d0' })
  })

  it('is known by the serial number of its maker and its LUN where it says no other name', async () => {
    const of = (serial: string) => ({
      'device/vendor': 'QEMU    ',
      'device/model': 'QEMU HARDDISK   ',
      'device/vpd_pg80': `\0\x80\0\x10${serial.padEnd(16)}`,
    })
    plugIn('sdc', '8:32', of('unplugged'))
    const identity = ['QEMU', 'QEMU HARDDISK', 'unplugged', '32']
    expect(passportOf(new DeviceFolder('8:32', root)).identity).toEqual(identity)
    expect(await search({ ...was, identity })).toEqual({ node: '/dev/sdc' })
    plugIn('sdd', '8:48', of('unplugged'))
    linked = '8:48'
    expect(await search({ ...was, identity })).toEqual({ node: '/dev/sdc' })
    expect(await search({ ...was, identity: [...identity.slice(0, 3), '3'] })).toEqual({
      why: `${path}: it says that it is QEMU QEMU HARDDISK unplugged 48, and not QEMU QEMU HARDDISK unplugged 3`,
    })
    plugIn('sde', '8:64', of(''))
    expect(passportOf(new DeviceFolder('8:64', root)).identity).toEqual([])
    plugIn('sdf', '8:80', { ...of('unplugged'), ...same })
    expect(passportOf(new DeviceFolder('8:80', root)).identity).toEqual(['naa.5001'])
  })

  it('is not found while nothing is there, or it has no medium', async () => {
    linked = '8:0'
    expect(await search(was)).toEqual({})
    plugIn('sda', '8:0', { ...same, size: '0' })
    expect(await search(was)).toEqual({})
  })

  it.each<[string, Readonly<Record<string, string>>, DevicePassport]>([
    ['it says that it is naa.5002, and not naa.5001', { 'device/wwid': 'naa.5002' }, was],
    ['it says that it is nothing, and not naa.5001', {}, was],
    ['it has 4096 bytes, and not 4194304', { ...same, size: '8' }, was],
    ['its blocks have 4096 bytes, and not 512', { ...same, 'queue/logical_block_size': '4096' }, was],
    [
      'what was there cannot be told from others: it does not say what it is, or its medium can be changed',
      same,
      { ...was, identity: [] },
    ],
  ])('is not what is there, and why: %s', async (why, files, passport) => {
    plugIn('sda', '8:0', files)
    linked = '8:0'
    expect(await search(passport)).toEqual({ why: `${path}: ${why}` })
  })

  it('is known by its number where it is a partition, too; one whose medium can be changed by nothing', () => {
    plugIn('sda', '8:0', same)
    plugIn('sda/sda2', '8:2', { partition: '2', size: '2048' })
    expect(passportOf(new DeviceFolder('8:2', root))).toEqual({
      ...was,
      identity: ['naa.5001', '2'],
      sizeBytes: 2 ** 20,
    })
    plugIn('sr0', '11:0', { ...same, removable: '1' })
    expect(passportOf(new DeviceFolder('11:0', root)).identity).toEqual([])
  })

  it('is not there when its number is free, when another one has it, or its medium is out', () => {
    plugIn('sda', '8:0', { diskseq: '7' })
    const opened = { number: '8:0' as const, folder: new DeviceFolder('8:0', root), sequence: '7' }
    const look = (file: string, text: string): boolean => {
      writeFileSync(join(root, 'block/sda', file), text)
      return isThere(opened, root)
    }
    expect([isThere(opened, root), look('diskseq', '8'), look('diskseq', '7'), look('size', '0')]).toEqual([
      true,
      false,
      true,
      false,
    ])
    rmSync(join(root, 'dev/block/8:0'))
    expect([look('size', '8192'), isThere(opened, root)]).toEqual([false, false])
  })
})
