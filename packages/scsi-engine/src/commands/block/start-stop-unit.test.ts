import { describe, expect, it } from 'vitest'
import { senseOf, settled, TestDevice } from '../../testing/device.ts'

const raw = (text: string): Buffer => Buffer.from(text, 'hex')
const TEST_UNIT_READY = { cdb: raw('000000000000') }
const READ_CAPACITY = { cdb: raw('25000000000000000000'), readBytes: 8 }

const START = 1
const LOEJ = 2
const NO_FLUSH = 4
const IMMED = 1
const startStop = (flags: number, immediate = 0) => ({ cdb: Uint8Array.of(0x1b, immediate, 0, 0, flags, 0) })

const removable = () => new TestDevice({ attributes: { removable: true } })

describe('START STOP UNIT', () => {
  it.each([
    ['START', START, 0],
    ['START, IMMED', START, IMMED],
    ['STOP', 0, 0],
    ['STOP, IMMED', 0, IMMED],
    ['STOP, NO_FLUSH', NO_FLUSH, 0],
  ])('leaves the unit ready for all: %s', async (_what, flags, immediate) => {
    const device = new TestDevice()
    const [one, other] = [device.nexus('a'), device.nexus('b')]
    expect((await one.run(startStop(flags, immediate))).ending).toBe(0)
    expect((await one.run(TEST_UNIT_READY)).ending).toBe(0)
    expect((await other.run(TEST_UNIT_READY)).ending).toBe(0)
  })

  it('flushes when it stops, unless NO_FLUSH says not to', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    await nexus.run(startStop(START))
    await nexus.run(startStop(NO_FLUSH))
    await nexus.run(startStop(NO_FLUSH, IMMED))
    await settled()
    expect(device.store.done).toEqual([])
    await nexus.run(startStop(0))
    await nexus.run(startStop(0, IMMED))
    expect(device.store.done.map(({ operation }) => operation)).toEqual(['flush', 'flush'])
  })

  it('answers before the flush with IMMED, and after it without', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    expect(nexus.submit(startStop(0, IMMED)).ending).toBe(0)
    const task = nexus.submit(startStop(0))
    expect(task.ending).toBeUndefined()
    device.store.completeAll()
    expect((await task.ended()).ending).toBe(0)
  })

  it('reports a flush that failed', async () => {
    const device = new TestDevice()
    device.store.faults.set('flush', 'io')
    expect(senseOf(await device.nexus().run(startStop(0))).code).toEqual({ key: 3, asc: 0x0c, ascq: 0x00 })
  })

  it.each([1, 2, 3, 7, 10, 11, 15])('takes power condition %i and looks at nothing beside it', async condition => {
    const device = removable()
    const nexus = device.nexus()
    expect((await nexus.run(startStop((condition << 4) | LOEJ))).ending).toBe(0)
    expect((await nexus.run(TEST_UNIT_READY)).ending).toBe(0)
    expect(device.store.done).toEqual([])
  })

  it('cannot eject a medium that is not removable', async () => {
    const task = await new TestDevice().nexus().run(startStop(LOEJ))
    expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x24 }, pointer: { in: 'cdb', byte: 4, bit: 1 } })
  })

  it.each([0, IMMED])('ejects a medium that is removable, and loads it (IMMED %i)', async immediate => {
    const nexus = removable().nexus()
    expect((await nexus.run(startStop(LOEJ, immediate))).ending).toBe(0)
    for (const command of [TEST_UNIT_READY, READ_CAPACITY])
      expect(senseOf(await nexus.run(command)).code).toEqual({ key: 2, asc: 0x3a, ascq: 0x00 })
    // START alone does not load.
    expect((await nexus.run(startStop(START, immediate))).ending).toBe(0)
    expect((await nexus.run(TEST_UNIT_READY)).ending).toBe(2)
    expect((await nexus.run(startStop(LOEJ | START, immediate))).ending).toBe(0)
    expect((await nexus.run(TEST_UNIT_READY)).ending).toBe(0)
  })

  it('tells every other nexus that the medium may have changed when it was loaded', async () => {
    const device = removable()
    const [one, other] = [device.nexus('a'), device.nexus('b')]
    await one.run(startStop(LOEJ))
    await one.run(startStop(LOEJ | START))
    expect(senseOf(await other.run(TEST_UNIT_READY)).code).toEqual({ key: 6, asc: 0x28, ascq: 0x00 })
    expect((await one.run(TEST_UNIT_READY)).ending).toBe(0)
  })

  it('does not eject a medium whose data it could not flush', async () => {
    const device = removable()
    const nexus = device.nexus()
    device.store.faults.set('flush', 'io')
    expect((await nexus.run(startStop(LOEJ))).ending).toBe(2)
    expect((await nexus.run(TEST_UNIT_READY)).ending).toBe(0)
  })
})
