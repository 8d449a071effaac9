import { Sense } from '@lunkit/scsi'
import { NexusEnd, SpecialLun, Status } from '@lunkit/scsi/transport'
import { Slab } from '@lunkit/wire'
import { describe, expect, it, vi } from 'vitest'
import { ControlledStore } from '../testing/controlled-store.ts'
import { hex, senseOf, settled, TestDevice } from '../testing/device.ts'
import { TargetDevice } from './target-device.ts'

const BLOCK = 512
const OTHER = 'iqn.2026-11.io.lunkit:other'
const inquiry = { cdb: hex('12 00 00 00 24 00'), readBytes: 36 }
const reportLuns = { cdb: hex('A0 00 00 00 00 00 00 00 00 40 00 00'), readBytes: 64 }
const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
const write = { cdb: hex('2A 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK, 1) }

describe('a number without a unit', () => {
  it('says in INQUIRY that there can be none (qualifier 3, type 1Fh)', async () => {
    const task = await new TestDevice().nexus().run({ ...inquiry, lun: 7 })
    expect(task.ending).toBe(Status.good)
    expect(task.sent[0]).toBe(0x7f)
  })

  it('ends every other command with 25/00, without a unit attention first', () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    for (const lun of [7, SpecialLun.unaddressable])
      expect(senseOf(nexus.submit({ ...testUnitReady, lun })).code).toEqual({ key: 0x5, asc: 0x25, ascq: 0x00 })
    expect(senseOf(nexus.submit({ ...reportLuns, lun: 7 })).code).toEqual(Sense.logicalUnitNotSupported)
  })

  it('0 answers REPORT LUNS also where nothing is mapped there', async () => {
    const device = new TestDevice()
    device.group.mapLuns(undefined, [{ lun: 3, unit: device.unit }])
    const nexus = device.nexus('a', { fresh: true })
    const task = await nexus.run({ ...reportLuns, lun: 0 })
    expect(task.sent.toString('hex')).toBe(`0000000800000000${'0003000000000000'}`)
    expect(senseOf(nexus.submit(testUnitReady)).code).toEqual(Sense.logicalUnitNotSupported)
  })
})

describe('the REPORT LUNS well-known logical unit', () => {
  it('answers REPORT LUNS and TEST UNIT READY', async () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    const lun = SpecialLun.reportLuns
    expect((await nexus.run({ ...reportLuns, lun })).sent.toString('hex')).toBe('00000008000000000000000000000000')
    expect(senseOf(await nexus.run({ ...testUnitReady, lun })).code).toEqual(Sense.powerOnResetOrBusDeviceResetOccurred)
    expect((await nexus.run({ ...testUnitReady, lun })).ending).toBe(Status.good)
    expect(senseOf(await nexus.run({ ...write, lun })).code).toEqual(Sense.invalidCommandOperationCode)
  })
})

describe('a store that holds no block', () => {
  it.each([
    [2048, 4096],
    [4095, 4096],
    [1024, 2048],
    [511, 512],
    [0, 512],
  ])('is no unit: %i bytes with blocks of %i', (sizeBytes, blockSizeBytes) => {
    const add = () => new TestDevice({ store: { sizeBytes }, attributes: { blockSizeBytes } })
    expect(add).toThrow(`disk0: its ${sizeBytes} bytes hold no block of ${blockSizeBytes} bytes`)
  })

  it('becomes one where a block fits, and says what fits', async () => {
    const device = new TestDevice({ store: { sizeBytes: 6144 }, attributes: { blockSizeBytes: 4096 } })
    const capacity = { cdb: hex('25 00 00000000 0000 00 00'), readBytes: 8 }
    expect((await device.nexus().run(capacity)).sent.toString('hex')).toBe('0000000000001000')
  })
})

