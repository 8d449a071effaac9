import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Buddy } from './buddy.ts'

const MAX_ORDER = 4
const UNITS = 64

/** Whether everything is free and joined: only then the largest blocks can all be taken. */
function allJoined(buddy: Buddy): boolean {
  const blocks = Array.from({ length: UNITS / 2 ** MAX_ORDER }, () => buddy.take(MAX_ORDER))
  for (const unit of blocks) if (unit !== undefined) buddy.release(unit, MAX_ORDER)
  return blocks.every(unit => unit !== undefined)
}

describe('Buddy', () => {
  it('refuses units that are no multiple of the largest block', () => {
    expect(() => new Buddy(65, MAX_ORDER)).toThrow('65 units are not a multiple of 16')
    expect(() => new Buddy(0, MAX_ORDER)).toThrow(RangeError)
  })

  it('gives out every unit once, then nothing', () => {
    const buddy = new Buddy(UNITS, MAX_ORDER)
    const units = Array.from({ length: UNITS }, () => buddy.take(0))
    expect([...units].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: UNITS }, (_, i) => i))
    expect(buddy.take(0)).toBeUndefined()
  })

  it('joins halves again when both are free', () => {
    const buddy = new Buddy(UNITS, MAX_ORDER)
    const units = Array.from({ length: UNITS }, () => buddy.take(0) as number)
    expect(buddy.take(1)).toBeUndefined()
    for (const unit of units) buddy.release(unit, 0)
    expect(allJoined(buddy)).toBe(true)
  })

  it('takes a block out of the middle, the front and the end of those that are free, and gives the others out', () => {
    const buddy = new Buddy(16, 1)
    const free = (...units: number[]): void => {
      for (const unit of units) buddy.release(unit, 0)
    }
    while (buddy.take(0) !== undefined);
    // 1, 5 and 3 take their halves 0, 4 and 2 with them: from the end, from the middle, and from the front of the list.
    free(0, 2, 4, 6, 8)
    free(1, 5, 9)
    const left = [buddy.take(0), buddy.take(0)]
    expect(left.map(String).sort()).toEqual(['2', '6'])
    const pairs = [buddy.take(1), buddy.take(1), buddy.take(1), buddy.take(1)]
    expect(pairs.map(String).sort()).toEqual(['0', '4', '8', 'undefined'])
  })

  it('never gives out a unit twice, keeps blocks aligned, and loses nothing', () => {
    const step = fc.oneof(
      fc.record({ take: fc.integer({ min: 0, max: MAX_ORDER }) }),
      fc.record({ release: fc.nat({ max: 200 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const buddy = new Buddy(UNITS, MAX_ORDER)
        const held: { unit: number; order: number }[] = []
        const owner = new Uint8Array(UNITS)
        let sound = true
        for (const one of steps) {
          if ('take' in one) {
            const unit = buddy.take(one.take)
            if (unit === undefined) continue
            sound &&= unit % 2 ** one.take === 0 && !owner.subarray(unit, unit + 2 ** one.take).includes(1)
            owner.fill(1, unit, unit + 2 ** one.take)
            held.push({ unit, order: one.take })
          } else if (held.length > 0) {
            const [{ unit, order }] = held.splice(one.release % held.length, 1) as [{ unit: number; order: number }]
            owner.fill(0, unit, unit + 2 ** order)
            buddy.release(unit, order)
          }
        }
        for (const { unit, order } of held) buddy.release(unit, order)
        expect(sound).toBe(true)
        expect(allJoined(buddy)).toBe(true)
      }),
    )
  })
})
