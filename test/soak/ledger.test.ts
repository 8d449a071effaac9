import { describe, expect, it } from 'vitest'
import { Ledger } from './ledger.ts'

const range = { lba: 7, blocks: 1 }

/** What a read may find that begins and ends now. */
function readable(ledger: Ledger, generations: readonly number[]): number[] {
  return generations.filter(generation => ledger.possible(7).includes(generation))
}

/** Whether a read that begins and ends now may find this. */
function reads(ledger: Ledger, generation: number): boolean {
  const ticket = ledger.beginRead()
  const right = ledger.found(7, generation, ticket)
  ledger.endRead(ticket)
  return right
}

/** A ledger in which generation 1 was acknowledged. */
function written(): Ledger {
  const ledger = new Ledger()
  ledger.acknowledge(ledger.begin(range, 1))
  return ledger
}

describe('a ledger', () => {
  it('knows that a medium begins as zeroes', () => {
    const ledger = new Ledger()
    expect(reads(ledger, 0)).toBe(true)
    expect(reads(ledger, 1)).toBe(false)
  })

  it('takes an acknowledged write for done, and what was before for gone', () => {
    const ledger = written()
    expect(reads(ledger, 0)).toBe(false)
    expect(reads(ledger, 1)).toBe(true)
  })

  it('lets a write that is on its way be there or not', () => {
    const ledger = written()
    ledger.begin(range, 2)
    expect(readable(ledger, [0, 1, 2])).toEqual([1, 2])
  })

  it('knows that a write which was read is there for good', () => {
    const ledger = written()
    ledger.begin(range, 2)
    expect(reads(ledger, 2)).toBe(true)
    expect(reads(ledger, 1)).toBe(false)
  })

  it('lets a lost write happen after a read that did not find it, until it is settled', () => {
    const ledger = written()
    const lost = ledger.begin(range, 2)
    expect(reads(ledger, 1)).toBe(true)
    expect(readable(ledger, [2])).toEqual([2])
    ledger.settle(lost)
    expect(reads(ledger, 1)).toBe(true)
    expect(reads(ledger, 2)).toBe(false)
  })

  it('lets either of two writes win that were on their way together', () => {
    const ledger = written()
    const [a, b] = [ledger.begin(range, 2), ledger.begin(range, 3)]
    ledger.acknowledge(a)
    ledger.acknowledge(b)
    expect(readable(ledger, [1, 2, 3])).toEqual([2, 3])
    expect(reads(ledger, 2)).toBe(true)
    expect(reads(ledger, 3)).toBe(false)
  })

  it('lets a read that began before an acknowledgement find what was there then', () => {
    const ledger = written()
    const write = ledger.begin(range, 2)
    const ticket = ledger.beginRead()
    ledger.acknowledge(write)
    expect(ledger.found(7, 1, ticket)).toBe(true)
    ledger.endRead(ticket)
    expect(reads(ledger, 1)).toBe(false)
  })

  it('forgets a write that was refused', () => {
    const ledger = written()
    ledger.withdraw(ledger.begin(range, 2))
    expect(reads(ledger, 2)).toBe(false)
    expect(ledger.isKnown(7)).toBe(true)
  })
})
