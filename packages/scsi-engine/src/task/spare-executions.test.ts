import { Slab } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { ownStatistics } from '../statistics/engine-statistics.ts'
import { SpareExecutions } from './spare-executions.ts'
import { TaskExecution } from './task-execution.ts'

describe('spare executions', () => {
  it('are used again, the last one first, up to 4096 of them', () => {
    const services = {
      slab: new Slab({ sizeBytes: 256 * 1024 }),
      timers: { after: () => () => {} },
      statistics: ownStatistics(),
      onBug: () => expect.unreachable(),
    }
    const spares = new SpareExecutions(services)
    const given = Array.from({ length: 4097 }, () => new TaskExecution(services))
    for (const execution of given) spares.give(execution)
    const taken = Array.from({ length: 4097 }, () => spares.take())
    expect(taken.slice(0, 4096)).toEqual(given.slice(0, 4096).reverse())
    expect(new Set(taken).size).toBe(4097)
    expect(given).not.toContain(taken[4096])
  })
})
