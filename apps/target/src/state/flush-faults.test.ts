import { describe, expect, it } from 'vitest'
import { FAULTS, FlushFaults } from './flush-faults.ts'
import { Section } from './section.ts'
import { memoryBacking } from './state-backing.ts'
import { StateStore } from './state-store.ts'
import { StateWriter } from './state-writer.ts'

const at = new Date('2026-11-28T12:00:00.000Z')
const cause = { code: 'EIO', errno: 5, call: 'fdatasync' }

describe('a flush that failed', () => {
  it('is known with when and why, until it is cleared', async () => {
    const { faults } = StateStore.inMemory()
    await faults.note('A1B2', { at, fault: 'io', cause })
    const fault = { serial: 'A1B2', at: '2026-11-28T12:00:00.000Z', fault: 'io', cause }
    expect(faults.of('A1B2')).toEqual(fault)
    expect(faults.of('A1B3')).toBeUndefined()
    expect(faults.all).toEqual([fault])
    expect(await faults.clear('A1B2')).toBe(true)
    expect(faults.of('A1B2')).toBeUndefined()
    expect(await faults.clear('A1B2')).toBe(false)
  })

  it('is that of the disk that initiators take for the one', async () => {
    const { faults } = StateStore.inMemory()
    await faults.note('a1-b2', { at, fault: 'io' })
    expect(faults.of('A1B2')).toEqual({ serial: 'a1-b2', at: at.toISOString(), fault: 'io' })
  })

  it('is read with its cause from a state', () => {
    const entries = [{ serial: 'A1', at: at.toISOString(), fault: 'io', cause }]
    const section = new Section(FAULTS, { version: 1, entries }, new StateWriter(memoryBacking, () => ''))
    expect(new FlushFaults(section).of('A1')).toEqual(entries[0])
  })

  it('is the first one: since then writes may be lost', async () => {
    const { faults } = StateStore.inMemory()
    await faults.note('A1', { at, fault: 'io', cause })
    await faults.note('A1', { at: new Date('2026-12-01T00:00:00Z'), fault: 'noSpace' })
    expect(faults.of('A1')).toMatchObject({ at: at.toISOString(), fault: 'io', cause })
  })

  it('counts whatever else is known of it, once it names a disk', () => {
    const entries = [
      { serial: 'A1', at: 7, fault: null, cause: { code: 'EIO' } },
      { serial: 'A2', fault: 'of a later version' },
    ]
    const section = new Section(
      FAULTS,
      { version: 1, entries: [...entries, { at: 'x' }] },
      new StateWriter(memoryBacking, () => ''),
    )
    expect(section.damage).toBe('1 failed flushes in it cannot be read')
    expect(new FlushFaults(section).all).toEqual([
      { serial: 'A1', at: 'unknown', fault: 'unknown' },
      { serial: 'A2', at: 'unknown', fault: 'of a later version' },
    ])
  })
})
