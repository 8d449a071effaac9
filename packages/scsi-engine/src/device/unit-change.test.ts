import { Sense, type SenseCode } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, senseOf, settled, TestDevice, type TestNexus } from '../testing/device.ts'
import { ATTRIBUTE_CHANGES } from '../unit/attribute-changes.ts'
import type { UnitAttributes } from '../unit/unit-attributes.ts'

const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
const write = { cdb: hex('2A 00 00000000 00 0001 00'), data: Buffer.alloc(512, 1) }
const caching = { cdb: hex('1A 08 08 00 FF 00'), readBytes: 255 }

/** What TEST UNIT READY reports until it reports nothing any more, as ASC and ASCQ. */
function reported(nexus: TestNexus): string[] {
  const codes: SenseCode[] = []
  for (;;) {
    const task = nexus.submit(testUnitReady)
    if (task.ending === Status.good) break
    codes.push(senseOf(task).code)
  }
  return codes.map(({ asc, ascq }) => `${asc.toString(16)}/${ascq.toString(16)}`)
}

/** WCE of the Caching mode page (SBC-4 6.5.6). */
async function hasCache(nexus: TestNexus): Promise<boolean> {
  const { sent } = await nexus.run(caching)
  return (sent.readUInt8(4 + 2) & 0x04) > 0
}

/** Another value of each attribute that changes, and what every nexus is told. */
const LIVE = {
  physicalBlockBytes: [4096, ['2a/9']],
  emulateCaw: [false, ['3f/3']],
  emulateFuaWrite: [false, ['2a/1']],
  emulatePr: [false, []],
  emulateRsoc: [false, []],
  emulateTas: [false, ['2a/1']],
  emulateTpu: [true, ['3f/3', '2a/9']],
  emulateTpws: [true, ['3f/3', '2a/9']],
  emulateWriteCache: [false, ['2a/1', '3f/3']],
  hwMaxSectors: [8, ['3f/3']],
  isNonrot: [false, ['3f/3']],
  maxUnmapBlockDescCount: [7, ['3f/3']],
  maxUnmapLbaCount: [7, ['3f/3']],
  maxWriteSameLen: [7, ['3f/3']],
  optimalSectors: [7, ['3f/3']],
  queueDepth: [1, []],
  removable: [true, ['3f/3']],
  unmapGranularity: [7, ['3f/3']],
  unmapGranularityAlignment: [7, ['3f/3']],
  unmapZeroesData: [true, ['3f/3', '2a/9']],
} as const

