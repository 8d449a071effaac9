import { describe, expect, it } from 'vitest'
import { StrangerGate } from './stranger-gate.ts'

/** A gate, and a clock that is turned by hand. */
function gate(): { readonly gate: StrangerGate; readonly pass: (seconds: number) => void } {
  let nowMs = 0
  return {
    gate: new StrangerGate(() => nowMs),
    pass: seconds => {
      nowMs += seconds * 1000
    },
  }
}

/** How many of so many are let in. */
const admitted = (at: StrangerGate, count: number, address: (index: number) => string): number =>
  Array.from({ length: count }, (_, index) => at.admits(address(index))).filter(Boolean).length

describe('a gate', () => {
  it('lets in 32 from an address, then two a second', () => {
    const { gate: at, pass } = gate()
    const one = () => '10.0.0.1'
    expect(admitted(at, 100, one)).toBe(32)
    pass(3)
    expect(admitted(at, 100, one)).toBe(6)
    pass(3600)
    expect(admitted(at, 100, one)).toBe(32)
  })

  it('lets in others meanwhile, 64 of all, then twenty a second', () => {
    const { gate: at, pass } = gate()
    admitted(at, 100, () => '10.0.0.1')
    expect(admitted(at, 100, index => `10.0.1.${index}`)).toBe(32)
    pass(2)
    expect(admitted(at, 100, index => `10.0.2.${index}`)).toBe(40)
  })

  it('does not count who shows a token', () => {
    const { gate: at } = gate()
    const each = Array.from({ length: 1000 }, () => {
      const isIn = at.admits('10.0.0.1')
      at.wasNone('10.0.0.1')
      return isIn
    })
    expect(each.every(Boolean)).toBe(true)
  })

  it.each([
    ['2001:db8:0:1::1', '2001:db8:0:1:ffff:1:2:3', 32],
    ['2001:db8::1', '2001:db8:0:0:1::', 32],
    ['::1', '::2', 32],
    ['1::2:3:4:5:6:7', '1:0:2:3::', 32],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', 64],
    ['::ffff:10.0.0.1', '10.0.0.1', 32],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.2', 64],
  ])('takes %s and %s for one network or two', (first, second, most) => {
    const { gate: at } = gate()
    expect(admitted(at, 200, index => (index % 2 === 0 ? first : second))).toBe(most)
  })

  it('forgets addresses from which nobody comes any more', () => {
    const { gate: at, pass } = gate()
    const rounds = Array.from({ length: 200 }, (_, round) => {
      pass(1)
      return admitted(at, 20, index => `10.${round}.0.${index}`)
    })
    expect(rounds.every(count => count === 20)).toBe(true)
    expect(at.addresses).toBeLessThan(600)
  })
})