describe('removing a unit', () => {
  it('ends its tasks with 25/00, each when the store has returned, and resolves then', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const writing = nexus.submit(write)
    const waiting = nexus.submit(write)
    const asking = nexus.submit({ cdb: hex('2A 00 00000010 00 0001 00'), data: Buffer.alloc(BLOCK), slow: true })
    let removed = false
    void device.device.removeUnit(device.unit).then(() => (removed = true))
    for (const task of [waiting, asking]) expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x25, ascq: 0x00 })
    expect(senseOf(nexus.submit(testUnitReady)).code).toEqual(Sense.logicalUnitNotSupported)
    await settled()
    expect([removed, writing.ending]).toEqual([false, undefined])
    device.store.complete()
    expect(senseOf(writing).code).toEqual({ key: 0x5, asc: 0x25, ascq: 0x00 })
    await settled()
    expect(removed).toBe(true)
  })

  it('lets a nexus that is lost meanwhile end its tasks silently, and wait for them', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const writing = nexus.submit(write)
    const removed = device.device.removeUnit(device.unit)
    let closed = false
    nexus.nexus.close(NexusEnd.lost, () => (closed = true))
    expect([writing.ending, closed]).toEqual(['silently', false])
    device.store.complete()
    expect(closed).toBe(true)
    await removed
    expect([...device.device.taskSets()]).toHaveLength(3)
  })

  it('waits 30 s for a store that hangs; the task ends when it returns', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const writing = nexus.submit(write)
    const removed = device.device.removeUnit(device.unit)
    device.clock.advance(30_000)
    await removed
    expect([writing.ending, [...device.device.taskSets()].length]).toEqual([undefined, 4])
    device.store.complete()
    expect(senseOf(writing).code).toEqual(Sense.logicalUnitNotSupported)
    expect([...device.device.taskSets()]).toHaveLength(3)
  })

  it('leaves other units alone', async () => {
    const device = new TestDevice()
    const store = new ControlledStore({ name: 'disk1' })
    const more = device.device.addUnit(store)
    device.group.mapLuns(undefined, [
      { lun: 0, unit: device.unit },
      { lun: 1, unit: more },
    ])
    const nexus = device.nexus()
    nexus.submit({ ...testUnitReady, lun: 1 })
    store.held = true
    const task = nexus.submit({ ...write, lun: 1 })
    await device.device.removeUnit(device.unit)
    store.complete()
    expect(task.ending).toBe(Status.good)
  })

  it('makes it unknown to LUN maps', async () => {
    const device = new TestDevice()
    await device.device.removeUnit(device.unit)
    expect(() => device.group.mapLuns(undefined, [{ lun: 0, unit: device.unit }])).toThrow(/not in this device/)
  })
})

