import { afterEach, describe, expect, it, vi } from 'vitest'
import { IdleMemory } from './idle-memory.ts'

/** Looks once at each of these numbers of connections, and says how much was done after each. */
function lookAt(counts: readonly number[]): { after: readonly number[]; done: readonly string[] } {
  let connections = 0
  const done: string[] = []
  const memory = new IdleMemory(
    () => connections,
    () => done.push('collect'),
    () => done.push('trim'),
  )
  const after = counts.map(now => {
    connections = now
    memory.look()
    return done.length
  })
  return { after, done }
}

describe('memory of connections that have gone', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is collected once, when many have gone and no more go, and given back at the next look', () => {
    const { after, done } = lookAt([10, 500, 5000, 4000, 200, 100, 100, 100, 90, 90])
    expect(after).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 2, 2])
    expect(done).toEqual(['collect', 'trim'])
  })

  it('is worth it from 128 connections on', () => {
    expect(lookAt([128, 0, 0]).done).toEqual(['collect'])
    expect(lookAt([128, 1, 1, 1]).done).toEqual([])
  })

  it('is nothing to collect of a server that nobody has connected to', () => {
    expect(lookAt([0, 0, 0, 0]).done).toEqual([])
  })

  it('is looked at every five seconds from the start on', () => {
    vi.useFakeTimers()
    let looks = 0
    new IdleMemory(() => looks++).start()
    vi.advanceTimersByTime(4999)
    expect(looks).toBe(0)
    vi.advanceTimersByTime(1)
    expect(looks).toBe(1)
    vi.advanceTimersByTime(5000)
    expect(looks).toBe(2)
  })

  it('is collected whole, as a task of its own', async () => {
    const counts = [128, 0, 0]
    const gone = new WeakRef({ was: 'a connection' })
    const memory = new IdleMemory(() => counts.shift() ?? 0)
    for (let look = 0; look < 3; look++) memory.look()
    while (gone.deref() !== undefined) await new Promise(resolve => setImmediate(resolve))
    expect(gone.deref()).toBeUndefined()
    memory.look()
  })
})
