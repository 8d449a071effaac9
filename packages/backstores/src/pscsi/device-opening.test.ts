import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreOpenError } from '../store-open-error.ts'
import { openScsiDevice } from './device-opening.ts'
import { placeAt, placeOf } from './device-place.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lunkit-pscsi-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

/** A sysfs with one disk, 2:0:0:1, which is sdb and sg1; and a disk that takes no SCSI commands, vda. */
function sysfs(nodes: readonly string[] = ['scsi_generic/sg1', 'block/sdb/queue']): string {
  const device = join(folder, 'devices/host2/2:0:0:1')
  mkdirSync(device, { recursive: true })
  for (const node of nodes) mkdirSync(join(device, node), { recursive: true })
  mkdirSync(join(folder, 'devices/virtio0/vda'), { recursive: true })
  mkdirSync(join(folder, 'dev/block/8:16'), { recursive: true })
  mkdirSync(join(folder, 'dev/block/253:0'), { recursive: true })
  mkdirSync(join(folder, 'class/scsi_device/2:0:0:1'), { recursive: true })
  writeFileSync(join(device, 'type'), '0\n')
  writeFileSync(join(device, 'timeout'), '30\n')
  symlinkSync(device, join(folder, 'dev/block/8:16/device'))
  symlinkSync(device, join(folder, 'class/scsi_device/2:0:0:1/device'))
  symlinkSync(join(folder, 'devices/virtio0'), join(folder, 'dev/block/253:0/device'))
  return folder
}

/** What was refused, and the words. */
async function refusalOf(path: string): Promise<{ reason: string; message: string }> {
  const error: unknown = await openScsiDevice({ path, exclusive: true, sysfs: folder }).catch(caught => caught)
  if (!(error instanceof StoreOpenError)) throw new Error(`${path} was opened, or ${String(error)}`)
  return { reason: error.reason, message: error.message }
}

describe('a SCSI device in sysfs', () => {
  it('is found by the number of a node, and by its address', () => {
    const root = sysfs()
    expect(placeOf('block', '8:16', root)?.address).toBe('2:0:0:1')
    expect(placeAt('2:0:0:1', root)?.folder).toBe(placeOf('block', '8:16', root)?.folder)
  })

  it('says which nodes it has, its type and its time', () => {
    const place = placeAt('2:0:0:1', sysfs())
    expect(place?.nodes).toEqual({ generic: 'sg1', block: 'sdb' })
    expect([place?.number('type'), place?.number('timeout'), place?.number('nothing')]).toEqual([0, 30, 0])
  })

  it('is none where the device takes no SCSI commands, or there is none', () => {
    const root = sysfs()
    expect(placeOf('block', '253:0', root)).toBeUndefined()
    expect(placeOf('char', '21:9', root)).toBeUndefined()
    expect(placeAt('9:9:9:9', root)).toBeUndefined()
  })
})

describe('opening a SCSI device', () => {
  it('is refused where there is none of that name', async () => {
    expect(await refusalOf(join(folder, 'sg9'))).toEqual({
      reason: 'missingFile',
      message: expect.stringContaining('there is no such device; plug it in'),
    })
  })

  it('is refused where no device has that address', async () => {
    expect(await refusalOf('7:0:0:0')).toEqual({
      reason: 'missingFile',
      message: expect.stringContaining('there is no SCSI device with this address'),
    })
  })

  it('is refused for a directory, a file and a device of another kind, which are named', async () => {
    const file = join(folder, 'disk.img')
    writeFileSync(file, '')
    const refusals = [await refusalOf(folder), await refusalOf(file), await refusalOf('/dev/null')]
    expect(refusals.map(({ reason }) => reason)).toEqual(Array(3).fill('notAScsiDevice'))
    expect(refusals[0]?.message).toContain('it is a directory; give a node of a whole SCSI device')
    expect(refusals[1]?.message).toContain('it is a regular file, which fileio serves')
    expect(refusals[2]?.message).toContain('it is no SCSI device')
  })

  it('is refused where no driver has a node for it', async () => {
    sysfs([])
    expect(await refusalOf('2:0:0:1')).toEqual({
      reason: 'notAScsiDevice',
      message: expect.stringContaining('modprobe sg'),
    })
  })
})