describe('a target port', () => {
  it('has a relative identifier of its own', () => {
    const { device } = new TestDevice()
    expect(() => device.portGroup({ targetName: OTHER, tag: 1, relativePortId: 1 })).toThrow(
      /belongs to iqn\.2026-11\.io\.lunkit:test already/,
    )
    expect(() => device.portGroup({ targetName: OTHER, tag: 1, relativePortId: 0 })).toThrow(RangeError)
  })

  it('is free again, number and all, once it was removed', () => {
    const device = new TestDevice()
    device.device.removePortGroup(device.group)
    const port = { targetName: OTHER, tag: 1, relativePortId: 1 }
    expect(device.device.portGroup(port)).toMatchObject(port)
    expect(() => device.device.removePortGroup(device.group)).toThrow(/port group that portGroup\(\) of this device/)
  })

  it('has a relative identifier from 1 to 65535', () => {
    const device = new TargetDevice({ slab: new Slab({ sizeBytes: 256 * 1024 }) })
    const make = (relativePortId: number) => device.portGroup({ targetName: OTHER, tag: 1, relativePortId })
    for (const wrong of [0, 1.5, 65_536]) expect(() => make(wrong)).toThrow(RangeError)
    expect([make(1), make(65_535)].map(({ relativePortId }) => relativePortId)).toEqual([1, 65_535])
  })

  it('opens no nexus of another target, or of another portal group', () => {
    const { group } = new TestDevice()
    const name = {
      initiatorName: 'iqn.2026-11.example:a',
      isid: 1,
      targetName: group.targetName,
      targetPortalGroupTag: 1,
    }
    expect(() => group.open({ ...name, targetName: OTHER }, {})).toThrow(
      `nexus iqn.2026-11.example:a,i,0x000000000001 ${OTHER},t,0x0001 does not go through ${group.targetName}, group 1`,
    )
    expect(() => group.open({ ...name, targetPortalGroupTag: 2 }, {})).toThrow(/,t,0x0002 does not go through/)
    expect([...group.nexuses]).toEqual([])
  })

  it('of the same name and group as another one has nexuses of its own', async () => {
    const device = new TestDevice()
    const { targetName, tag } = device.group
    const twin = device.device.portGroup({ targetName, tag, relativePortId: 2 })
    const name = { initiatorName: 'iqn.2026-11.example:a', isid: 1, targetName, targetPortalGroupTag: tag }
    const here = device.group.open(name, {})
    const there = twin.open(name, {})
    await new Promise<void>(resolve => here.close(NexusEnd.lost, resolve))
    expect([[...device.group.nexuses], [...twin.nexuses]]).toEqual([[], [there]])
    expect(() => twin.open(name, {})).toThrow(/is open already/)
    await new Promise<void>(resolve => there.close(NexusEnd.lost, resolve))
  })

  it.each([
    ['isid', 2 ** 48 - 1, 2 ** 48],
    ['isid', 0, -1],
    ['targetPortalGroupTag', 1, 65_536],
  ])('opens a nexus whose %s is %d, and none with %d', (field, right, wrong) => {
    const { group } = new TestDevice()
    const { targetName } = group
    const name = { initiatorName: 'iqn.2026-11.example:a', isid: 7, targetName, targetPortalGroupTag: 1 }
    expect(() => group.open({ ...name, [field]: wrong }, {})).toThrow(`${field} is ${wrong}; right is a whole number`)
    expect(() => group.open({ ...name, [field]: right }, {})).not.toThrow()
  })

  it('has a tag from 0 to 65535', () => {
    const device = new TargetDevice({ slab: new Slab({ sizeBytes: 256 * 1024 }) })
    const make = (tag: number) => device.portGroup({ targetName: OTHER, tag, relativePortId: tag + 1 }).tag
    expect([make(0), make(65_534)]).toEqual([0, 65_534])
    for (const tag of [-1, 65_536])
      expect(() => device.portGroup({ targetName: OTHER, tag, relativePortId: 9 })).toThrow('right is a whole number')
    expect(device.portGroup({ targetName: OTHER, tag: 65_535, relativePortId: 9 }).tag).toBe(65_535)
  })

  it('is not removed under an open nexus', () => {
    const device = new TestDevice()
    device.nexus()
    expect(() => device.device.removePortGroup(device.group)).toThrow(/is open/)
  })
})

