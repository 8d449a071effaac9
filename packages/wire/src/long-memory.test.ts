import { describe, expect, it } from 'vitest'
import { LongMemory, type Slot } from './index.ts'

const MIB = 1024 * 1024

/** What is lent, in the order of lending. */
function asked(memory: LongMemory, ...lengths: readonly number[]) {
  const lent: Slot[] = []
  const takeBack = lengths.map(lengthBytes => memory.takeLater(lengthBytes, slot => lent.push(slot)))
  return { lent, takeBack }
}

describe('LongMemory', () => {
  it('lends as many bytes as are asked for, from the start of shared memory that begins a page', () => {
    const memory = new LongMemory()
    const [slot] = asked(memory, MIB + 1).lent
    expect(slot).toMatchObject({ capacity: MIB + 1, offset: 0, references: 1 })
    expect([slot?.bytes.length, slot?.memory === memory.memory]).toEqual([MIB + 1, true])
    expect(memory.memory.byteLength).toBe(MIB + 64 * 1024)
  })

  it('is lent to one after the other, in the order of asking', () => {
    const memory = new LongMemory()
    const { lent } = asked(memory, 10, 30, 20)
    expect([lent.length, memory.waiting]).toEqual([1, 2])
    for (const count of [2, 3, 3]) {
      lent.at(-1)?.release()
      expect(lent).toHaveLength(count)
    }
    expect(lent.map(({ capacity }) => capacity)).toEqual([10, 30, 20])
  })

  it('stays lent until the last owner has released it', () => {
    const { lent } = asked(new LongMemory(), 10, 10)
    lent[0]?.retain().release()
    expect(lent).toHaveLength(1)
    lent[0]?.release()
    expect(lent).toHaveLength(2)
  })

  it('is the same for all that it is long enough for', () => {
    const memory = new LongMemory()
    const seen = [100_000, 10, 131_072, 131_073].map(lengthBytes => {
      const [slot] = asked(memory, lengthBytes).lent
      slot?.release()
      return slot?.memory
    })
    expect(new Set(seen.slice(0, 3)).size).toBe(1)
    expect(seen[3]).not.toBe(seen[0])
  })

  it('is not lent to who has taken the wish back', () => {
    const { lent, takeBack } = asked(new LongMemory(), 10, 20, 30)
    takeBack[1]?.()
    takeBack[0]?.()
    lent[0]?.release()
    expect(lent.map(({ capacity }) => capacity)).toEqual([10, 30])
  })
})
