import { NexusEnd } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import type { PortGroup } from '../device/port-group.ts'
import { blockCommandBytes } from '../testing/commands.ts'
import { ControlledStore } from '../testing/controlled-store.ts'
import { TestDevice, TestNexus } from '../testing/device.ts'

const A = 'iqn.2026-11.example:a'
const UNIT = 'ramdisk/disk0'
const closed = ({ nexus }: TestNexus): Promise<void> => new Promise(ended => nexus.close(NexusEnd.logout, ended))

/** What the rows of a unit say, by target, group and initiator: how many READs, of how many nexuses. */
const rowsOf = ({ statistics }: TestDevice, unit = UNIT) =>
  statistics.nexuses
    .snapshot()
    .filter(({ labels }) => labels.unit === unit)
    .map(({ labels, values }) => [labels.initiator, values.commands.read, values.attachments])

/** A device whose unit the initiator a sees by a map of its own. */
function setUp() {
  const device = new TestDevice()
  device.group.mapLuns(A, [{ lun: 0, unit: device.unit }])
  return device
}

/** A session of an initiator that reads once, and goes. */
async function readOnce(device: TestDevice, initiator = 'a'): Promise<void> {
  const nexus = device.nexus(initiator)
  await nexus.run(blockCommandBytes.read(0, 1))
  await closed(nexus)
}

describe('the row of an initiator that has a LUN map of its own', () => {
  it('stays when its session goes, and is counted on in when it comes back', async () => {
    const device = setUp()
    for (let session = 1; session <= 3; session++) {
      await readOnce(device)
      expect(rowsOf(device)).toEqual([
        ['_ended', 0, 0],
        [A, session, session],
      ])
    }
  })

  it('goes with the number in the map, or with the map, and its totals are those of unit and port', async () => {
    const device = setUp()
    await readOnce(device)
    await device.group.unmapLun(A, 0)
    expect(rowsOf(device)).toEqual([['_ended', 1, 1]])
    device.group.mapLun(A, { lun: 7, unit: device.unit })
    expect(rowsOf(device)).toEqual([['_ended', 1, 1]])
    const nexus = device.nexus('a')
    await nexus.run({ ...blockCommandBytes.read(0, 1), lun: 7 })
    await closed(nexus)
    expect(rowsOf(device)).toEqual([
      ['_ended', 1, 1],
      [A, 1, 1],
    ])
    device.group.mapLuns(A, undefined)
    expect(rowsOf(device)).toEqual([['_ended', 2, 2]])
  })

  it('stays as long as one number, or another map of the initiator, has the unit', async () => {
    const device = setUp()
    device.group.mapLun(A, { lun: 1, unit: device.unit })
    await readOnce(device)
    await device.group.unmapLun(A, 0)
    device.group.mapLun(A, { lun: 1, unit: device.unit, writeProtected: true })
    device.group.mapLuns(A, [{ lun: 4, unit: device.unit }])
    expect(rowsOf(device)).toContainEqual([A, 1, 1])
    device.group.mapLuns(A, [])
    expect(rowsOf(device)).toEqual([['_ended', 1, 1]])
  })

  it('is given back when another unit takes the number', async () => {
    const device = setUp()
    await readOnce(device)
    const other = device.device.addUnit(new ControlledStore({ name: 'other' }))
    device.group.mapLun(A, { lun: 0, unit: other })
    expect(rowsOf(device)).toEqual([['_ended', 1, 1]])
  })

  it('is kept for a session that began before it had the map, and not once it has none', async () => {
    const device = new TestDevice()
    const nexus = device.nexus('a')
    await nexus.run(blockCommandBytes.read(0, 1))
    device.group.mapLuns(A, [{ lun: 0, unit: device.unit }])
    await closed(nexus)
    expect(rowsOf(device)).toContainEqual([A, 1, 1])
    const again = device.nexus('a')
    device.group.mapLuns(A, undefined)
    await closed(again)
    expect(rowsOf(device)).toEqual([['_ended', 1, 2]])
  })
})

