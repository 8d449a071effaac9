import { describe, expect, it } from 'vitest'
import { COUNTED_INITIATORS } from '../limits.ts'
import { CountedInitiators } from './counted-initiators.ts'

const TARGET = 'iqn.2026-11.io.lunkit:disk'

function full(): CountedInitiators {
  const initiators = new CountedInitiators()
  for (let i = 0; i < COUNTED_INITIATORS; i++) initiators.enter(TARGET, `host ${i}`)
  return initiators
}

describe('the initiators of a target that have rows of their own', () => {
  it('are as many as may be, and one beyond is told that no place is left', () => {
    const initiators = full()
    expect(initiators.enter(TARGET, 'one more')).toBe(false)
    expect(initiators.enter('iqn.2026-11.io.lunkit:other', 'one more')).toBe(true)
  })

  it('keep their place until the last of their rows is given back, and then leave it to another', () => {
    const initiators = full()
    expect(initiators.enter(TARGET, 'host 0')).toBe(true)
    initiators.leave(TARGET, 'host 0')
    expect(initiators.enter(TARGET, 'one more')).toBe(false)
    initiators.leave(TARGET, 'host 0')
    expect(initiators.enter(TARGET, 'one more')).toBe(true)
  })

  it('keep their places when all others have left', () => {
    const initiators = full()
    for (let i = 1; i < COUNTED_INITIATORS; i++) initiators.leave(TARGET, `host ${i}`)
    for (let i = 1; i < COUNTED_INITIATORS; i++) initiators.enter(TARGET, `guest ${i}`)
    expect(initiators.enter(TARGET, 'one more')).toBe(false)
  })
})