describe('attributes', () => {
  it('are those of LIO where nothing else is said', () => {
    const store = { rotational: true, features: { discardGranularityBytes: 4096, writeBack: true } }
    expect(new TestDevice({ store }).unit.attributes).toEqual({
      blockSizeBytes: 512,
      physicalBlockBytes: 512,
      emulateModelAlias: false,
      emulateFuaWrite: true,
      emulateWriteCache: true,
      emulateTas: true,
      emulateTpu: false,
      emulateTpws: false,
      emulateCaw: true,
      emulatePr: true,
      emulateRsoc: true,
      removable: false,
      isNonrot: false,
      hwMaxSectors: 16_384,
      optimalSectors: 16_384,
      queueDepth: 128,
      maxUnmapLbaCount: 8192,
      maxUnmapBlockDescCount: 1,
      unmapGranularity: 8,
      unmapGranularityAlignment: 0,
      unmapZeroesData: false,
      maxWriteSameLen: 4096,
    })
  })

  const geometry = {
    blockBytes: 4096,
    physicalBlockBytes: 16_384,
    alignmentBytes: 0,
    optimalIoBytes: 1_048_576,
    discardAlignmentBytes: 8192,
  }

  it('are those of the device where the store has one', () => {
    expect(new TestDevice({ store: { geometry } }).unit.attributes).toMatchObject({
      blockSizeBytes: 4096,
      physicalBlockBytes: 16_384,
      optimalSectors: 256,
      unmapGranularityAlignment: 2,
    })
    const odd = { ...geometry, blockBytes: 1, physicalBlockBytes: 12_288 }
    expect(new TestDevice({ store: { geometry: odd } }).unit.attributes).toMatchObject({
      blockSizeBytes: 512,
      physicalBlockBytes: 512,
    })
  })

  it('cannot have blocks below those of the device', () => {
    const attributes = { blockSizeBytes: 512 }
    expect(() => new TestDevice({ store: { geometry }, attributes })).toThrow(
      /block size 512 is below that of its device; right is 4096 or a multiple$/,
    )
    const twice = { store: { geometry: { ...geometry, blockBytes: 2048 } }, attributes: { blockSizeBytes: 4096 } }
    expect(new TestDevice(twice).unit.blockSizeBytes).toBe(4096)
  })

  it('cannot have blocks below what its store moves at a time', () => {
    const store = { features: { leastBlockBytes: 2048 } }
    expect(() => new TestDevice({ store })).toThrow(
      /block size 512 is below that of its file system past the page cache; right is 2048 or a multiple$/,
    )
    expect(new TestDevice({ store, attributes: { blockSizeBytes: 4096 } }).unit.blockSizeBytes).toBe(4096)
  })

  it.each([
    [{ discardGranularityBytes: 0 }, 1],
    [{ discardGranularityBytes: 4097 }, 9],
  ])('have an unmap granularity of whole blocks, one at least: %o', (features, blocks) => {
    expect(new TestDevice({ store: { features } }).unit.attributes.unmapGranularity).toBe(blocks)
  })

  it.each(['hwMaxSectors', 'unmapGranularityAlignment', 'maxWriteSameLen'] as const)(
    'hold what four bytes hold: %s',
    name => {
      for (const value of [0, 4_294_967_295])
        expect(new TestDevice({ attributes: { [name]: value } }).unit.attributes[name]).toBe(value)
      for (const value of [-1, 0.5, 4_294_967_296])
        expect(() => new TestDevice({ attributes: { [name]: value } })).toThrow(
          `${name} is ${value}; right is a whole number from 0 to 4294967295`,
        )
    },
  )

  const wrong = [
    ['a block size that no unit has', { blockSizeBytes: 520 }, {}],
    ['UNMAP on a store that cannot discard', { emulateTpu: true }, { discard: false }],
    [
      'LBPRZ on a store whose discarded space reads as anything',
      { unmapZeroesData: true },
      { discardsToZeroes: false },
    ],
    ['no queue', { queueDepth: 0 }, {}],
  ] as const
  it.each(wrong)('are refused: %s', (_name, attributes, features) => {
    expect(() => new TestDevice({ attributes, store: { features } })).toThrow(RangeError)
  })
})

describe('a unit that is given no serial number', () => {
  it('gets a random UUID of its own, however equal the stores are', () => {
    const serials = ['disk0', 'disk0', 'disk1'].map(name => new TestDevice({ store: { name } }).unit.identity.serial)
    expect(new Set(serials).size).toBe(3)
    for (const serial of serials)
      expect(serial).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('a device that is told of nobody who hears of bugs, and of no clock', () => {
  it('throws what is a bug where nothing catches it', () => {
    const later: (() => void)[] = []
    const queue = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(run => void later.push(run))
    try {
      const { services } = new TargetDevice({ slab: new Slab({ sizeBytes: 256 * 1024 }) })
      services.onBug(new Error('planted'))
    } finally {
      queue.mockRestore()
    }
    expect(later).toHaveLength(1)
    expect(later[0]).toThrow('planted')
  })

  it('goes by the clock of the system, and what was called off does not come', () => {
    vi.useFakeTimers()
    try {
      const { timers } = new TargetDevice({ slab: new Slab({ sizeBytes: 256 * 1024 }) }).services
      const came: string[] = []
      timers.after(30_000, () => came.push('one'))
      timers.after(30_000, () => came.push('called off'))()
      vi.advanceTimersByTime(29_999)
      expect(came).toEqual([])
      vi.advanceTimersByTime(1)
      expect(came).toEqual(['one'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('has its disks, in the order in which they were added, until they are removed', async () => {
    const device = new TargetDevice({ slab: new Slab({ sizeBytes: 256 * 1024 }) })
    const [one, other] = [new ControlledStore({ name: 'one' }), new ControlledStore({ name: 'other' })].map(store =>
      device.addUnit(store),
    )
    expect([...device.units]).toEqual([one, other])
    await device.removeUnit(device.addUnit(new ControlledStore({ name: 'third' })))
    expect([...device.units]).toEqual([one, other])
  })
})
