import { describe, expect, it } from 'vitest'
import { IdleMemory } from './idle-memory.ts'

describe('memory of connections that have gone', () => {
  it('is collected once, when many have gone and no more go', () => {
    let connections = 0
    let collected = 0
    const memory = new IdleMemory(
      () => connections,
      () => ++collected,
    )
    const counts = [10, 500, 5000, 4000, 200, 100, 100, 100, 90, 90].map(now => {
      connections = now
      memory.look()
      return collected
    })
    expect(counts).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
  })
})
