import { describe, expect, it } from 'vitest'
import { BEAT_MS, BeatWatch, type Finding } from './beat-watch.ts'

/** What the looks find, of counts that are seen one after the other. */
function found(counts: readonly number[]): readonly [number, Finding][] {
  const watch = new BeatWatch()
  return counts.flatMap((count, at) => {
    const finding = watch.look(count, at * BEAT_MS)
    return finding === undefined ? [] : [[at, finding] as [number, Finding]]
  })
}

describe('a watch over a count', () => {
  it('finds nothing while it counts on, be it slowly', () => {
    expect(found([1, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4 + 2 ** 31])).toEqual([])
  })

  it('finds after a second and a half that it stands still, once, and that it goes on, and for how long it stood', () => {
    const counts = [...Array(10).fill(7), 8, 9]
    expect(found(counts)).toEqual([
      [6, { kind: 'standsStill' }],
      [10, { kind: 'goesOn', forMs: 10 * BEAT_MS }],
    ])
  })

  it.each([
    ['blames no thread for ten seconds that would go on and has no processor', { ran: 0.005, waited: 0.95, at: 40 }],
    ['blames one that runs, though it waits for a processor most of the time', { ran: 0.1, waited: 0.9, at: 6 }],
    ['blames one that waits for something else', { ran: 0, waited: 0.1, at: 6 }],
  ])('%s', (_, { ran, waited, at }) => {
    let nowMs = 0
    const watch = new BeatWatch(() => ({ ranMs: nowMs * ran, waitedMs: nowMs * waited }))
    const findings = Array.from({ length: 42 }, (_each, look) => {
      nowMs = look * BEAT_MS
      return watch.look(1, nowMs)?.kind
    })
    expect(findings.indexOf('standsStill')).toBe(at)
  })

  it('blames no thread for half a minute that says that it loads modules', () => {
    const watch = new BeatWatch()
    const findings = Array.from({ length: 200 }, (_, look) => watch.look(1, look * BEAT_MS, true)?.kind)
    expect(findings.indexOf('standsStill')).toBe(120)
    const after = new BeatWatch()
    for (let look = 0; look < 100; look++) after.look(1, look * BEAT_MS, true)
    expect(after.look(2, 100 * BEAT_MS, false)).toBeUndefined()
    expect(after.look(2, 101 * BEAT_MS, false)).toBeUndefined()
  })

  it('finds nothing where it has not looked itself for long', () => {
    const watch = new BeatWatch()
    watch.look(1, 0)
    expect(watch.look(1, 60_000)).toBeUndefined()
    expect(watch.isStill).toBe(false)
  })
})
