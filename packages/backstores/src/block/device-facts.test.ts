import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { factsOf, sizeOf } from './device-facts.ts'
import { DeviceFolder } from './device-folder.ts'
import { holdersOf } from './device-holders.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lunkit-sysfs-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** Files as the kernel shows them, and the disk under its number. */
function sysfs(files: Readonly<Record<string, string>>, numbers: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, 'block', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${text}\n`)
  }
  mkdirSync(join(root, 'dev/block'), { recursive: true })
  for (const [number, name] of Object.entries(numbers))
    symlinkSync(join(root, 'block', name), join(root, 'dev/block', number))
}

const disk = {
  'sda/dev': '8:0',
  'sda/size': '8192',
  'sda/ro': '0',
  'sda/alignment_offset': '0',
  'sda/discard_alignment': '0',
  'sda/queue/logical_block_size': '512',
  'sda/queue/physical_block_size': '4096',
  'sda/queue/optimal_io_size': '1048576',
  'sda/queue/rotational': '0',
  'sda/queue/discard_max_bytes': '2147450880',
  'sda/queue/discard_granularity': '65536',
  'sda/queue/write_zeroes_max_bytes': '33553920',
  'sda/queue/write_cache': 'write through',
  'sda/sda1/partition': '1',
  'sda/sda1/dev': '8:1',
  'sda/sda1/size': '2048',
  'sda/sda1/ro': '1',
  'sda/sda1/alignment_offset': '3584',
  'sda/sda1/discard_alignment': '4096',
}
const numbers = { '8:0': 'sda', '8:1': 'sda/sda1' }

describe('what the kernel says', () => {
  it('of a disk is taken from its own files', () => {
    sysfs(disk, numbers)
    const folder = new DeviceFolder('8:0', root)
    expect([folder.kernelName, folder.isPartition, folder.partitions]).toEqual(['sda', false, ['sda1']])
    expect(factsOf(folder)).toEqual({
      sizeBytes: 8192 * 512,
      logicalBlockBytes: 512,
      physicalBlockBytes: 4096,
      alignmentBytes: 0,
      optimalIoBytes: 1_048_576,
      rotational: false,
      discardBytes: 2_147_450_880,
      discardGranularityBytes: 65_536,
      discardAlignmentBytes: 0,
      zeroBytes: 33_553_920,
      volatileCache: false,
      readOnly: false,
    })
  })

  it('of a partition is its own size, place and protection, and the rest its disk’s', () => {
    sysfs(disk, numbers)
    const folder = new DeviceFolder('8:1', root)
    expect([folder.kernelName, folder.isPartition]).toEqual(['sda1', true])
    expect(factsOf(folder)).toMatchObject({
      sizeBytes: 2048 * 512,
      physicalBlockBytes: 4096,
      alignmentBytes: 3584,
      discardAlignmentBytes: 4096,
      readOnly: true,
    })
  })

  it('is taken with care where it says nothing: blocks of 512 bytes, a cache that loses what it has, a medium that rotates', () => {
    sysfs({ 'sdb/dev': '8:16', 'sdb/alignment_offset': '-1' }, { '8:16': 'sdb' })
    expect(factsOf(new DeviceFolder('8:16', root))).toEqual({
      sizeBytes: 0,
      logicalBlockBytes: 512,
      physicalBlockBytes: 512,
      alignmentBytes: 0,
      optimalIoBytes: 0,
      rotational: true,
      discardBytes: 0,
      discardGranularityBytes: 0,
      discardAlignmentBytes: 0,
      zeroBytes: 0,
      volatileCache: true,
      readOnly: false,
    })
  })

  it('is nothing of a device that is not there, or has gone', () => {
    sysfs(disk, numbers)
    expect(() => new DeviceFolder('8:2', root)).toThrow('ENOENT')
    const folder = new DeviceFolder('8:0', root)
    rmSync(join(root, 'block/sda'), { recursive: true })
    expect([sizeOf(folder), folder.partitions]).toEqual([0, []])
  })
})

describe('who holds a device', () => {
  function holders(mounts: string, swaps = ''): readonly string[] {
    writeFileSync(join(root, 'mounts'), mounts)
    writeFileSync(join(root, 'swaps'), swaps)
    const proc = { mounts: join(root, 'mounts'), swaps: join(root, 'swaps') }
    return holdersOf(new DeviceFolder('8:0', root), '8:0', proc)
  }

  it('is where it or a partition is mounted, once each, with blanks as they are', () => {
    sysfs(disk, numbers)
    const line = (device: string, point: string) => `36 35 ${device} / ${point} rw - ext4 /dev/x rw`
    expect(holders([line('8:0', '/mnt/a\\040b'), line('8:0', '/mnt/a\\040b'), line('8:1', '/')].join('\n'))).toEqual([
      'it is mounted at /mnt/a b',
      'its partition sda1 is mounted at /',
    ])
    expect(holders(line('8:10', '/srv'))).toEqual([])
  })

  it('is what is built of it, and that it is swapped to', () => {
    sysfs({ ...disk, 'sda/holders/dm-0/x': '', 'sda/sda1/holders/md127/x': '' }, numbers)
    expect(holders('', 'Filename Type\n/dev/sda1 partition 1 0 -2\n')).toEqual([
      'it is a part of dm-0',
      'its partition sda1 is a part of md127',
      'its partition sda1 is swapped to',
    ])
  })

  it('is nobody where the kernel does not tell', () => {
    sysfs(disk, numbers)
    const proc = { mounts: join(root, 'none'), swaps: join(root, 'none') }
    expect(holdersOf(new DeviceFolder('8:0', root), '8:0', proc)).toEqual([])
  })
})