describe('an attribute that changes while initiators see the unit', () => {
  it.each(Object.entries(LIVE))(
    'is told to every nexus, and undone by what it was: %s',
    async (name, [value, told]) => {
      const device = new TestDevice()
      const nexuses = [device.nexus('a'), device.nexus('b')]
      const before = device.unit.attributes[name as keyof UnitAttributes]
      const undo = await device.device.changeAttributes(device.unit, { [name]: value })
      expect([undo, device.unit.attributes]).toMatchObject([{ [name]: before }, { [name]: value }])
      expect(nexuses.map(reported)).toEqual([told, told])
      await device.device.changeAttributes(device.unit, undo)
      expect(device.unit.attributes[name as keyof UnitAttributes]).toBe(before)
      expect(nexuses.map(reported)).toEqual([told, told])
    },
  )

  it('is one of those above, or cannot change', () => {
    expect(Object.keys(ATTRIBUTE_CHANGES).sort()).toEqual(
      [...Object.keys(LIVE), 'blockSizeBytes', 'emulateModelAlias'].sort(),
    )
  })

  it('says nothing where it was so before, and has its default when it is undefined', async () => {
    const device = new TestDevice({ attributes: { maxWriteSameLen: 7 } })
    const nexus = device.nexus()
    await device.device.changeAttributes(device.unit, { maxWriteSameLen: 7 })
    expect(reported(nexus)).toEqual([])
    expect(await device.device.changeAttributes(device.unit, { maxWriteSameLen: undefined })).toEqual({
      maxWriteSameLen: 7,
    })
    expect(device.unit.attributes.maxWriteSameLen).toBe(0x1000)
  })

  it.each([
    [{ blockSizeBytes: 4096 }, /blockSizeBytes cannot become 4096 while it is served: .*right is 512, or another unit/],
    [{ emulateModelAlias: true }, /emulateModelAlias cannot become true while it is served: .*T10 designator/],
    [{ queueDepth: 0 }, /queueDepth 0 is below 1/],
    [{ noSuchAttribute: 1 }, /has no option "noSuchAttribute"/],
  ])('is refused with all that came with it: %o', async (wrong, message) => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const { attributes } = device.unit
    await expect(device.device.changeAttributes(device.unit, { isNonrot: false, ...wrong } as never)).rejects.toThrow(
      message,
    )
    expect([device.unit.attributes === attributes, reported(nexus)]).toEqual([true, []])
  })

  it('counts for the next command: one task less, or none of a kind', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    await device.device.changeAttributes(device.unit, { queueDepth: 1, emulatePr: false })
    device.store.held = true
    const writing = nexus.submit(write)
    expect(nexus.submit(testUnitReady).ending).toBe(Status.taskSetFull)
    device.store.complete()
    expect(writing.ending).toBe(Status.good)
    expect(senseOf(nexus.submit({ cdb: hex('16 00 00 00 00 00') })).code).toEqual(Sense.invalidCommandOperationCode)
  })

  it('frees a unit that could not be released, or loaded, any more', async () => {
    const device = new TestDevice({ attributes: { removable: true } })
    const [a, b] = [device.nexus('a'), device.nexus('b')]
    a.submit({ cdb: hex('16 00 00 00 00 00') })
    await device.device.changeAttributes(device.unit, { emulatePr: false })
    expect([reported(a), reported(b)]).toEqual([['2a/4'], ['2a/4']])
    await a.run({ cdb: hex('1B 00 00 00 02 00') })
    expect(senseOf(a.submit(testUnitReady)).code).toEqual(Sense.mediumNotPresent)
    await device.device.changeAttributes(device.unit, { removable: false })
    expect(reported(b)).toEqual(['3f/3', '28/0'])
  })
})

describe('a write cache that ends', () => {
  it('writes through at once, and says so when what was begun before has ended and was flushed', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const before = nexus.submit(write)
    const changed = device.device.changeAttributes(device.unit, { emulateWriteCache: false })
    const after = nexus.submit({ ...write, cdb: hex('2A 00 00000008 00 0001 00') })
    expect([await hasCache(nexus), device.store.underWay.map(({ fua }) => fua)]).toEqual([true, [false, true]])
    device.store.complete()
    device.store.complete()
    await settled()
    expect(device.store.underWay.map(({ operation }) => operation)).toEqual(['flush'])
    expect(await hasCache(nexus)).toBe(true)
    device.store.complete()
    expect(await changed).toEqual({ emulateWriteCache: true })
    expect(reported(nexus)).toEqual(['2a/1', '3f/3'])
    expect([await hasCache(nexus), before.ending, after.ending]).toEqual([false, Status.good, Status.good])
  })

  it('stays, with all that was to change, where it cannot be flushed', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.faults.set('flush', 'io')
    const changed = device.device.changeAttributes(device.unit, { emulateWriteCache: false, queueDepth: 7 })
    await expect(changed).rejects.toThrow('disk0: its write cache stays, because it cannot be flushed: io')
    expect([await hasCache(nexus), device.unit.attributes]).toMatchObject([
      true,
      { emulateWriteCache: true, queueDepth: 128 },
    ])
  })

  it('stays where a command does not end in ten seconds', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    nexus.submit({ ...write, slow: true })
    const changed = device.device.changeAttributes(device.unit, { emulateWriteCache: false })
    device.clock.advance(10_000)
    await expect(changed).rejects.toThrow('commands do not end, or no flush, in 10000 ms')
    expect(await hasCache(nexus)).toBe(true)
    await nexus.manage('abortTaskSet')
  })

  it('goes on where it is wanted again before it has ended', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const ended = device.device.changeAttributes(device.unit, { emulateWriteCache: false })
    await device.device.changeAttributes(device.unit, { emulateWriteCache: true })
    await settled()
    device.store.complete()
    await ended
    expect([await hasCache(nexus), device.unit.writesThrough]).toEqual([true, false])
  })
})