describe('the rows of a target port', () => {
  it('are apart from those of another one of the same target, and their totals go when the port or the unit goes', async () => {
    const device = setUp()
    const { targetName } = device.group
    const other = device.device.portGroup({ targetName, tag: 2, relativePortId: 2 })
    other.mapLuns(A, [{ lun: 0, unit: device.unit }])
    const name = { initiatorName: A, isid: 1, targetName, targetPortalGroupTag: 2 }
    const nexus = new TestNexus(device, other.open(name, {}))
    for (let i = 0; i < 3; i++) await nexus.run(blockCommandBytes.read(0, 1))
    await closed(nexus)
    await readOnce(device)
    const byPort = () =>
      device.statistics.nexuses
        .snapshot()
        .filter(({ values }) => values.attachments > 0)
        .map(({ labels, values }) => [labels.tpg, labels.initiator, labels.unit, values.attachments])
    expect(byPort()).toEqual([
      ['2', A, UNIT, 1],
      ['1', A, UNIT, 1],
    ])
    device.device.removePortGroup(other)
    expect(byPort()).toEqual([
      ['_ended', '_ended', '_ended', 1],
      ['1', A, UNIT, 1],
    ])
    await device.device.removeUnit(device.unit)
    expect(byPort()).toEqual([['_ended', '_ended', '_ended', 2]])
    expect(device.statistics.nexuses.rowsTaken).toBe(0)
  })

  it('keep what initiators without a map have done who have gone', async () => {
    const device = new TestDevice()
    for (const initiator of ['a', 'b']) await readOnce(device, initiator)
    expect(rowsOf(device)).toEqual([['_ended', 2, 2]])
    device.group.mapLuns(undefined, [])
    expect(rowsOf(device)).toEqual([])
    expect(device.statistics.nexuses.snapshot()).toMatchObject([
      { labels: { target: '_ended', unit: '_ended' }, values: { commands: { read: 2 }, attachments: 2 } },
    ])
  })
})

describe('the initiators of a target', () => {
  const openAs = (device: TestDevice, group: PortGroup, initiatorName: string) => {
    const { targetName, tag: targetPortalGroupTag } = group
    return new TestNexus(device, group.open({ initiatorName, isid: 2, targetName, targetPortalGroupTag }, {}))
  }

  it('are counted one by one up to 256 of them; the next share a row, until one of them has gone', async () => {
    const device = new TestDevice()
    const nexuses = Array.from({ length: 258 }, (_, at) => device.nexus(`i${at}`))
    const names = () => rowsOf(device).map(([name]) => name)
    expect(new Set(names()).size).toBe(258)
    expect(rowsOf(device)).toContainEqual(['_other', 0, 2])
    await nexuses[257]?.run(blockCommandBytes.read(0, 1))
    await nexuses[256]?.run(blockCommandBytes.read(0, 1))
    expect(rowsOf(device)).toContainEqual(['_other', 2, 2])
    for (const nexus of nexuses.slice(0, 2)) await closed(nexus)
    device.nexus('late')
    expect(names()).toContain('iqn.2026-11.example:late')
    await closed(nexuses[256] as TestNexus)
    await closed(nexuses[257] as TestNexus)
    expect(names()).not.toContain('_other')
    expect(rowsOf(device)).toContainEqual(['_ended', 2, 4])
  })

  it('of another target have places of their own, and one that has a place has it at every unit', async () => {
    const device = new TestDevice()
    const nexuses = Array.from({ length: 256 }, (_, at) => device.nexus(`i${at}`))
    const other = device.device.portGroup({ targetName: 'iqn.2026-11.io.lunkit:other', tag: 1, relativePortId: 2 })
    other.mapLuns(undefined, [{ lun: 0, unit: device.unit }])
    await openAs(device, other, 'iqn.2026-11.example:new').run(blockCommandBytes.read(0, 1))
    expect(rowsOf(device).map(([name]) => name)).toContain('iqn.2026-11.example:new')
    const more = device.device.addUnit(new ControlledStore({ name: 'more' }))
    device.group.mapLun(undefined, { lun: 1, unit: more })
    await nexuses[3]?.run({ ...blockCommandBytes.read(0, 1), lun: 1 })
    await openAs(device, device.group, 'iqn.2026-11.example:new').run({ ...blockCommandBytes.read(0, 1), lun: 1 })
    expect(rowsOf(device, 'ramdisk/more').map(([name]) => name)).toEqual(['_ended', 'iqn.2026-11.example:i3', '_other'])
  })
})
