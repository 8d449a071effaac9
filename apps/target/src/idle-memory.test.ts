import { describe, expect, it } from 'vitest'
import { IdleMemory } from './idle-memory.ts'

describe('memory of connections that have gone', () => {
  it('is collected once, when many have gone and no more go, and given back at the next look', () => {
    let connections = 0
    const done: string[] = []
    const memory = new IdleMemory(
      () => connections,
      () => done.push('collect'),
      () => done.push('trim'),
    )
    const counts = [10, 500, 5000, 4000, 200, 100, 100, 100, 90, 90].map(now => {
      connections = now
      memory.look()
      return done.length
    })
    expect(counts).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 2, 2])
    expect(done).toEqual(['collect', 'trim'])
  })
})
