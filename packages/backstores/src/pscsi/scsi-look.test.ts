import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lookAtScsiDevice, lookIn } from './scsi-look.ts'

let sysfs: string

beforeEach(() => {
  sysfs = mkdtempSync(join(tmpdir(), 'lunkit-scsi-look-'))
})

afterEach(() => rmSync(sysfs, { recursive: true }))

/** A device at 2:0:0:1, which says these of itself, with these nodes. */
function device(said: Readonly<Record<string, string>>, nodes: readonly string[]): void {
  const folder = join(sysfs, 'devices/host2/2:0:0:1')
  for (const node of nodes) mkdirSync(join(folder, node), { recursive: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(said)) writeFileSync(join(folder, name), `${text}\n`)
  const bus = join(sysfs, 'class/scsi_device/2:0:0:1')
  mkdirSync(bus, { recursive: true })
  symlinkSync(folder, join(bus, 'device'))
}

describe('a look at a SCSI device', () => {
  it('tells what and where it is, and which node takes its commands', async () => {
    device({ type: '1', vendor: 'STK     ', model: 'L700            ' }, ['scsi_generic/sg7'])
    expect(await lookIn('2:0:0:1', sysfs)).toEqual({
      ...{ address: '2:0:0:1', deviceType: 1, vendor: 'STK', model: 'L700', node: '/dev/sg7' },
    })
  })

  it('names the node of a disk, which may be gone already', async () => {
    device({ type: '0' }, ['scsi_generic/sg7', 'block/sdlunkitnone'])
    expect(await lookIn('2:0:0:1', sysfs)).toMatchObject({ vendor: '', model: '', node: '/dev/sdlunkitnone' })
  })

  it('knows of a device that no driver gives commands to', async () => {
    device({ type: '0' }, [])
    expect(await lookIn('2:0:0:1', sysfs)).toMatchObject({ address: '2:0:0:1', node: undefined })
  })

  it('tells of nothing where there is no SCSI device', async () => {
    const looks = await Promise.all(['9:9:9:9', '/dev/null', sysfs].map(path => lookIn(path, sysfs)))
    expect(looks).toEqual([undefined, undefined, undefined])
    await expect(lookAtScsiDevice(join(sysfs, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
